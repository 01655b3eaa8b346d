import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import { saveSnapshot } from "../../src/collect/saved-source.ts";
import type { Recommendation } from "../../src/domain/recommendation.ts";
import type { Report } from "../../src/domain/report.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { renderReport } from "../../src/render/index.ts";
import { readAudit } from "../../src/saved-report/read-report.ts";
import { runAudit } from "../../src/wire.ts";
import { makePack, replayPack } from "../../src/wire-evidence.ts";
import { auditInput } from "../support/audit-input.ts";

const folder = mkdtempSync(join(tmpdir(), "plansmith-evidence-kinds-"));
const snapshotPath = join(folder, "snapshot.json.gz");
const reportPath = join(folder, "report.json");
const hooks = { onProgress: () => {}, signal: new AbortController().signal };

// ANALYZE reads every row at this target, so that no run draws another sample and finds other advice.
const schema = `
  set default_statistics_target = 1000;
  create table parcels (id bigint primary key, code int not null, status text not null, email text not null, tags text[] not null, city int not null, zip int not null,
    sent_at timestamptz not null, weight int not null);
  insert into parcels select i, i % 20000, case when i % 200 = 0 then 'lost' else 'sent' end, 'User' || i || '@Example.org', array['t' || i % 900, 'u' || i % 7], i % 300, (i % 300) * 10,
    timestamptz '2025-01-01' + (i || ' minutes')::interval, (i * 7919) % 1000 from generate_series(1, 60000) i;
  create index parcels_code on parcels (code);
  create index parcels_code_again on parcels (code);`;
/** Text, calls, blocks of temporary files written. */
const workload: readonly (readonly [sql: string, calls: number, tempBlocks: number])[] = [
  ["select id from parcels where weight = $1", 5000, 0],
  ["select id, code from parcels where status = 'lost' and weight < $1", 4000, 0],
  ["select id from parcels where lower(email) = $1", 3000, 0],
  ["select id from parcels where tags @> $1::text[]", 2000, 0],
  ["select id from parcels where sent_at::date = $1", 2500, 0],
  ["select id from parcels where code = $1", 900, 0],
  // Half of the rows: the whole table at a random_page_cost of 4, the index at 1.1.
  ["select sum(length(email)) from parcels where code between 1 and 10500", 20, 0],
  ["select count(*) from parcels where city = $1 and zip = $2", 300, 0],
  ["select p.id, q.email from parcels p join parcels q on q.code = p.zip where p.city = $1", 30, 0],
  ["select id, email, tags from parcels order by weight * $1, email", 40, 2_000],
];
let report: Report;

beforeAll(async () => {
  const database = await bootEmbedded();
  await database.run(schema);
  await database.session.query("vacuum analyze");
  const snapshot = await liveSource(database.session, {
    origin: "live",
    top: 100,
    minCalls: 0,
    includeSchemas: [],
    excludeSchemas: [],
    redactValues: false,
    readEnds: true,
    sampleRows: true,
    now: new Date("2025-12-01"),
    statements: workload.map(([sql, calls, tempBlocksWritten]) => ({
      ...uncountedStatement(sql, null),
      calls,
      totalExecTimeMs: calls * 20,
      tempBlocksWritten: tempBlocksWritten * calls,
    })),
  }).read({});
  await database.close();
  await saveSnapshot(snapshotPath, snapshot);
  const hardware = { memoryBytes: 16e9, storage: "nvme", cpus: 8 } as const;
  report = await runAudit(auditInput({ kind: "snapshot", path: snapshotPath }, { planner: "shadow", hardware }), hooks);
  writeFileSync(reportPath, renderReport(report, "json", { color: false, width: 80 }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kindOf({ candidate: { change } }: Recommendation): string {
  if (change.kind !== "create-index") return change.kind;
  if (change.index.keys.some((key) => key.column === null)) return "expression";
  return change.index.predicate !== null ? "partial" : change.index.accessMethod;
}

async function pack(id: string) {
  const directory = join(folder, id);
  const made = await makePack({ recommendation: id, report: await readAudit(reportPath), snapshotPath, directory }, hooks);
  const replayed = await replayPack(directory, hooks);
  return { made, replayed, files: (name: string) => readFileSync(join(directory, name), "utf8") };
}

describe("a pack proves again what the report says", () => {
  test.each(["btree", "partial", "expression", "gin", "drop-index", "rewrite"])("of a recommendation: %s", async (kind) => {
    const own = report.recommendations.filter((each) => kindOf(each) === kind);
    expect(own.map(kindOf), report.recommendations.map(kindOf).join()).toContain(kind);
    const { id, benefit } = own[0]!;
    const { made, replayed } = await pack(id);
    expect(made).toEqual({ statements: benefit.families.length, asReported: benefit.families.length });
    expect(replayed.map((each) => each.same)).toEqual(benefit.families.map(() => true));
  });

  test("of a rewrite, in both texts", async () => {
    const rewrite = report.recommendations.find((each) => kindOf(each) === "rewrite")!;
    const directory = join(folder, rewrite.id);
    const { statements, changesBefore } = JSON.parse(readFileSync(join(directory, "pack.json"), "utf8"));
    expect(statements[0].sqlAfter).not.toBe(statements[0].sql);
    expect(statements[0].after.cost).toBeLessThan(statements[0].before.cost);
    expect(changesBefore).toBe(true);
    expect(readFileSync(join(directory, "statements.sql"), "utf8")).toContain("-- in other words");
  });

  test.each([
    ["tuning/random-page-cost", "random_page_cost = 1.1"],
    ["tuning/work-mem-spills", "work_mem ="],
    ["tuning/extended-statistics", `statistics on "city", "zip"`],
  ])("of an advice: %s", async (rule, words) => {
    const advice = report.tuning!.advice.filter((each) => each.rule === rule && each.proof.kind === "planner");
    expect(advice.length, JSON.stringify(report.tuning)).toBeGreaterThan(0);
    for (const { id, proof } of advice) {
      const { made, replayed, files } = await pack(id);
      const families = new Set(proof.kind === "planner" ? proof.effects.map((effect) => effect.family) : []);
      expect(made).toEqual({ statements: families.size, asReported: families.size });
      expect(replayed.every((each) => each.same)).toBe(true);
      expect(files("README.md")).toContain(words);
    }
  });
});

test("advice without plans says so instead of packing nothing", async () => {
  const reckoned = { ...report.tuning!.advice[0]!, id: "000000000000", proof: { kind: "arithmetic" as const, formula: "1 + 1" } };
  const path = join(folder, "reckoned.json");
  writeFileSync(path, JSON.stringify({ ...report, tuning: { ...report.tuning, advice: [reckoned] } }));
  const input = { recommendation: reckoned.id, report: await readAudit(path), snapshotPath, directory: join(folder, "none") };
  await expect(makePack(input, hooks)).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringContaining("no plans to make again"),
  });
});

test("a rewrite whose literals the report left out is refused with the flag that keeps them", async () => {
  const path = join(folder, "redacted.json");
  const redacted = report.recommendations.map((each) =>
    each.candidate.change.kind === "rewrite"
      ? {
          ...each,
          candidate: { ...each.candidate, change: { ...each.candidate.change, sql: each.candidate.change.sql.replace("$1", "$2") } },
        }
      : each,
  );
  writeFileSync(path, JSON.stringify({ ...report, recommendations: redacted }));
  const { id } = redacted.find((each) => kindOf(each) === "rewrite")!;
  const input = { recommendation: id, report: await readAudit(path), snapshotPath, directory: join(folder, "redacted") };
  await expect(makePack(input, hooks)).rejects.toMatchObject({ code: "INPUT_INVALID", hint: expect.stringContaining("--with-values") });
});
