import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decide } from "../../src/schedule/decide.ts";
import { jitterOf, timetable } from "../../src/schedule/due.ts";

const table = (cron: string, timeZone = "UTC", jitterMs = 0, name = "shop") => timetable({ name, cron, timeZone, jitterMs });
const iso = (dates: readonly Date[]) => dates.map((date) => date.toISOString().replace(":00.000Z", "Z"));
const at = (text: string) => new Date(text);

describe("due times over daylight saving", () => {
  test.each([
    [
      "a time that Berlin skips comes at the end of the gap",
      "Europe/Berlin",
      "30 2 * * *",
      "2026-03-28T00:00Z",
      ["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"],
    ],
    [
      "a time that Berlin has twice comes once",
      "Europe/Berlin",
      "30 2 * * *",
      "2026-10-24T00:00Z",
      ["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"],
    ],
    [
      "a time that New York skips comes at the end of the gap",
      "America/New_York",
      "30 2 * * *",
      "2026-03-07T05:00Z",
      ["2026-03-07T07:30Z", "2026-03-08T07:00Z", "2026-03-09T06:30Z"],
    ],
    [
      "a time that New York has twice comes once",
      "America/New_York",
      "30 1 * * *",
      "2026-10-31T05:00Z",
      ["2026-10-31T05:30Z", "2026-11-01T05:30Z", "2026-11-02T06:30Z"],
    ],
    [
      "an hourly run is hourly all the same",
      "Europe/Berlin",
      "15 * * * *",
      "2026-10-25T00:00Z",
      ["2026-10-25T00:15Z", "2026-10-25T01:15Z", "2026-10-25T02:15Z"],
    ],
  ])("%s", (_, zone, cron, from, expected) => {
    expect(iso(table(cron, zone).following(at(from), expected.length))).toEqual(expected);
  });

  test("the newest due time seen from any moment is the last one of those that follow one another", () => {
    const crons = ["30 2 * * *", "0 3 * * *", "*/7 * * * *", "15 * * * *", "0 0 1 * *", "0 9 * * 1-5"];
    const zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"];
    fc.assert(
      fc.property(
        fc.constantFrom(...crons),
        fc.constantFrom(...zones),
        // Minutes around the four changes of 2026 in these zones, and anywhere.
        fc.oneof(
          ...["2026-03-08T07:00Z", "2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-11-01T06:00Z"].map((change) =>
            fc.integer({ min: -300, max: 300 }).map((minutes) => at(change).getTime() + minutes * 60_000),
          ),
          fc.integer({ min: at("2026-01-01").getTime(), max: at("2027-01-01").getTime() }),
        ),
        (cron, zone, moment) => {
          const times = table(cron, zone);
          const newest = times.newest(new Date(moment));
          expect(newest).not.toBeNull();
          expect(newest!.getTime()).toBeLessThanOrEqual(moment);
          // Nothing is due between the newest and now: the next after it is still to come.
          expect(times.following(newest!, 1)[0]!.getTime()).toBeGreaterThan(moment);
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  test("a time that is exactly now is due", () => {
    expect(table("0 3 * * *").newest(at("2026-11-21T03:00:00Z"))).toEqual(at("2026-11-21T03:00:00Z"));
    expect(table("0 3 * * *").newest(at("2026-11-21T02:59:59.999Z"))).toEqual(at("2026-11-20T03:00:00Z"));
  });
});

describe("jitter", () => {
  test("is a target's own, the same every time, less than its limit, and spreads targets", () => {
    const offsets = Array.from({ length: 200 }, (_, n) => jitterOf(`target-${n}`, 600_000));
    expect(offsets).toEqual(Array.from({ length: 200 }, (_, n) => jitterOf(`target-${n}`, 600_000)));
    expect(offsets.every((offset) => offset >= 0 && offset < 600_000)).toBe(true);
    for (let minute = 0; minute < 10; minute += 1)
      expect(offsets.filter((offset) => Math.floor(offset / 60_000) === minute).length).toBeGreaterThan(8);
  });

  test("moves the start and leaves the due time's name alone", () => {
    const jittered = table("0 3 * * *", "UTC", 600_000);
    const offset = jitterOf("shop", 600_000);
    const due = at("2026-11-21T03:00:00Z");
    expect(jittered.newest(new Date(due.getTime() + offset - 1))).toEqual(at("2026-11-20T03:00:00Z"));
    expect(jittered.newest(new Date(due.getTime() + offset))).toEqual(due);
    expect(jittered.nextStart(due)).toEqual(new Date(due.getTime() + offset));
  });
});

describe("what is decided", () => {
  const daily = table("0 3 * * *");
  const ask = (now: string, last: string | null, more: { once?: boolean; missed?: "once" | "skip" } = {}) =>
    decide({ table: daily, now: at(now), last: last === null ? null : at(last), once: false, missed: "once", ...more });

  test("a new target waits for its next time", () => {
    expect(ask("2026-11-21T12:00Z", null)).toEqual({ kind: "first", due: at("2026-11-21T03:00Z") });
  });
  test("a new target runs at once where the schedule runs once", () => {
    expect(ask("2026-11-21T12:00Z", null, { once: true })).toMatchObject({ kind: "run", missed: 0 });
  });
  test("a time that was dealt with is not due again, nor is one when the clock goes back", () => {
    expect(ask("2026-11-21T03:00Z", "2026-11-21T03:00Z")).toEqual({ kind: "nothing" });
    expect(ask("2026-11-20T12:00Z", "2026-11-21T03:00Z")).toEqual({ kind: "nothing" });
  });
  test("a run on time misses nothing", () => {
    expect(ask("2026-11-21T03:00:05Z", "2026-11-20T03:00Z")).toEqual({ kind: "run", due: at("2026-11-21T03:00Z"), missed: 0 });
  });
  test("after five days down one run makes good for all", () => {
    expect(ask("2026-11-21T12:00Z", "2026-11-16T03:00Z")).toEqual({ kind: "run", due: at("2026-11-21T03:00Z"), missed: 5 });
  });
  test("or none does, where missed times are skipped, but a short restart is not a miss", () => {
    expect(ask("2026-11-21T12:00Z", "2026-11-16T03:00Z", { missed: "skip" })).toMatchObject({ kind: "pass", missed: 5 });
    expect(ask("2026-11-21T03:09Z", "2026-11-20T03:00Z", { missed: "skip" })).toMatchObject({ kind: "run", missed: 0 });
  });
});
