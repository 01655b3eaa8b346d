import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { snapshotOf } from "../../bench/rewrites-schema.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { type EquivalenceProver, openProver } from "../../src/equivalence/prover.ts";
import type { TestSummary } from "../../src/equivalence/verdict.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let snapshot: Snapshot;
let parser: SqlParser;
let prover: EquivalenceProver;
beforeAll(async () => {
  snapshot = await snapshotOf(`
    create table parent (id int primary key, city text);
    create table child (id int primary key, parent_id int references parent (id), owner_id int not null references parent (id),
      qty int not null check (qty < 1000), note text, kind text, place text, closed_at timestamp, state text);
    create view late as select id from child where closed_at < clock_timestamp();`);
  parser = await openParser();
  prover = openProver();
});
afterAll(async () => {
  await prover.close();
  await parser.close();
});

async function testsOf(before: string, after = before): Promise<TestSummary> {
  const verdict = await prover.judge({ before, after, snapshot, parser, seed: 1, budgetMs: 8000, rowsOnly: true });
  if (verdict.verdict !== "tested") throw new Error(JSON.stringify(verdict));
  return verdict.tests;
}
const coverageOf = async (before: string) => (await testsOf(before)).coverage;

describe("the databases are measured by what they make of", () => {
  test("each predicate: true, false, and unknown where a column may be NULL", async () => {
    // Each statement of the pair counts: two predicates, the nullable one with three outcomes.
    expect(await coverageOf("select id from child where qty > 5 and note = 'x'")).toEqual({ cases: 10, seen: 10, unseen: [] });
  });

  test("predicates inside sub-selects, HAVING, FILTER and CASE", async () => {
    const sql = `select owner_id, count(*) filter (where note = 'f') from child c
      where exists (select 1 from parent p where p.id = c.parent_id and p.city = 'rome')
      group by owner_id having max(qty) > 3`;
    expect((await coverageOf(sql))?.unseen).toEqual([]);
    expect(await coverageOf("select case when qty = 4 then 1 end from child")).toEqual({ cases: 4, seen: 4, unseen: [] });
  });

  test("each join: matched, and a row without match on either side", async () => {
    expect(await coverageOf("select c.id from child c left join parent p on p.id = c.parent_id")).toMatchObject({ unseen: [] });
  });

  test("what cannot happen is named", async () => {
    const coverage = await coverageOf("select c.id from child c join parent p on p.id = c.owner_id where qty < 1000");
    expect(coverage?.unseen).toEqual([
      "qty < 1000 is never false",
      "there is never a row on the left without match of JOIN ON p.id = c.owner_id",
    ]);
  });
});

describe("the verdict warns", () => {
  test("where no row could make a condition true", async () => {
    const { warnings } = await testsOf("select id from child where qty > 2000 and note = 'x'");
    expect(warnings).toContainEqual(expect.stringMatching(/no row made this true: .*qty > 2000/));
  });

  test("of nothing where five conditions must hold at once, and finds what differs behind them", async () => {
    const deep = "note = 'n' and kind = 'k' and place = 'p' and closed_at is null and state in ('s', 't')";
    expect((await testsOf(`select id from child where ${deep} and qty > 3`)).warnings).toEqual([]);
    const verdict = await prover.judge({
      before: `select id from child where ${deep} and qty > 3`,
      after: `select id from child where ${deep} and qty >= 3`,
      snapshot,
      parser,
      seed: 1,
      budgetMs: 8000,
    });
    expect(verdict.verdict).toBe("different");
  });
});

test("a volatile function in a view is as volatile as one in the statement", async () => {
  const sql = "select id from late";
  expect(await prover.judge({ before: sql, after: sql, snapshot, parser, seed: 1, budgetMs: 8000 })).toEqual({
    verdict: "unsupported",
    reason: "clock_timestamp() is volatile: two runs of one statement need not agree",
  });
});

test("a caller may bind NaN and infinity", async () => {
  const verdict = await prover.judge({
    before: "select id from child where $1::float8 - $1::float8 = 0",
    after: "select id from child where $1::float8 is not null",
    snapshot,
    parser,
    seed: 1,
    budgetMs: 8000,
  });
  expect(verdict.verdict).toBe("different");
  if (verdict.verdict === "different") expect(verdict.counterExample.parameters[0]).toMatch(/NaN|Infinity/);
});
