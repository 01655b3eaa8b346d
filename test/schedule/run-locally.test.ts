import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdvisorError } from "../../src/errors.ts";
import { type FileState, openFileState } from "../../src/schedule/file-state.ts";
import { runLocally } from "../../src/schedule/run-locally.ts";
import { literalReport } from "../render/literal-report.ts";
import { fakeClock, heldAudits, memoryState, readyTarget, scriptedTools, toStdout } from "./scripted-fleet.ts";

let folder: string;
let state: FileState;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-schedule-"));
  state = await openFileState(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const minute = 60_000;
const hour = 60 * minute;
const options = { concurrency: 2, once: false, graceMs: 10_000 };
const at = (text: string) => new Date(text);

describe("a schedule in one process", () => {
  test("lets a new target wait for its time, runs it then, and remembers", async () => {
    const state = memoryState();
    const clock = fakeClock("2026-11-21T10:20:00Z");
    const { tools, said } = scriptedTools(clock, async () => literalReport);
    const stop = new AbortController();
    const running = runLocally([readyTarget("shop")], state, tools, { ...options, stop: stop.signal });
    await clock.advance(39 * minute);
    expect(said("run started")).toEqual([]);
    await clock.advance(minute);
    expect(said("run started")).toEqual(["shop: run of 2026-11-21T11:00:00.000Z started"]);
    await clock.advance(2 * hour);
    expect(said("run done")).toHaveLength(3);
    stop.abort();
    expect(await running).toEqual({ done: 3, faulty: 0, aborted: 0 });
    expect(state.lastDue("shop")).toEqual(at("2026-11-21T13:00:00Z"));
  });

  test("after downtime makes good once for all times missed", async () => {
    const state = memoryState({ shop: "2026-11-20T03:00:00Z" });
    const clock = fakeClock("2026-11-21T10:20:00Z");
    const { tools, said } = scriptedTools(clock, async () => literalReport);
    const stop = new AbortController();
    const running = runLocally([readyTarget("shop")], state, tools, { ...options, stop: stop.signal });
    await clock.advance(5 * minute);
    expect(said("run started")).toEqual(["shop: run of 2026-11-21T10:00:00.000Z started"]);
    expect(said("missed")).toEqual(["shop: 31 times missed; running once"]);
    stop.abort();
    await running;
  });

  test("a target that hangs delays no other, and its next time is left out while it runs", async () => {
    const state = memoryState({ stuck: "2026-11-21T10:00:00Z", crm: "2026-11-21T10:00:00Z", shop: "2026-11-21T10:00:00Z" });
    const clock = fakeClock("2026-11-21T10:59:00Z");
    const audits = heldAudits();
    const { tools, said } = scriptedTools(clock, (target, how) =>
      target === "stuck" ? audits.runAudit(target, how) : Promise.resolve(literalReport),
    );
    const stop = new AbortController();
    const running = runLocally(
      ["stuck", "crm", "shop"].map((name) => readyTarget(name)),
      state,
      tools,
      { ...options, stop: stop.signal },
    );
    await clock.advance(2 * hour);
    expect(said("run done").map((line) => line.split(":")[0])).toEqual(["crm", "shop", "crm", "shop"]);
    expect(said("skipped")).toEqual(["stuck: the run before is not finished; 2026-11-21T12:00:00.000Z is left out"]);
    audits.finish("stuck");
    await clock.advance(0);
    expect(said("run done")).toHaveLength(5);
    expect(state.lastDue("stuck")).toEqual(at("2026-11-21T12:00:00Z"));
    stop.abort();
    await running;
  });

  test("two targets of one database run one after the other, though there is room", async () => {
    const state = memoryState();
    const clock = fakeClock("2026-11-21T10:30:00Z");
    const audits = heldAudits();
    const { tools } = scriptedTools(clock, audits.runAudit);
    const targets = ["daily", "weekly"].map((name) => readyTarget(name, { database: "db:5432/shop" }));
    const running = runLocally(targets, state, tools, { ...options, once: true, stop: new AbortController().signal });
    await clock.advance(minute);
    expect(audits.begun).toEqual(["daily"]);
    audits.finish("daily");
    await clock.advance(0);
    expect(audits.begun).toEqual(["daily", "weekly"]);
    audits.finish("weekly");
    await clock.advance(0);
    expect(await running).toEqual({ done: 2, faulty: 0, aborted: 0 });
  });

  test("no more audits run at once than the fleet allows", async () => {
    const state = memoryState();
    const clock = fakeClock("2026-11-21T10:30:00Z");
    const audits = heldAudits();
    const { tools } = scriptedTools(clock, audits.runAudit);
    const names = ["a", "b", "c", "d"];
    const running = runLocally(
      names.map((name) => readyTarget(name)),
      state,
      tools,
      { ...options, once: true, stop: new AbortController().signal },
    );
    await clock.advance(0);
    expect(audits.begun).toEqual(["a", "b"]);
    for (const name of names) {
      audits.finish(name);
      await clock.advance(0);
    }
    expect(await running).toMatchObject({ done: 4 });
    expect(audits.begun).toEqual(names);
  });

  test("a run that fails is tried again, each time after twice as long, and the others go on meanwhile", async () => {
    const state = memoryState();
    const clock = fakeClock("2026-11-21T10:30:00Z");
    const tries: string[] = [];
    const { tools, said } = scriptedTools(clock, async () => {
      tries.push(clock.now().toISOString().slice(11, 16));
      throw new AdvisorError("CONNECTION_FAILED", "No server.");
    });
    const running = runLocally([readyTarget("shop", { retries: 2 })], state, tools, {
      ...options,
      once: true,
      stop: new AbortController().signal,
    });
    await clock.advance(10 * minute);
    expect(await running).toEqual({ done: 0, faulty: 1, aborted: 0 });
    expect(tries).toEqual(["10:30", "10:31", "10:33"]);
    expect(said("retry")).toHaveLength(2);
    // It is dealt with: the next try is the next due time's.
    expect(state.lastDue("shop")).toEqual(at("2026-11-21T10:00:00Z"));
  });

  test("what no retry can mend is not tried again", async () => {
    const state = memoryState();
    const clock = fakeClock("2026-11-21T10:30:00Z");
    let tries = 0;
    const { tools } = scriptedTools(clock, async () => {
      tries += 1;
      throw new AdvisorError("PERMISSION_DENIED", "Role may not connect.");
    });
    const target = readyTarget("shop", { retries: 5 });
    expect(await runLocally([target], state, tools, { ...options, once: true, stop: new AbortController().signal })).toMatchObject({
      faulty: 1,
    });
    expect(tries).toBe(1);
  });

  test("told to stop, it lets a run end within the grace", async () => {
    const state = memoryState({ shop: "2026-11-21T10:00:00Z" });
    const clock = fakeClock("2026-11-21T10:59:59Z");
    const audits = heldAudits();
    const { tools, said } = scriptedTools(clock, audits.runAudit);
    const stop = new AbortController();
    const running = runLocally([readyTarget("shop")], state, tools, { ...options, stop: stop.signal });
    await clock.advance(2_000);
    stop.abort();
    await clock.advance(5_000);
    audits.finish("shop");
    await clock.advance(0);
    expect(await running).toEqual({ done: 1, faulty: 0, aborted: 0 });
    expect(said("stopping")).toEqual([": 1 run may take up to 10 s more: shop"]);
  });

  test("aborts it after that, says so, and runs it again at the next start", async () => {
    const state = memoryState({ shop: "2026-11-21T10:00:00Z" });
    const clock = fakeClock("2026-11-21T10:59:59Z");
    const { tools, said } = scriptedTools(clock, heldAudits().runAudit);
    const stop = new AbortController();
    const running = runLocally([readyTarget("shop")], state, tools, { ...options, stop: stop.signal });
    await clock.advance(2_000);
    stop.abort();
    await clock.advance(11_000);
    expect(await running).toEqual({ done: 0, faulty: 0, aborted: 1 });
    expect(said("aborted")).toEqual(["shop: aborted; it is due again at the next start"]);

    const again = scriptedTools(clock, async () => literalReport);
    const next = new AbortController();
    const second = runLocally([readyTarget("shop")], state, again.tools, { ...options, stop: next.signal });
    await clock.advance(1_000);
    expect(again.said("run started")).toEqual(["shop: run of 2026-11-21T11:00:00.000Z started"]);
    next.abort();
    await second;
  });
});

describe("deliveries", () => {
  const once = { ...options, once: true, stop: new AbortController().signal };
  const run = async (now: string, report = literalReport, target = readyTarget("shop", { destinations: [toStdout()] })) => {
    const script = scriptedTools(fakeClock(now), async () => report);
    await runLocally([target], await openFileState(folder), script.tools, once);
    return script;
  };

  test("the first report is sent, an equal one is kept and not sent, a changed one is sent", async () => {
    expect((await run("2026-11-21T10:30:00Z")).printed).toHaveLength(1);
    const second = await run("2026-11-21T11:30:00Z");
    expect([second.printed.length, second.kept.length]).toEqual([0, 1]);
    expect(second.said("unchanged")).toHaveLength(1);
    const fewer = { ...literalReport, recommendations: literalReport.recommendations.slice(1) };
    expect((await run("2026-11-21T12:30:00Z", fewer)).printed).toHaveLength(1);
  });

  test("always means always", async () => {
    const target = readyTarget("shop", { destinations: [toStdout({ always: true })] });
    await run("2026-11-21T10:30:00Z", literalReport, target);
    expect((await run("2026-11-21T11:30:00Z", literalReport, target)).printed).toHaveLength(1);
  });

  test("what a report that stopped early leaves out is not called gone", async () => {
    await run("2026-11-21T10:30:00Z");
    const cut = { ...literalReport, recommendations: [], partial: { reason: "time budget", missing: "proofs" } };
    expect((await run("2026-11-21T11:30:00Z", cut)).printed).toEqual([]);
  });

  test("of a delivery that was begun and never ended nobody knows: it is not repeated, and what it told stays new", async () => {
    await state.claim({ target: "shop", destination: "stdout-1", dueAt: at("2026-11-21T10:00:00Z") });
    const first = await run("2026-11-21T10:30:00Z");
    expect(first.printed).toEqual([]);
    expect(first.said("delivery uncertain")).toHaveLength(1);
    expect((await run("2026-11-21T11:30:00Z")).printed).toHaveLength(1);
  });

  test("a store that fails loses neither run nor delivery", async () => {
    const script = scriptedTools(fakeClock("2026-11-21T10:30:00Z"), async () => literalReport);
    const tools = { ...script.tools, keepReport: () => Promise.reject(new AdvisorError("STORE_INCOMPATIBLE", "The store is newer.")) };
    const tally = await runLocally([readyTarget("shop", { destinations: [toStdout()] })], state, tools, once);
    expect(tally).toEqual({ done: 1, faulty: 1, aborted: 0 });
    expect(script.printed).toHaveLength(1);
    expect(script.said("not stored")[0]).toContain("The store is newer.");
  });
});

test("due times outlast the process", async () => {
  const { tools } = scriptedTools(fakeClock("2026-11-21T10:30:00Z"), async () => literalReport);
  await runLocally([readyTarget("shop")], state, tools, { ...options, once: true, stop: new AbortController().signal });
  const reopened = await openFileState(folder);
  expect(reopened.lastDue("shop")).toEqual(at("2026-11-21T10:00:00Z"));
  const again = scriptedTools(fakeClock("2026-11-21T10:59:00Z"), async () => literalReport);
  await runLocally([readyTarget("shop")], reopened, again.tools, { ...options, once: true, stop: new AbortController().signal });
  expect(again.said("run started")).toEqual([]);
});

test("a state file that is not ours is told and left alone", async () => {
  await writeFile(join(folder, "schedule.json"), '{"version":2}');
  await expect(openFileState(folder)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    hint: expect.stringContaining("Nothing was changed"),
  });
  expect(await readFile(join(folder, "schedule.json"), "utf8")).toBe('{"version":2}');
});
