import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseFleet } from "../../src/config/fleet.ts";
import { noticeParcel } from "../../src/deliver/notice-parcel.ts";
import { AdvisorError } from "../../src/errors.ts";
import { openFileState } from "../../src/schedule/file-state.ts";
import type { RunAudit } from "../../src/schedule/run.ts";
import { runLocally } from "../../src/schedule/run-locally.ts";
import { hostileSql, literalReport } from "../render/literal-report.ts";
import { fakeClock, memoryState, readyTarget, scriptedTools } from "./scripted-fleet.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-notices-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The places of a fleet file with these entries. */
const placesOf = (deliver: readonly object[], more: object = {}) =>
  parseFleet(JSON.stringify({ targets: [{ name: "shop", url: "postgres://db/shop", deliver, ...more }] }), "fleet.json").targets[0]!
    .destinations;
/** Runs what is due now, to its end; the clock stands still. */
const runOnce = async (
  runAudit: RunAudit,
  hour: number,
  destinations: ReturnType<typeof placesOf>,
  state: Parameters<typeof runLocally>[1],
) => {
  const clock = fakeClock(`2026-11-21T${String(hour).padStart(2, "0")}:30:00Z`);
  const { tools, said } = scriptedTools(clock, runAudit);
  const stop = new AbortController().signal;
  await runLocally([readyTarget("shop", { destinations })], state, tools, { concurrency: 1, once: true, graceMs: 1_000, stop });
  return said;
};
const works: RunAudit = async () => literalReport;
const unreachable: RunAudit = async () => {
  throw new AdvisorError("CONNECTION_FAILED", "No server at db with password s3cret.", { hint: "Check the host; s3cret." });
};

describe("runs that fail", () => {
  test("are told once when they begin and once when they end, over restarts, beside the last good report", async () => {
    const destinations = placesOf([{ to: "file", path: join(folder, "{target}-latest.md") }]);
    const state = join(folder, "state");
    const notices: string[][] = [];
    for (const [hour, audit] of [works, unreachable, unreachable, unreachable, works, works].entries()) {
      const said = await runOnce(audit, hour + 5, destinations, await openFileState(state));
      notices.push(said("notice").map((line) => line.replace(folder, "")));
    }
    const where = "delivered to file: /shop-latest.status.txt";
    expect(notices).toEqual([[], [`shop: notice of failure ${where}`], [], [], [`shop: notice of recovery ${where}`], []]);
    expect(await readFile(join(folder, "shop-latest.md"), "utf8")).toContain("# Plansmith");
    expect(await readFile(join(folder, "shop-latest.status.txt"), "utf8")).toBe(
      "Plansmith, shop: its audits work again\nDue: 2026-11-21T09:00:00.000Z\nFirst that failed: 2026-11-21T06:00:00.000Z\n",
    );
  });

  test("say why and what to do, without a secret", async () => {
    await runOnce(unreachable, 5, placesOf([{ to: "file", path: join(folder, "x.html") }]), memoryState());
    const text = await readFile(join(folder, "x.status.txt"), "utf8");
    expect(text).toContain("No server at db with password ***. Check the host; ***.");
    expect(text).not.toContain("s3cret");
  });

  test("for a reason nobody foresaw tell nothing of it: it may hold what was read", async () => {
    const bug: RunAudit = async () => {
      throw new TypeError("cannot read 'jane@example.org'");
    };
    await runOnce(bug, 5, placesOf([{ to: "file", path: join(folder, "x.html") }]), memoryState());
    const text = await readFile(join(folder, "x.status.txt"), "utf8");
    expect(text).toContain("The schedule's log has more.");
    expect(text).not.toContain("jane");
  });

  test("are told only where the file wants it", async () => {
    const file = (name: string, more: object = {}) => ({ to: "file", path: join(folder, `${name}.md`), ...more });
    const destinations = placesOf([file("loud", { notifyFailures: true }), file("quiet")], { notifyFailures: false });
    await runOnce(unreachable, 5, destinations, memoryState());
    expect(await readdir(folder)).toEqual(["loud.status.txt"]);
    expect(placesOf([{ to: "stdout" }])).toMatchObject([{ notifyFailures: false }]);
  });

  test("a command gets the notice in its format and is told what it gets", async () => {
    const program = join(folder, "keep.sh");
    await writeFile(program, `#!/bin/sh\ncat > "${folder}/$PLANSMITH_EVENT.json"\n`);
    await chmod(program, 0o755);
    await runOnce(unreachable, 5, placesOf([{ to: "command", command: [program], format: "json" }]), memoryState());
    expect(JSON.parse(await readFile(join(folder, "failure.json"), "utf8"))).toEqual({
      payloadVersion: 1,
      event: "failure",
      target: "shop",
      dueAt: "2026-11-21T05:00:00.000Z",
      headline: "shop: its audit failed",
      code: "CONNECTION_FAILED",
      message: "No server at db with password ***.",
      hint: "Check the host; ***.",
      attempts: 1,
    });
  });

  test("of a notice that did not arrive the place is told at the next run", async () => {
    const state = memoryState();
    const program = join(folder, "later.sh");
    const destinations = placesOf([{ to: "command", command: [program], format: "terminal", retries: 0 }]);
    const first = await runOnce(unreachable, 5, destinations, state);
    expect(first("notice failed")).toEqual([`shop: notice of failure not delivered to command: ${program} cannot be run (ENOENT)`]);
    await writeFile(program, "#!/bin/sh\ncat > /dev/null\n");
    await chmod(program, 0o755);
    const second = await runOnce(unreachable, 6, destinations, state);
    expect(second("notice")).toHaveLength(1);
  });

  test("whatever runs do, failures and recoveries are told in turn, and one less or as many recoveries", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 12 }), async (outcomes) => {
        const state = memoryState();
        const destinations = placesOf([{ to: "file", path: join(folder, "x.md") }]);
        const told: string[] = [];
        for (const [position, ok] of outcomes.entries()) {
          const said = await runOnce(ok ? works : unreachable, position, destinations, state);
          told.push(...said("notice").map((line) => /notice of (\w+)/.exec(line)![1]!));
        }
        const changes = outcomes.filter((ok, position) => (position === 0 ? !ok : ok !== outcomes[position - 1])).length;
        expect(told).toEqual(Array.from({ length: changes }, (_, n) => (n % 2 === 0 ? "failure" : "recovery")));
      }),
      { numRuns: 15 },
    );
  });
});

test.each(["terminal", "markdown", "html", "json"] as const)("a notice as %s is inert and short, whatever the error says", (format) => {
  const occasion = { target: "shop", dueAt: new Date("2026-11-21T05:00:00Z"), timeZone: "UTC" };
  const why = `${hostileSql} @channel <img src=x> ${"x".repeat(100_000)}`;
  const parcel = noticeParcel(occasion, "webhook-1", { kind: "failure", code: "CONNECTION_FAILED", why, remedy: why, attempts: 3 });
  const text = parcel.render(format);
  expect(text.length).toBeLessThan(3_000);
  expect(text).not.toContain("\u001b");
  if (format === "html" || format === "markdown") expect(text).not.toMatch(/<img|<script/);
});
