import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTuningRules } from "../../rules/index.ts";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { noHardware } from "../../src/domain/tuning.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { group } from "../../src/group/group.ts";
import { readTextPlan } from "../../src/logs/text-plan.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { tuningContext } from "../../src/tune/context.ts";
import { withShapes } from "../../src/tune/families.ts";
import { proveTarget } from "../../src/tune/prove-target.ts";
import { runRules } from "../../src/tune/run-rules.ts";

/** Half a percent of the amounts lies below 201, in a step of the histogram that reaches to 20 million. */
const schema = `
create table payment (id bigint primary key, gone text, amount bigint not null);
alter table payment drop column gone;
insert into payment select i, case when i <= 200 then i else 1000000 + i * 100000::bigint end from generate_series(1, 40000) i;
set default_statistics_target = 100;
analyze payment;
`;
const small = "select id from payment where amount >= 1 and amount <= 200";

describe("ranges of a log within a step of the histogram", () => {
  let database: EmbeddedDatabase;
  let parser: SqlParser;
  let read: Snapshot;

  const explained = async (sql: string) => {
    const rows = await database.session.query<{ "QUERY PLAN": string }>(`explain (analyze, buffers off) ${sql}`);
    return readTextPlan(rows.map((row) => row["QUERY PLAN"]))!;
  };
  const judged = async (sql: string, rows: readonly string[] | null) => {
    const load = { calls: 100, totalExecTimeMs: 1000, rows: 100, sharedBlocksRead: null, sharedBlocksHit: null, tempBlocksWritten: 0 };
    const run = { sql, parameters: {}, durationMs: 1, plan: await explained(sql) };
    const snapshot: Snapshot = {
      ...read,
      statements: [{ queryId: "1", sql, ...load, countingSince: null, place: null, runs: [run] }],
      ...(rows === null ? {} : { rowSamples: [{ schema: "public", name: "payment", rows }] }),
    };
    const planner = await openShadowPlanner(snapshot);
    try {
      const { families } = await group(snapshot, parser);
      const id = "tuning/column-statistics-target";
      const context = tuningContext(snapshot, await withShapes(families, parser), noHardware);
      const [proposed] = runRules(snapshot, context, new Map([[id, (await loadTuningRules()).get(id)!]]), {}).proposals;
      const trial = proposed?.proposal.trial;
      if (trial?.kind !== "column-target") return null;
      const typical = families.map((family) => ({ family, typical: { kind: "text" as const, sql: family.sql, values: {} } }));
      const before = await planner.plan(sql, { show: [], hide: [] });
      const verdict = await proveTarget(trial, typical, { planner, indexes: { show: [], hide: [] }, stop: () => {} });
      expect(await planner.plan(sql, { show: [], hide: [] })).toEqual(before);
      return { proposal: proposed!.proposal, verdict };
    } finally {
      await planner.close();
    }
  };
  const sampled = async () =>
    (await database.session.query<{ row: string }>("select p::text as row from payment p where hashint8(id) % 4 = 0")).map(
      (each) => each.row,
    );

  beforeAll(async () => {
    database = await bootEmbedded({ collation: "libc-utf8" });
    parser = await openParser();
    await database.run(schema);
    const options = { top: 0, minCalls: 0, includeSchemas: [], excludeSchemas: [], readEnds: true, statements: [], redactValues: false };
    const found = await liveSource(database.session, { ...options, origin: "demo", now: new Date("2026-01-01T00:00:00Z") }).read({});
    // What was loaded before ANALYZE: the counters are flushed late.
    const relations = found.catalog.relations.map((each) => ({
      ...each,
      activity: each.activity && { ...each.activity, rowsModifiedSinceAnalyze: 0 },
    }));
    read = { ...found, catalog: { ...found.catalog, relations } };
  });
  afterAll(async () => {
    await parser?.close();
    await database?.close();
  });

  test("the finer histogram is made of the sample and planned with, and PostgreSQL's own comes as near once it is applied", async () => {
    const found = await judged(small, await sampled());
    const verdict = found?.verdict;
    if (verdict?.kind !== "proved" || verdict.proof.kind !== "planner") throw new Error(JSON.stringify(found));
    const [effect] = verdict.proof.effects;
    expect(effect!.rowsBefore).toBeLessThan(10);
    expect(effect!.rowsSampled! / 200).toBeGreaterThan(0.6);
    expect(effect!.rowsSampled! / 200).toBeLessThan(1.6);
    expect(effect!.rowsAfter! / effect!.rowsSampled!).toBeGreaterThan(0.7);
    expect(effect!.rowsAfter! / effect!.rowsSampled!).toBeLessThan(1.4);
    expect(found!.proposal.apply[0]).toBe("ALTER TABLE public.payment ALTER COLUMN amount SET STATISTICS 2000");
    expect(JSON.stringify({ ...found!.proposal, trial: null })).not.toContain("<= ");
    for (const sql of found!.proposal.apply) await database.run(sql);
    expect((await explained(small)).root.planRows).toBeGreaterThan(150);
    for (const sql of found!.proposal.undo) await database.run(sql);
    expect((await explained(small)).root.planRows).toBeLessThan(10);
  });

  test("a sample that does not bear the log out refuses it", async () => {
    const rows = Array.from({ length: 8000 }, (_, n) => `(${n},${1_000_000 + n * 100_000})`);
    const found = await judged(small, rows);
    expect(found?.verdict.kind).toBe("refused");
  });

  test("without a sample a range is refused: it may lie beyond what was analysed", async () => {
    const found = await judged(small, null);
    expect(found?.verdict).toMatchObject({ kind: "refused", reason: "No evidence beside a logged run: no rows are sampled." });
  });

  test("a wide range is estimated well, and nothing is proposed", async () => {
    expect(await judged("select id from payment where amount > 5000000", await sampled())).toBeNull();
  });
});
