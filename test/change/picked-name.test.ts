import { afterAll, beforeAll, expect, test } from "vitest";
import { describeChange } from "../../src/change/describe-change.ts";
import { emptyCatalog } from "../../src/domain/empty-catalog.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let database: EmbeddedDatabase;
let parser: SqlParser;
const long = "a_rather_long_name_of_a_column_that_alone_takes_most_of_63_bytes";
beforeAll(async () => {
  [database, parser] = await Promise.all([bootEmbedded(), openParser()]);
  await database.run(`create table orders (id int, note text, "Größe" text, doc jsonb, at timestamp, ${long} int)`);
});
afterAll(async () => {
  await parser.close();
  await database.close();
});

test.each([
  "(id, note desc)",
  '("Größe")',
  "(id) include (note)",
  "(lower(note))",
  "(lower(note), lower(note || 'x'), id)",
  "((note || 'x'))",
  "((note || 'x'), (note || 'y'), (id + 1))",
  "((doc ->> 'a'))",
  "(((doc ->> 'a')::text))",
  "((id::text))",
  "((at::date))",
  "(cast(note as int))",
  "(cast(doc ->> 'n' as numeric))",
  "(coalesce(note, ''))",
  "(nullif(note, ''))",
  "(greatest(id, 3))",
  '(note collate "C")',
  '((lower(note) collate "C"))',
  "((case when id > 1 then 1 end))",
  "((case when id > 1 then 'a' else note end))",
  "((case when id > 1 then 'a' else 'b' end))",
  "((doc['a']))",
  `(${long}, id)`,
])("an index without a name is called as PostgreSQL calls it: %s", async (keys) => {
  const sql = `create index on orders ${keys}`;
  const parsed = await parser.parse(sql);
  if (parsed.kind !== "parsed") throw new Error(parsed.message);
  const names = { relation: ({ relname = "" }) => ({ schema: "public", name: relname }), catalog: emptyCatalog };
  const [change] = describeChange(parsed.statements[0]!.node, names);
  await database.run(`begin; ${sql}`);
  const rows = await database.session.query<{ relname: string }>(
    "select relname from pg_class where relkind = 'i' and relname like 'orders%'",
  );
  await database.run("rollback");
  expect(rows.map((row) => row.relname)).toEqual([change?.kind === "create-index" ? change.pickedName : null]);
});
