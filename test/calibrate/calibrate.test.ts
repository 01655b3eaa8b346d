import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CalibrationLimits, measureMachine } from "../../src/calibrate/measure-machine.ts";
import { calibrateRun } from "../../src/cli/calibrate-run.ts";
import { parseConfig } from "../../src/config/load.ts";
import { withMachine } from "../../src/config/save-machine.ts";
import { connectForWriting } from "../../src/connect/connect.ts";
import { assumedMachine, machineOf } from "../../src/domain/machine.ts";
import { durationWords } from "../../src/review/estimate.ts";
import { nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const server = await nativePostgres();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-calibrate-"));
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

const limits: CalibrationLimits = { timeMs: 60_000, tableBytes: 8 * 1024 * 1024, clock: () => performance.now(), stop: () => {} };

async function measured(more: Partial<CalibrationLimits> = {}, user = "postgres") {
  const session = await connectForWriting({ url: server!.url("postgres", user), statementTimeoutMs: 60_000, lockTimeoutMs: 1000 });
  try {
    const result = await measureMachine(session, { ...limits, ...more });
    const left = await session.query<{ relname: string }>(
      "select relname from pg_class where relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_(catalog|toast|temp)' or nspname = 'information_schema')",
    );
    return { ...result, left };
  } finally {
    await session.close();
  }
}

describe.skipIf(server === null)(`a calibration${server === null ? `: ${noNativePostgres}` : ""}`, () => {
  test("measures every kind of work but updates, on a table as large as asked, and makes nothing that stays", async () => {
    const { rates, unmeasured, tableBytes, left } = await measured();
    const kinds = [...Object.keys(rates), ...unmeasured].sort();
    expect(kinds).toEqual(["foreign-key-check", "index-build", "rewrite", "rewrite-index", "scan"]);
    for (const rate of Object.values(rates)) expect(rate).toBeGreaterThan(0);
    expect(rates["index-build"]).toBeLessThan(rates.scan);
    expect(tableBytes).toBeGreaterThanOrEqual(limits.tableBytes);
    expect(tableBytes).toBeLessThan(2 * limits.tableBytes);
    expect(left).toEqual([]);
  });

  test("keeps what it has when the time ends, and names what it has not", async () => {
    // The clock runs away at the first foreign key: the statement has 1 ms then.
    let runaway = 0;
    const clock = () => performance.now() + runaway;
    let calls = 0;
    const stop = () => {
      // create, insert, analyze, create, and one insert a batch; two checks and two drops.
      if (++calls === 4 + Math.ceil(limits.tableBytes / batchBytes) + 4 + 1) runaway = limits.timeMs;
    };
    const { rates, unmeasured } = await measured({ clock, stop });
    expect(Object.keys(rates)).toEqual(["scan"]);
    expect(unmeasured).toEqual(["foreign-key-check", "rewrite", "index-build", "rewrite-index"]);
  });

  test("says so when there is no time for anything", async () => {
    let now = 0;
    await expect(measured({ timeMs: 10, clock: () => (now += 5) })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  test("names the grant that a role without temporary tables lacks", async () => {
    await server!.run("postgres", "create role reader login", "revoke temporary on database postgres from public");
    await expect(measured({}, "reader")).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      hint: expect.stringContaining("GRANT TEMPORARY"),
    });
  });

  test("is refused by a session that takes no writes", async () => {
    await server!.run("postgres", "create role watcher login superuser");
    const session = await connectForWriting({ url: server!.url("postgres", "watcher"), statementTimeoutMs: 1000, lockTimeoutMs: 1000 });
    await session.query("set default_transaction_read_only = on");
    await expect(measureMachine(session, limits)).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED" });
    await session.close();
  });

  test("asks before it loads a server: without a terminal it wants --yes", async () => {
    await expect(calibrateRun({ url: server!.url() }, () => {})).rejects.toMatchObject({
      code: "INPUT_INVALID",
      hint: expect.stringContaining("--yes"),
    });
  });

  test("is saved beside the rest of the configuration, and a review's durations rest on it", async () => {
    const config = join(folder, "plansmith.config.json");
    await writeFile(config, '{"top":7,"review":{"runner":"flyway"}}');
    const lines: string[] = [];
    expect(await calibrateRun({ url: server!.url(), size: "8MB", yes: true, config }, (line) => lines.push(line))).toBe(0);
    const saved = parseConfig(await readFile(config, "utf8"), config);
    expect(saved.top).toBe(7);
    expect(saved.review.runner).toBe("flyway");
    expect(saved.review.machine?.measured).toMatch(/^measured \d{4}-\d\d-\d\d on PostgreSQL \d+/);
    expect(saved.review.machine?.megabytesPerSecond.scan).toBeGreaterThan(0);
    expect(lines.join("\n")).toContain("index-build");
  });
});

/** A batch of 20,000 rows of about 104 bytes with their headers, in pages of 8 kB: 2,105,344 to 2,300,000 bytes. */
const batchBytes = 2_200_000;

describe("rates", () => {
  const machine = { megabytesPerSecond: { scan: 500 } };

  test("make a configuration file where there is none", async () => {
    expect(JSON.parse(await withMachine(join(folder, "none.json"), machine))).toEqual({ review: { machine } });
  });

  test("do not replace a file that is no configuration", async () => {
    const path = join(folder, "broken.json");
    await writeFile(path, "{");
    await expect(withMachine(path, machine)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("that were not measured follow from the scan's in the assumed proportions", () => {
    const faster = machineOf("measured", { scan: 2 * assumedMachine.bytesPerSecond.scan, rewrite: 7 });
    expect(faster.bytesPerSecond["index-build"]).toBeCloseTo(2 * assumedMachine.bytesPerSecond["index-build"]);
    expect(faster.bytesPerSecond.rewrite).toBe(7);
  });

  test("are told with where they come from", () => {
    expect(durationWords(assumedMachine)).toMatch(/^durations assume/);
    expect(durationWords(machineOf("measured on X", { scan: 1e9 }))).toMatch(
      /^durations as measured on X: .*1000 MB of a table are checked/,
    );
  });
});
