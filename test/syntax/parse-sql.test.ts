import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openParser, type ParsedSql, type ParseFailure, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { walk } from "../../src/syntax/tree.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

async function statements(sql: string): Promise<ParsedSql["statements"]> {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed") throw new Error(parsed.message);
  return parsed.statements;
}

async function failure(sql: string): Promise<ParseFailure> {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "parsed") throw new Error(`parsed: ${sql}`);
  return parsed;
}

/** The text at each place a tree names, by field. */
async function textsAt(sql: string, length: number): Promise<string[]> {
  const texts: string[] = [];
  for (const { node, sql: own } of await statements(sql)) {
    walk(node, (each) => {
      const location: number | undefined = "ColumnRef" in each ? (each.ColumnRef.location ?? 0) : undefined;
      if (location !== undefined) texts.push(own.slice(location, location + length));
    });
  }
  return texts;
}

describe("statements", () => {
  test("start at their first token and end at their last, without comments and semicolon", async () => {
    const sql = "-- one\nselect 1 /* kept */ + 1 -- gone\n;\n/* two */ ; update t set a = 2 where b = 'x;y' ;";
    const found = await statements(sql);
    expect(found.map((each) => each.sql)).toEqual(["select 1 /* kept */ + 1", "update t set a = 2 where b = 'x;y'"]);
    for (const each of found) expect(sql.slice(each.start, each.end)).toBe(each.sql);
  });

  test("are PostgreSQL 18 trees", async () => {
    const [only] = await statements("update t set a = 1 returning old.a");
    expect(only!.node).toMatchObject({ UpdateStmt: { returningClause: { exprs: [expect.anything()] } } });
  });

  test.each(["", "   \r\n", "-- a comment", "/* one /* nested */ */", ";;"])("none in %j", async (sql) => {
    expect(await parser.analyze(sql)).toEqual({ parsed: { kind: "parsed", statements: [] }, fingerprint: null, normalized: null });
  });

  test("have places in UTF-16, counted from their own start, whatever stands before", async () => {
    const sql = "/* 🐘 */ select 'ż🐘🐘', aaa from t; select '名', aaa, bbb from u where ccc = '🐘' and ddd";
    expect(await textsAt(sql, 3)).toEqual(["aaa", "aaa", "bbb", "ccc", "ddd"]);
  });

  test("read the same after a byte-order mark and with CRLF", async () => {
    const [only] = await statements("\uFEFFselect a\r\n-- comment\r\nfrom t\r\n");
    expect(only).toMatchObject({ sql: "select a\r\n-- comment\r\nfrom t", start: 1 });
  });

  test.each([
    ["not /* c */ in (1)", "NOT IN"],
    ["in (1) order by aaa nulls -- c\n last", "NULLS LAST"],
    ["like 'b' /* 🐘 */\n 'c'", "a string and its next line"],
  ])("may have a comment inside: %s", async (rest) => {
    const sql = `select /* 🐘 */ aaa from t where aaa ${rest}`;
    const { parsed, fingerprint } = await parser.analyze(sql);
    expect(parsed).toMatchObject({ statements: [{ sql }] });
    expect(fingerprint).toBe(await parser.fingerprint(sql.replaceAll(/\/\*.*?\*\/|--.*/g, "")));
    expect((await textsAt(sql, 3)).every((text) => text === "aaa")).toBe(true);
  });

  test.each([
    "select * from t where a = $1 and b = any($2)",
    "select * from t where a IN ($1 /*, ... */)",
    "select now() - INTERVAL $1, date $2, $3::interval",
    "select extract($1 from x) from t limit $2 offset $3",
    "SET work_mem = $1",
    "select a from t where j ? 'a' and j ?| array['b']",
    "/*+ SeqScan(t) */ select * from t",
    "select graph from t group by rollup (a, b), grouping sets ((a), ())",
    "select json_value(j, '$.a' returning int) from t",
    "merge into t using s on t.id = s.id when not matched by source then delete returning merge_action(), t.*",
    "create table r (id int, p daterange, primary key (id, p without overlaps))",
  ])("%s parses and has a fingerprint and a normal form", async (sql) => {
    const { parsed, fingerprint, normalized } = await parser.analyze(sql);
    expect(parsed).toMatchObject({ kind: "parsed", statements: [expect.anything()] });
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(await parser.fingerprint(normalized!)).toBe(fingerprint);
  });
});

describe("failures", () => {
  test("say where, in UTF-16 and as line and column", async () => {
    expect(await failure("select '🐘🐘',\r\n  '🐘' a b from t")).toEqual({
      kind: "failed",
      reason: "syntax",
      message: 'syntax error at or near "b"',
      position: { offset: 25, line: 2, column: 9 },
    });
  });

  test.each([
    "select a from t where b in (select c from d where e = 'abc",
    "select a from t where",
    "select a from t where b = 1 and",
    "select a /* from t",
    'select a from "orde',
    "do $body$ begin perform 1;",
    "select a from t where b = E'it\\'s",
  ])("%s is truncated", async (sql) => expect((await failure(sql)).reason).toBe("truncated"));

  test.each([
    "selec 1",
    "select a,, b from t",
    "select * from t where a = ? and b = ?",
    "select * from t where a = :name",
    "select 1) from t",
  ])("%s is a syntax error", async (sql) => expect((await failure(sql)).reason).toBe("syntax"));

  test.each([
    ["select * from t where a = ?;", "?"],
    ["select * from t where a = ? and b = ?", "?"],
    ["select * from t where a = :name", ":name"],
    ["select * from t where a = %s and b", "%s"],
    ["select * from t where a = %(id)s", "%(id)s"],
  ])("%s names the placeholder %s", async (sql, placeholder) => {
    const message = expect.stringContaining(`write $1 for a placeholder, not "${placeholder}"`);
    expect(await failure(sql)).toMatchObject({ reason: "syntax", message });
  });

  test("name a command of psql and its line", async () => {
    expect(await failure("select 1;\n\n\\copy t from 'x.csv'")).toMatchObject({
      reason: "syntax",
      message: '"\\copy" is a command of psql, not SQL',
      position: { line: 3, column: 1 },
    });
  });

  test("a NUL byte is refused where it stands, not read as the end", async () => {
    expect(await parser.analyze("select 1\n, \0 2")).toEqual({
      parsed: { kind: "failed", reason: "syntax", message: "the text holds a NUL byte", position: { offset: 11, line: 2, column: 3 } },
      fingerprint: null,
      normalized: null,
    });
  });

  test("text over the limit is refused by its UTF-8 length", async () => {
    const small = await openParser({ maxBytes: 20 });
    expect((await small.parse("select '12345678'")).kind).toBe("parsed");
    expect(await small.parse("select '名名名名名'")).toMatchObject({ reason: "too-large", position: null });
    await small.close();
  });

  test("a lone surrogate, which has no UTF-8, does no harm to what follows", async () => {
    expect(await textsAt("select '\ud83d', aaa, '\udc00' from t where bbb = 1", 3)).toEqual(["aaa", "bbb"]);
  });
});

describe("fingerprints", () => {
  test("equal for statements that differ in constants, list lengths, case and comments", async () => {
    const texts = ["select * from t where a in (1,2,3) and b = 'x'", "SELECT * /* c */ FROM t WHERE a IN ($1 /*, ... */) AND b = $2"];
    const [one, other] = await Promise.all(texts.map((sql) => parser.fingerprint(sql)));
    expect(one).toBe(other);
  });

  test("null, not an error text, when no grammar knows the text", async () => {
    expect(await parser.fingerprint("select 'abc")).toBeNull();
    expect(await parser.normalize("select 'abc")).toBeNull();
    expect(await parser.fingerprint(`select ${"(".repeat(20_000)}1`)).toBeNull();
  });
});

describe("normal form", () => {
  test.each([
    ["select a from t where b = 5 and c = 'x' limit 10", "select a from t where b = $1 and c = $2 limit $3"],
    ["select a from t where b = $2 and c = 'x'", "select a from t where b = $2 and c = $3"],
    [
      "select a from t where b in (1, 2) and d > now() - interval '1 day'",
      "select a from t where b in ($1, $2) and d > now() - interval $3",
    ],
    ["select -1, E'\\'', $$q$$, x'1f', true, null, '🐘'", "select $1, $2, $3, $4, $5, $6, $7"],
    ["select a -- user 42\nfrom t /* secret 'x' */ where b/**/=/**/1", "select a\nfrom t where b = $1"],
    ["select a from t where b in ($1 /*, ... */)", "select a from t where b in ($1 /*, ... */)"],
    ["/*+ IndexScan(t) */ select 1", "/*+ IndexScan(t) */ select $1"],
    ["select 1;;", "select $1"],
    ["alter role x password 'abc'", "alter role x password $1"],
    ["select json_value(j, '$.a') from t where b = 7", "select json_value(j, $1) from t where b = $2"],
  ])("%s", async (sql, expected) => expect(await parser.normalize(sql)).toBe(expected));
});

describe("large and deep text", () => {
  const repeat = (count: number, piece: (at: number) => string, between: string) =>
    Array.from({ length: count }, (_, at) => piece(at)).join(between);
  test.each([
    ["1,000 operators", `select ${repeat(1000, () => "1", "+")}`],
    ["500 joins", `select * from t0 ${repeat(500, (at) => `join t${at + 1} on t${at + 1}.id = t${at}.id`, " ")}`],
    ["10,000 list members", `select * from t where a in (${repeat(10_000, String, ",")})`],
    ["5,000 conditions", `select * from t where ${repeat(5000, (at) => `a = ${at}`, " or ")}`],
    ["500 nested subqueries", `select * from ${"(select * from ".repeat(500)}t${") x".repeat(500)}`],
    ["400 nested cases", `select ${"case when a then ".repeat(400)}1${" end".repeat(400)}`],
    ["60,000 characters of literal", `select '${"x".repeat(60_000)}' from t`],
    ["900,000 characters", `select '${"x".repeat(900_000)}' from t`],
  ])("%s parse", async (_, sql) => {
    const { parsed, fingerprint, normalized } = await parser.analyze(sql);
    expect(parsed.kind).toBe("parsed");
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(normalized).not.toBeNull();
  });

  test("20,000 operators are refused in words, and the next statement is fine", async () => {
    expect(await failure(`select ${repeat(20_000, () => "1", "+")}`)).toMatchObject({
      reason: "too-large",
      message: expect.stringMatching(/nested \d+ levels/),
    });
    expect(await parser.fingerprint("select 1")).toBe("50fde20626009aba");
  });
});
