import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareMigrations } from "../../src/migrations/find-files.ts";
import { readMigration } from "../../src/migrations/read-migration.ts";
import { addedSql } from "../../src/migrations/source-sql.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

async function read(path: string, text: string | Uint8Array, options: { runner?: string; placeholders?: Record<string, string> } = {}) {
  const content = typeof text === "string" ? Buffer.from(text) : text;
  return readMigration(
    parser,
    { path, content, isNew: true },
    { runner: options.runner ?? null, placeholders: options.placeholders ?? {} },
  );
}

/** `[line, opening words]` of each statement. */
async function statements(path: string, text: string) {
  const file = await read(path, text);
  return file?.statements.map((each) => [each.line, each.sql.slice(0, 20)]);
}

describe("the forward part runs and the lines stay", () => {
  test.each([
    [
      "dbmate",
      "db/migrations/1_x.sql",
      "-- migrate:up\nalter table a add b int;\n-- migrate:down\ndrop table a;\n",
      [[2, "alter table a add b "]],
    ],
    ["dbmate, down first", "1.sql", "-- migrate:down\ndrop table a;\n-- migrate:up\nselect 1;\n", [[4, "select 1"]]],
    [
      "goose",
      "1_x.sql",
      "-- +goose Up\n-- +goose StatementBegin\nselect 1;\n-- +goose StatementEnd\n-- +goose Down\ndrop table a;",
      [[3, "select 1"]],
    ],
    ["node-pg-migrate", "1.sql", "-- Up Migration\nselect 1;\n-- Down Migration\nselect 2;\n", [[2, "select 1"]]],
    [
      "drizzle",
      "drizzle/0001_x.sql",
      "select 1;\n--> statement-breakpoint\nselect 2;",
      [
        [1, "select 1"],
        [3, "select 2"],
      ],
    ],
    ["prisma", "prisma/migrations/2024_x/migration.sql", "-- AlterTable\nselect 1;", [[2, "select 1"]]],
    ["golang-migrate", "m/1_x.up.sql", "select 1;", [[1, "select 1"]]],
    ["flyway", "sql/V1_2__x.sql", "select 1;", [[1, "select 1"]]],
    [
      "sqitch",
      "deploy/x.sql",
      "begin;\nselect 1;\ncommit;",
      [
        [1, "begin"],
        [2, "select 1"],
        [3, "commit"],
      ],
    ],
  ])("%s", async (_, path, text, expected) => {
    expect(await statements(path, text)).toEqual(expected);
  });

  test.each(["m/1_x.down.sql", "U1__x.sql", "revert/x.sql", "verify/x.sql", "migrations/1/down.sql", "migrations/001_x_rollback.sql"])(
    "%s undoes: it is passed over",
    async (path) => {
      expect(await read(path, "drop table a;")).toBeNull();
    },
  );
});

describe("each runner's transaction is known", () => {
  test.each([
    ["plain file", "m/1.sql", "select 1; select 2;", false, true],
    ["golang-migrate, two statements in one string", "m/1_x.up.sql", "select 1; select 2;", true, true],
    ["golang-migrate, one statement", "m/1_x.up.sql", "create index concurrently i on t (a);", false, true],
    ["dbmate", "1.sql", "-- migrate:up\nselect 1;", true, true],
    ["dbmate, switched off", "1.sql", "-- migrate:up transaction:false\nselect 1;", false, true],
    ["dbmate, switched off but two statements in one string", "1.sql", "-- migrate:up transaction:false\nselect 1; select 2;", true, true],
    ["goose", "1.sql", "-- +goose Up\nselect 1;", true, true],
    ["goose, switched off", "1.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;", false, true],
    ["drizzle never leaves its transaction", "drizzle/0001_x.sql", "select 1;", true, false],
    ["prisma, two statements", "prisma/migrations/1_x/migration.sql", "select 1; select 2;", true, true],
    ["flyway", "V1__x.sql", "select 1;", true, true],
    ["flyway, only statements that refuse a transaction", "V1__x.sql", "create index concurrently i on t (a);", false, true],
    ["liquibase, switched off", "1.sql", "--liquibase formatted sql\n--changeset me:1 runInTransaction:false\nselect 1;", false, true],
    ["diesel", "migrations/1_x/up.sql", "select 1;", true, true],
  ])("%s", async (_, path, text, wraps, canLeave) => {
    expect((await read(path, text))?.runner).toMatchObject({ wrapsInTransaction: wraps, canRunOutsideTransaction: canLeave });
  });
});

describe("what cannot be read is a line, and the rest is read", () => {
  test("a byte-order mark and CRLF", async () => {
    expect(await statements("1.sql", "\uFEFFalter table a\r\n  add b int;\r\nselect 1;\r\n")).toEqual([
      [1, "alter table a\r\n  add"],
      [3, "select 1"],
    ]);
  });
  test.each([
    ["binary", new Uint8Array([0x42, 0, 1, 2]), /1\.sql is a binary file/],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x41, 0]), /UTF-16/],
    ["Latin-1", new Uint8Array([0x2d, 0x2d, 0xe9, 0x0a]), /not UTF-8/],
    ["5 MB", new Uint8Array(5 * 1024 * 1024).fill(0x20), /5\.0 MB.*data loads/],
  ])("%s", async (_, content, message) => {
    const file = await read("1.sql", content);
    expect(file?.statements).toEqual([]);
    expect(file?.notices.map((each) => each.message).join()).toMatch(message);
  });
  test("a quote that is never closed names its line, and the next statement is read", async () => {
    const file = await read("1.sql", "select 1;\ninsert into a values ('x);\nselect 2;\n");
    expect(file?.statements.map((each) => each.line)).toEqual([1, 3]);
    expect(file?.notices).toMatchObject([
      { line: 2, kind: "broken", message: expect.stringMatching(/quote \('\) is opened and never closed/) },
    ]);
  });
  test.each(["alter table a add check (b in (1, -- don't", "insert into a select $$x$$, (1"])(
    "a statement that ends too early has no open quote: %s",
    async (sql) => {
      const file = await read("1.sql", sql);
      expect(file?.notices).toMatchObject([{ kind: "broken", message: expect.stringMatching(/^syntax error at end of input/) }]);
    },
  );
  test.each([
    ["select /* x", /a comment \(\/\*\) is opened/],
    ["do $body$ begin", /a dollar quote is opened/],
    ['alter table "a add b int', /a double quote \("\) is opened/],
  ])("what is open at the end is named: %s", async (sql, message) => {
    const file = await read("1.sql", sql);
    expect(file?.notices).toMatchObject([{ kind: "broken", message: expect.stringMatching(message) }]);
  });
  test("psql commands: a harmless one is silent, an include is named", async () => {
    const file = await read("1.sql", "\\set x 1\n\\restrict abc\n\\i other.sql\nselect 1;\n");
    expect(file?.statements.map((each) => each.line)).toEqual([4]);
    expect(file?.notices).toMatchObject([{ line: 3, kind: "open", message: expect.stringMatching(/\\i other\.sql is not followed/) }]);
  });
  test.each([
    ["Jinja", "alter table {{ table }} add b int;"],
    ["shell and Flyway", `alter table "\${schema}".a add b int; `],
    ["ERB", "alter table <%= table %> add b int;"],
    ["psql variable", "alter table :tab add b int;"],
  ])("a %s placeholder without a value", async (_, sql) => {
    const file = await read("1.sql", `${sql}\nselect 1;`);
    expect(file?.statements.map((each) => each.line)).toContain(2);
    expect(file?.notices).toMatchObject([{ line: 1, kind: "open", message: expect.stringMatching(/placeholder/) }]);
  });
  test("a placeholder with a value, and one inside a string", async () => {
    const file = await read("1.sql", "alter table ${schema}.a add b int;\ninsert into a values ('${x}');", {
      placeholders: { schema: "app" },
    });
    expect(file?.statements[0]?.sql).toBe("alter table app.a add b int");
    expect(file?.notices).toEqual([]);
  });
});

test("files run in the order of their numbers, repeatable ones last", () => {
  const names = [
    "m/V10__b.sql",
    "m/R__views.sql",
    "m/V2__a.sql",
    "m/V2.1__a.sql",
    "m/20240102030405000001_x.sql",
    "m/20240102030405000000_x.sql",
  ];
  expect(names.toSorted(compareMigrations)).toEqual([
    "m/20240102030405000000_x.sql",
    "m/20240102030405000001_x.sql",
    "m/V2.1__a.sql",
    "m/V2__a.sql",
    "m/V10__b.sql",
    "m/R__views.sql",
  ]);
});

describe("SQL that a change adds to application code", () => {
  const added = (path: string, text: string, before: string | null = null) =>
    addedSql({
      path,
      status: before === null ? "added" : "modified",
      content: Buffer.from(text),
      before: before === null ? null : Buffer.from(before),
    });

  test.each([
    ["a.ts", "const q = `select * from t\n where id = ${id}`;", "select * from t\n where id = $1"],
    ["a.ts", 'db.query("select * from t where id = $1 and b = $2", [1, 2])', "select * from t where id = $1 and b = $2"],
    ["a.py", 'cur.execute("""\nselect a from t where b = %s and c in (%s)\n""")', "select a from t where b = $1 and c in ($2)"],
    ["a.py", "cur.execute('update t set a = %(a)s where id = %(id)s')", "update t set a = $1 where id = $2"],
    ["a.go", "db.Query(`select a from t where b = $1`)", "select a from t where b = $1"],
    ["a.rb", "sql = <<~SQL\n  select a from t where b = :b\nSQL\n", "select a from t where b = $1"],
    ["q.sql", "-- name: x\nselect a from t where b = $1;", "select a from t where b = $1"],
    ["a.rs", 'sqlx::query!(r#"select a from t where b = $1"#, b)', "select a from t where b = $1"],
    ["A.java", 'String s = "select a from t where b = ?";', "select a from t where b = $1"],
  ])("%s: %s", (path, text, expected) => {
    expect(added(path, text).map((each) => each.sql)).toEqual([expected]);
  });
  test("prose, comments, code that puts the text together, and what was there before are left alone", () => {
    expect(added("a.ts", '// "select a from t"\nalert("Select a file from the list");')).toMatchObject([]);
    expect(added("a.ts", "q(`select a from ${table} where b = 1`)")).toEqual([]);
    expect(added("a.ts", 'q("select a from t"); q("select b from t")', 'q("select a from t")').map((each) => each.sql)).toEqual([
      "select b from t",
    ]);
  });
  test("the line is the one where the string begins", () => {
    expect(added("src/a.ts", "\n\nq(`\nselect a\nfrom t`)")[0]?.place).toBe("src/a.ts:3");
  });
});
