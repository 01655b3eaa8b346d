import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import { savedSource, saveSnapshot } from "../../src/collect/saved-source.ts";
import type { Report } from "../../src/domain/report.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { renderReport } from "../../src/render/index.ts";
import { readAudit } from "../../src/saved-report/read-report.ts";
import { runAudit } from "../../src/wire.ts";
import { makePack, replayPack } from "../../src/wire-evidence.ts";
import { storeSql } from "../planners/store.ts";
import { auditInput } from "../support/audit-input.ts";

const folder = mkdtempSync(join(tmpdir(), "plansmith-evidence-"));
const snapshotPath = join(folder, "snapshot.json.gz");
const reportPath = join(folder, "report.json");
const packPath = join(folder, "evidence");
const hooks = { onProgress: () => {}, signal: new AbortController().signal };
const byCustomer = "select * from orders where customer_id = $1 and total > $2 order by placed_at desc limit $3";
const byTag = "select id from orders where tags @> $1";
let report: Report;

beforeAll(async () => {
  const database = await bootEmbedded();
  for (const sql of storeSql) await database.run(sql);
  await database.run(
    "create table unrelated (id int primary key, secret text); create view totals as select customer_id, sum(total) from orders group by 1",
  );
  await database.run("analyze");
  const statements = [byCustomer, byTag, "select * from totals where customer_id = $1", "delete from customers where id = $1"];
  const snapshot = await liveSource(database.session, {
    origin: "demo",
    top: 100,
    minCalls: 0,
    includeSchemas: [],
    excludeSchemas: [],
    redactValues: false,
    readEnds: true,
    now: new Date("2025-12-01"),
    statements: statements.map((sql) => ({ ...uncountedStatement(sql, null), calls: 100, totalExecTimeMs: 500 })),
  }).read({});
  await database.close();
  await saveSnapshot(snapshotPath, snapshot);
  report = await runAudit(auditInput({ kind: "snapshot", path: snapshotPath }, { planner: "shadow" }), hooks);
  writeFileSync(reportPath, renderReport(report, "json", { color: false, width: 80 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every recommendation is packed with the report's own figures, and its proof runs again", async () => {
  expect(report.recommendations.length).toBeGreaterThan(1);
  for (const [position, { id, benefit }] of report.recommendations.entries()) {
    const directory = `${packPath}-${position}`;
    const made = await makePack({ recommendation: id.slice(0, 8), report: await readAudit(reportPath), snapshotPath, directory }, hooks);
    expect(made).toEqual({ statements: benefit.families.length, asReported: benefit.families.length });
    const replayed = await replayPack(directory, hooks);
    expect(replayed.map((each) => each.same)).toEqual(benefit.families.map(() => true));
    expect(replayed.some((each) => each.now.after.cost < each.now.before.cost)).toBe(true);
  }
});

test("a pack holds what the proof needs and no other relation, for its owner alone", async () => {
  const directory = `${packPath}-0`;
  expect(readdirSync(directory).toSorted()).toEqual([
    "README.md",
    "change.sql",
    "pack.json",
    "plans.json",
    "snapshot.json.gz",
    "statements.sql",
  ]);
  const { catalog } = await savedSource(join(directory, "snapshot.json.gz")).read({});
  const names = catalog.relations.map((relation) => relation.name);
  expect(names).toContain("orders");
  expect(names).not.toContain("unrelated");
  expect(names).not.toContain("readings_1");
  for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0);
  expect(readFileSync(join(directory, "README.md"), "utf8")).toContain("npx plansmith explain --replay .");
});

test("a replay that differs says so", async () => {
  const path = join(`${packPath}-0`, "pack.json");
  const text = readFileSync(path, "utf8");
  const pack = JSON.parse(text);
  pack.statements[0].after.cost *= 3;
  writeFileSync(path, JSON.stringify(pack));
  expect((await replayPack(`${packPath}-0`, hooks))[0]!.same).toBe(false);
  writeFileSync(
    path,
    JSON.stringify({ ...pack, changes: [{ id: "x", change: { kind: "create-index", index: { accessMethod: "btree" } } }] }),
  );
  await expect(replayPack(`${packPath}-0`, hooks)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  writeFileSync(path, text);
});

test("wrong input is refused before anything is written", async () => {
  const { id } = report.recommendations[0]!;
  const input = { recommendation: id, report: await readAudit(reportPath), snapshotPath, directory: join(folder, "new") };
  await expect(makePack({ ...input, recommendation: "ffffffffffff" }, hooks)).rejects.toMatchObject({ hint: expect.stringContaining(id) });
  await expect(makePack({ ...input, directory: `${packPath}-0` }, hooks)).rejects.toMatchObject({
    message: expect.stringContaining("not empty"),
  });
  await expect(readAudit(snapshotPath)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  const other = join(folder, "other.json.gz");
  await saveSnapshot(other, { ...(await savedSource(snapshotPath).read({})), collectedAt: "2024-01-01T00:00:00.000Z" });
  await expect(makePack({ ...input, snapshotPath: other }, hooks)).rejects.toMatchObject({
    message: expect.stringContaining("made from a snapshot of"),
  });
  await expect(replayPack(folder, hooks)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(readdirSync(folder)).not.toContain("new");
});
