import { afterAll, beforeAll, expect, test } from "vitest";
import { rewritable } from "../../src/rule/rewrite-statement.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { literalCatalog } from "../support/literal-catalog.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser?.close());

async function seen(sql: string) {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed") throw new Error(parsed.message);
  return rewritable(parsed.statements[0]!.node, literalCatalog([]), { searchPath: ["public"], viewTrees: new Map() });
}

test.each([
  ["select id from orders where a = 1 for update", "it locks rows (FOR UPDATE or FOR SHARE)"],
  ["select id from (select id from orders for share) x", "it locks rows (FOR UPDATE or FOR SHARE)"],
  ["with d as (delete from orders where id = 1 returning id) select id from orders", "it changes rows"],
  ["update orders set a = 1 where b = 2 returning id", "only SELECT statements are rewritten"],
  ["select * into copy from orders", "SELECT INTO makes a table"],
  ["select id from orders tablesample system (1)", "TABLESAMPLE gives other rows each time"],
  ["select id from orders where mine(a) = 1", "nobody can say whether mine() is volatile"],
])("refuses %s", async (sql, because) => {
  expect(await seen(sql)).toEqual({ kind: "refused", because });
});

test.each([
  ["select random() from orders", true],
  ["select id from orders where id in (select nextval('s') from other)", true],
  ["select now(), count(*) over (order by id), lower(a) from orders where at > current_date", false],
])("knows whether %s calls a volatile function", async (sql, volatile) => {
  const found = await seen(sql);
  expect(found.kind === "rewritable" && found.statement.callsVolatile).toBe(volatile);
});

test("answers for 500 joins", async () => {
  const joins = Array.from({ length: 500 }, (_, at) => `join t${at + 1} on t${at + 1}.id = t${at}.id`).join(" ");
  const found = await seen(`select t0.id from t0 ${joins}`);
  expect(found.kind).toBe("rewritable");
});
