import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRewriteRules } from "../../rules/index.ts";
import { variantsOf } from "../../src/rewrite/propose-rewrites.ts";
import { openRewriteBench, type RewriteBench } from "../support/rewrite-bench.ts";
import { parseRuleCase } from "../support/rule-case.ts";

let bench: RewriteBench;
beforeAll(async () => {
  bench = await openRewriteBench();
});
afterAll(() => bench?.close());

const schema = "create table node (id int primary key, parent int references node, day timestamp not null, note text);";
const joins = (count: number) =>
  Array.from({ length: count }, (_, at) => `left join node n${at + 1} on n${at + 1}.id = n${at}.parent`).join("\n");

/** Each holds one place that a rule rewrites, so that all of the way is gone: levels, rules, text, diff. */
const statements: readonly (readonly [string, string])[] = [
  [
    "60,000 characters",
    `select id from node where day::date = '2024-02-05' and (${Array.from({ length: 2700 }, (_, at) => `note <> 'note ${at}'`).join(" or ")})`,
  ],
  ["500 joins", `select n0.id from node n0\n${joins(500)}\nwhere n0.day::date = '2024-02-05'`],
  [
    "10,000 IN items",
    `select id from node where day::date = '2024-02-05' and id in (${Array.from({ length: 10_000 }, (_, at) => at).join(", ")})`,
  ],
  [
    "200 nested subqueries",
    `${"select id from node where id in (".repeat(200)}select id from node where day::date = '2024-02-05'${")".repeat(200)}`,
  ],
];

async function variantsFor(sql: string) {
  const snapshot = await bench.snapshot(parseRuleCase(schema, "fires-large.sql"));
  const failures: { rule: string; error: unknown }[] = [];
  const book = {
    snapshot,
    names: { searchPath: ["public"], viewTrees: new Map() },
    rules: await loadRewriteRules(),
    ruleOptions: {},
    parser: bench.parser,
  };
  return { ...(await variantsOf(sql, book, failures)), failures };
}

test.each(statements)("rewrites a statement of %s and keeps the rest of its text", async (_, sql) => {
  const { variants, leftAlone, failures } = await variantsFor(sql);
  expect(failures).toEqual([]);
  expect(leftAlone).toBeNull();
  const ranged = variants.find(({ rules }) => rules.join() === "rewrite/date-cast-range");
  expect(
    ranged?.after?.replace(/>= '2024-02-05' and (?:n0\.)?day < '2024-02-06'/, "::date = '2024-02-05'").replace("day ::", "day::"),
  ).toBe(sql);
});

test("leaves a UNION ALL of 2,000 arms alone and says why", async () => {
  const arms = Array.from({ length: 2_000 }, (_, at) => `select id from node where day::date = '2024-02-05' and id = ${at}`);
  const { variants, leftAlone, failures } = await variantsFor(arms.join(" union all "));
  expect({ variants, failures }).toEqual({ variants: [], failures: [] });
  expect(leftAlone).toContain("names 2000 tables");
});
