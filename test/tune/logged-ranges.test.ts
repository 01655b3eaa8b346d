import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { proveTarget } from "../../src/tune/prove-target.ts";
import { type AnalyzedDatabase, analyzedDatabase, withSample, withShadow } from "../support/analyzed-database.ts";
import { called, firstProposal } from "../support/tune-statements.ts";

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
  let database: AnalyzedDatabase;

  const judged = async (sql: string, rows: readonly string[] | null) => {
    const run = { sql, parameters: {}, durationMs: 1, plan: await database.explained(sql) };
    const statement = { ...called(sql), queryId: "1", totalExecTimeMs: 1000, runs: [run] };
    const snapshot = withSample({ ...database.read, statements: [statement] }, "payment", rows);
    return withShadow(snapshot, async (planner) => {
      const { proposal, asWritten } = await firstProposal({ parser: database.parser, snapshot, rule: "tuning/column-statistics-target" });
      const trial = proposal?.trial;
      if (trial?.kind !== "column-target") return null;
      const before = await planner.plan(sql, { show: [], hide: [] });
      const verdict = await proveTarget(trial, asWritten, { planner, indexes: { show: [], hide: [] }, stop: () => {} });
      expect(await planner.plan(sql, { show: [], hide: [] })).toEqual(before);
      return { proposal, verdict };
    });
  };
  const sampled = () => database.sampled("payment", "hashint8(id) % 4 = 0");

  beforeAll(async () => {
    database = await analyzedDatabase(schema);
  });
  afterAll(() => database?.close());

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
    expect(found!.proposal!.apply[0]).toBe("ALTER TABLE public.payment ALTER COLUMN amount SET STATISTICS 2000");
    expect(JSON.stringify({ ...found!.proposal, trial: null })).not.toContain("<= ");
    for (const sql of found!.proposal!.apply) await database.run(sql);
    expect((await database.explained(small)).root.planRows).toBeGreaterThan(150);
    for (const sql of found!.proposal!.undo) await database.run(sql);
    expect((await database.explained(small)).root.planRows).toBeLessThan(10);
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
