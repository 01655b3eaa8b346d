import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planNodes } from "../../src/domain/plan.ts";
import type { LogWorkload } from "../../src/logs/log-workload.ts";
import { readWorkload } from "../../src/logs/logged-source.ts";
import { planShape } from "../../src/parse/read-plan.ts";
import { runAudit } from "../../src/wire.ts";
import { auditInput } from "../support/audit-input.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const destinations = ["stderr,csvlog,jsonlog", "stderr,csvlog"]; // jsonlog came with 15
const settings = {
  logging_collector: "on",
  log_filename: "server.log",
  log_line_prefix: "%m [%p] %q%u@%d ",
  log_min_duration_statement: "0",
};

async function started(): Promise<NativePostgres | null> {
  for (const log_destination of destinations) {
    const server = await nativePostgres({ ...settings, log_destination }).catch(() => null);
    if (server) return server;
  }
  return null;
}
const server = await started();

const rare = "select id, note from items where kind = $1 and note = $2";
const odd = 'it\'s "odd",\n\tLOG:  x';

describe.skipIf(server === null)(`the log of a real server (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  let files: string[];
  let hasExplain = true;
  beforeAll(async () => {
    await native.run(
      "postgres",
      "create table items (id int primary key, kind int not null, note text)",
      "insert into items select i, case when i % 1000 = 0 then 7 else 1 end, 'note ' || i from generate_series(1, 50000) i",
      "create database other",
    );
    await native.run("postgres", "vacuum analyze items");
    await native.run("other", "select 'elsewhere'");
    const client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    // Not every build brings the module.
    hasExplain = await client.query("load 'auto_explain'").then(
      () => true,
      () => false,
    );
    for (const note of ["a", odd, null]) await client.query(rare, [7, note]);
    await client.query("select count(*) from items where kind = 1 and id < 30000");
    if (hasExplain) {
      await client.query("set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on");
      await client.query("select id from items where kind = $1 order by id", [7]);
      await client.query("set auto_explain.log_format = json");
      await client.query("select note from items where id = $1", [4]);
    }
    await client.end();
    const folder = join(native.socketDirectory, "data", "log");
    files = readdirSync(folder).map((name) => join(folder, name));
  });
  afterAll(() => native.stop());

  const workloads = () => Promise.all(files.map((file) => readWorkload(file, "postgres")));
  const found = (log: LogWorkload, sql: string) => log.statements.find((each) => each.sql === sql);

  test("says the same in every format", async () => {
    const [first, ...others] = await workloads();
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(first!.statements.length).toBeGreaterThan(5);
    for (const other of others) expect(other).toEqual(first);
  });

  test("gives values as they were bound, quotes, line ends and NULL", async () => {
    for (const log of await workloads()) {
      const logged = found(log, rare)!;
      expect(logged.calls).toBe(3);
      expect(logged.runs.map((run) => run.parameters[2]).toSorted()).toEqual(["a", odd, null].toSorted());
      expect(logged.runs.every((run) => run.parameters[1] === "7")).toBe(true);
    }
  });

  test("leaves other databases out", async () => {
    for (const log of await workloads()) expect(found(log, "select 'elsewhere'")).toBeUndefined();
  });

  test("auto_explain's plans are read, once for an execution", async () => {
    if (!hasExplain) return expect(hasExplain).toBe(false);
    for (const log of await workloads()) {
      const text = found(log, "select id from items where kind = $1 order by id")!;
      const json = found(log, "select note from items where id = $1")!;
      expect([text.calls, json.calls]).toEqual([1, 1]);
      expect(planShape(text.runs[0]!.plan!)).toMatch(/(?:Seq|Index) Scan.* on items/);
      expect([...planNodes(text.runs[0]!.plan!)].some((node) => node.actual?.rowsPerLoop === 50)).toBe(true);
      expect(planShape(json.runs[0]!.plan!)).toContain("items_pkey on items");
    }
  });

  test("an audit advises on it, plans with its values and publishes the worst", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plansmith-log-audit-"));
    const schema = join(folder, "schema.sql");
    writeFileSync(
      schema,
      `create table items (id int primary key, kind int not null, note text);
       insert into items select i, case when i % 1000 = 0 then 7 else 1 end, 'note ' || i from generate_series(1, 50000) i;`,
    );
    const logFiles = [files.find((file) => file.endsWith(".csv"))!];
    const input = auditInput({ kind: "schema", path: schema }, { logFiles, planner: "shadow" });
    const report = await runAudit(input, { onProgress: () => {}, signal: new AbortController().signal });
    rmSync(folder, { recursive: true });
    const family = report.families.find((each) => each.sql.includes("note = $2"))!;
    expect(family.calls).toBe(3);
    const proof = report.recommendations.flatMap((each) => each.proofs).find((each) => each.family === family.id)!;
    if (proof.outcome.kind !== "estimated") throw new Error(proof.outcome.kind);
    expect(proof.outcome.bindings[0]!.kind).toBe("log");
    expect(JSON.stringify(report)).not.toContain("odd");
  });
});
