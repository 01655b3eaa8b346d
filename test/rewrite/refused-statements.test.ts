import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRewriteRules } from "../../rules/index.ts";
import { openRewriteBench, type RewriteBench } from "../support/rewrite-bench.ts";
import { readRuleCase } from "../support/rule-case.ts";

const root = join(import.meta.dirname, "..", "..", "rules");
const rules = await loadRewriteRules();

let bench: RewriteBench;
beforeAll(async () => {
  bench = await openRewriteBench();
});
afterAll(() => bench?.close());

/** Ways to make of any SELECT a statement that no rule may touch; what cannot be said of a statement is left out by PostgreSQL's grammar. */
const dangers: readonly (readonly [string, (sql: string) => string])[] = [
  ["locks rows", (sql) => `${sql} for update`],
  ["locks rows in a subquery", (sql) => `select * from (${sql}) inner_query where exists (select 1 from pg_class for share)`],
  ["changes rows in a CTE", (sql) => `with gone as (delete from danger returning id) ${sql}`],
  ["changes rows and returns them", (sql) => `insert into danger select count(*)::int from (${sql}) inner_query returning id`],
  ["draws numbers", (sql) => `select * from (${sql}) inner_query where random() < 0.5`],
  ["takes from a sequence", (sql) => `select nextval('danger_sequence'), inner_query.* from (${sql}) inner_query`],
  ["calls a volatile function of the user's", (sql) => `select * from (${sql}) inner_query where danger()`],
  ["skips locked rows in a CTE", (sql) => `with held as (select 1 from pg_class for update skip locked) ${sql}`],
  ["updates in a CTE that nobody reads", (sql) => `with touched as (update danger set id = id returning id) ${sql}`],
  [
    "merges in a CTE",
    (sql) =>
      `with merged as (merge into danger using (select 1) s on false when not matched then insert values (1) returning danger.id) ${sql}`,
  ],
  ["samples", (sql) => `select * from (${sql}) inner_query, danger tablesample system (10)`],
  ["makes a table", (sql) => `select * into made from (${sql}) inner_query`],
  ["reads the clock between rows", (sql) => `select * from (${sql}) inner_query where clock_timestamp() > '2024-01-01'`],
  ["takes an advisory lock", (sql) => `select pg_try_advisory_lock(1), inner_query.* from (${sql}) inner_query`],
  ["changes a setting", (sql) => `select set_config('a.b', 'c', false), inner_query.* from (${sql}) inner_query`],
  ["reads a view that draws", (sql) => `select * from (${sql}) inner_query, drawn`],
  [
    "reads a view over one that calls a volatile function",
    (sql) => `select * from (${sql}) inner_query where exists (select 1 from "Over")`,
  ],
  ["calls a function nobody knows", (sql) => `select * from (${sql}) inner_query where elsewhere()`],
];
const objects = `create table danger (id int); create sequence danger_sequence; create function danger() returns boolean language plpgsql volatile as 'begin return true; end';
create view drawn as select random() as r; create view called as select id from danger where danger(); create view "Over" as select c.id from called c;`;

describe.each([...rules])("%s", (id, rule) => {
  const names = readdirSync(join(root, id, "cases")).filter((name) => name.startsWith("fires-"));
  test("proposes nothing for a statement that locks, changes or draws", async () => {
    for (const name of names) {
      const given = readRuleCase(join(root, id, "cases", name));
      const catalog = await bench.make({ ...given, schema: `${given.schema}\n${objects}` });
      const sql = given.statement?.replace(/;\s*$/, "") ?? "";
      const postgres = given.postgres ?? 18;
      // The statement as it is must fire, or silence would say nothing.
      expect((await bench.propose(rule, sql, catalog, postgres)).length).toBeGreaterThan(0);
      for (const [what, made] of dangers) {
        const parsed = await bench.parser.parse(made(sql));
        if (parsed.kind === "failed") continue;
        const proposals = await bench.propose(rule, made(sql), catalog, postgres);
        // The rule whose subject is a volatile function changes what it is about, and says that the contract differs.
        const unsafe = proposals.filter(({ contract }) => !(rule.volatileFunctions && contract === "different-contract"));
        expect(unsafe, `${name}: ${what}`).toEqual([]);
      }
    }
  });
});
