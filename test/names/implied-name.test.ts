import { afterAll, beforeAll, expect, test } from "vitest";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { impliedName } from "../../src/names/implied-name.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let database: EmbeddedDatabase;
let parser: SqlParser;
beforeAll(async () => {
  [database, parser] = await Promise.all([bootEmbedded(), openParser()]);
});
afterAll(async () => {
  await parser.close();
  await database.close();
});

test.each([
  "relname",
  "c.relname",
  "lower(relname)",
  "relpages + 1",
  "1::int8",
  "relname::text",
  "lower(relname)::varchar",
  "nullif(relpages, 0)",
  "least(relpages, 1)",
  "case when relpages > 1 then 1 else relpages end",
  "case when relpages > 1 then 1 else 2 end",
  "case when relpages > 1 then 1 else 2::int8 end",
  "(case when relpages > 1 then 1 end)::text",
  "(select 1)",
  "(select 1 as one)",
  "(select max(relpages) from pg_class)",
  "exists (select 1)",
  "array(select 1)",
  "relpages in (select 1)",
  "(relacl)[1]",
  "$$a$$",
])("an output without a name is called as PostgreSQL calls it: %s", async (expression) => {
  const sql = `select ${expression} from pg_class c limit 1`;
  const parsed = await parser.parse(sql);
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  const { node } = parsed.statements[0]!;
  const target = "SelectStmt" in node ? node.SelectStmt.targetList?.[0] : undefined;
  const value = target && "ResTarget" in target ? target.ResTarget.val : undefined;
  const [row] = await database.session.query<object>(sql);
  expect(value && (impliedName(value) ?? "?column?")).toBe(Object.keys(row!)[0]);
});
