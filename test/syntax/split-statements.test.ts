import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { splitStatements } from "../../src/syntax/split-statements.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

async function texts(file: string): Promise<string[]> {
  const { statements, failures } = await splitStatements(parser, file);
  expect(failures).toEqual([]);
  return statements.map((each) => each.sql);
}

describe("cutting", () => {
  test.each([
    ["quotes", `select ';', E'\\';', ";" from "a;b"; select 2`, [`select ';', E'\\';', ";" from "a;b"`, "select 2"]],
    ["a doubled quote", "select 'it''s; fine'; select 2", ["select 'it''s; fine'", "select 2"]],
    ["an E string going on in the next line", "select E'a'\n  '\\';'; select 2", ["select E'a'\n  '\\';'", "select 2"]],
    ["a backslash in a plain string", "select 'a\\'; select 'b'", ["select 'a\\'", "select 'b'"]],
    ["dollar quotes", "do $$ begin; end $$; do $a$ ; $$ ; $a$; select $1", ["do $$ begin; end $$", "do $a$ ; $$ ; $a$", "select $1"]],
    ["a dollar inside a name", "select a$b$c from t; select $b$;$b$", ["select a$b$c from t", "select $b$;$b$"]],
    ["nested comments", "select /* ; /* ; */ ; */ 1; -- ; \nselect 2", ["select /* ; /* ; */ ; */ 1", "select 2"]],
    ["a comment inside an operator", "select 1 +-- ;\n 2; select 3", ["select 1 +-- ;\n 2", "select 3"]],
    [
      "the body of an SQL function",
      "create or replace function f(a int) returns int begin atomic select case when a > 1 then 2 end; select 3; end; select 4",
      ["create or replace function f(a int) returns int begin atomic select case when a > 1 then 2 end; select 3; end", "select 4"],
    ],
    ["BEGIN as a command", "begin; select 1; end; select 2", ["begin", "select 1", "end", "select 2"]],
    [
      "the actions of a rule",
      "create rule r as on insert to t do (delete from a; delete from b); select 1",
      ["create rule r as on insert to t do (delete from a; delete from b)", "select 1"],
    ],
    ["empty statements", ";;select 1;;\n;", ["select 1"]],
    [
      "psql's commands that send the statement",
      "select 1 \\g out.txt\nselect 2 \\gset\nselect 3 \\; select 4 \\gx",
      ["select 1", "select 2", "select 3", "select 4"],
    ],
    ["the rows of a COPY", "copy t from stdin;\n1\tit's; a trap\n\\N\tx\n\\.\nselect 1;", ["copy t from stdin", "select 1"]],
    ["a COPY whose rows are elsewhere", "copy t from stdin; select 1; select 2;", ["copy t from stdin", "select 1", "select 2"]],
    ["CRLF", "select 1;\r\nselect\r\n2;\r\n", ["select 1", "select\r\n2"]],
    ["a byte-order mark", "\uFEFFselect 1; select 2", ["select 1", "select 2"]],
  ])("respects %s", async (_, file, expected) => expect(await texts(file)).toEqual(expected));

  test("finds the places of all statements, also after characters outside the BMP", async () => {
    const file = "select '🐘';\n\n  -- second\n  select '名', a from t ;\r\nselect\n3";
    const { statements } = await splitStatements(parser, file);
    expect(statements.map((each) => file.slice(each.start, each.end))).toEqual(["select '🐘'", "select '名', a from t", "select\n3"]);
    expect(statements.map((each) => each.line)).toEqual([1, 4, 5]);
  });

  test("gives each statement the comments before it, and those after its semicolon on the same line", async () => {
    const file = "-- top\n/* more */\nselect 1; -- calls: 5\n-- calls: 10, mean_ms: 2.5\nselect 2;\n\nselect 3 -- inside\n;\n-- end";
    const { statements } = await splitStatements(parser, file);
    expect(statements.map((each) => [each.precedingComments, each.trailingComments])).toEqual([
      ["-- top\n/* more */", "-- calls: 5"],
      ["-- calls: 10, mean_ms: 2.5", ""],
      ["", ""],
    ]);
  });
});

describe("a file with errors", () => {
  test("keeps every other statement and says where the errors are", async () => {
    const file = "select 1;\n\nselect a,, b from t;\nselect 2;\n\\d users\nselect (1 from t;\nselect 3;\n\\timing on\nselect 4";
    const { statements, failures } = await splitStatements(parser, file);
    expect(statements.map((each) => [each.sql, each.line])).toEqual([
      ["select 1", 1],
      ["select 2", 4],
      ["select 3", 7],
      ["select 4", 9],
    ]);
    expect(
      failures.map(({ line, text, reason, message, position }) => [line, text, reason, message, position?.line, position?.column]),
    ).toEqual([
      [3, "select a,, b from t", "syntax", 'syntax error at or near ","', 3, 10],
      [5, "\\d users", "syntax", '"\\d" is a command of psql, not SQL', 5, 1],
      [6, "select (1 from t", "syntax", 'syntax error at or near "from"', 6, 11],
      [8, "\\timing on", "syntax", '"\\timing" is a command of psql, not SQL', 8, 1],
    ]);
  });

  test("loses one statement, not the rest, to a quote nobody closed", async () => {
    const file = "select 'abc from t;\nselect 1;\nselect a from t where s = 'x';\nselect 2;\n";
    const { statements, failures } = await splitStatements(parser, file);
    expect(statements.map((each) => each.sql)).toEqual(["select 1", "select a from t where s = 'x'", "select 2"]);
    expect(failures).toMatchObject([{ line: 1, text: "select 'abc from t;" }]);
  });

  test("the same when a later quote closes it", async () => {
    const file = "select 'abc from t;\nselect 1;\nselect a from t where s = 'x' and b = 'it;\nselect 2;\n";
    const { statements, failures } = await splitStatements(parser, file);
    expect(statements.map((each) => each.sql)).toEqual(["select 1", "select 2"]);
    expect(failures.map((each) => each.line)).toEqual([1, 3]);
  });

  test("does not read a long string in a broken statement as statements", async () => {
    const { statements, failures } = await splitStatements(parser, "insert intoo t values ('Dear sir;\nyours;\n'); select 1;");
    expect(statements.map((each) => each.sql)).toEqual(["select 1"]);
    expect(failures).toHaveLength(1);
  });

  test("a comment never closed costs what it covers up to the next line's end", async () => {
    const { statements, failures } = await splitStatements(parser, "select 1;\nselect 2 /* oops;\nselect 3;");
    expect(statements.map((each) => each.sql)).toEqual(["select 1", "select 3"]);
    expect(failures).toMatchObject([{ reason: "truncated", line: 2 }]);
  });

  test("a command in the middle of a statement breaks that statement only", async () => {
    const { statements, failures } = await splitStatements(parser, "select a\n\\echo hi\nfrom t;\nselect 2;");
    expect(statements.map((each) => each.sql)).toEqual(["select a", "select 2"]);
    expect(failures.map((each) => each.text)).toEqual(["\\echo hi", "from t"]);
  });

  test.each(["", "-- nothing", ";", "'", "\\", "\\;", "$$", "/*", "\0", "select 1;\0;select 2"])("%j ends", async (file) => {
    const { statements, failures } = await splitStatements(parser, file);
    expect(statements.length + failures.length).toBeLessThan(4);
  });
});

test("whatever the pieces, cutting agrees with the grammar that reads the whole text", async () => {
  const piece = fc.constantFrom(
    "select ';'",
    "select E'\\';'",
    "select $$;$$, $x$;$$;$x$",
    'select ";" from t',
    "select /* ; /* ; */ */ 1",
    "select 1 -- ;\n",
    "select '🐘;' as \"名;\"",
    "create function f() returns int begin atomic select 1; select case when true then 2 end; end",
    "create rule r as on insert to t do also (select 1; select 2)",
    "begin",
    "end",
    "insert into t values (1, 'a;b')",
    "select a$x$b from t",
    "select U&'\\0041;'",
    "select b'1', x'f', n'a;b'",
  );
  const gap = fc.constantFrom(";", " ; ", ";\n", "; -- c;\n", ";/* ; */", ";;");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(piece, gap), { minLength: 1, maxLength: 8 }), async (pieces) => {
      const file = pieces.flat().join("");
      const whole = await parser.parse(file);
      const split = await splitStatements(parser, file);
      expect(split.failures).toEqual([]);
      expect(split.statements.map(({ sql, node, start }) => ({ sql, node, start }))).toEqual(
        whole.kind === "parsed" ? whole.statements.map(({ sql, node, start }) => ({ sql, node, start })) : whole,
      );
    }),
    { seed: 1, numRuns: 150 },
  );
});
