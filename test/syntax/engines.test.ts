import fc from "fast-check";
import libPgQuery from "libpg-query";
import { beforeAll, expect, test } from "vitest";
import { driveLibPgQuery, type TreeEngine } from "../../src/syntax/libpg-query.ts";
import { drivePgQuery, type FingerprintEngine, type PgQueryModule } from "../../src/syntax/pg-query.ts";
import { statements } from "../support/statements.ts";

let pgQuery: FingerprintEngine;
let libPgQueryEngine: TreeEngine;
beforeAll(async () => {
  // @ts-expect-error The package ships no types; PgQueryModule names the parts we use.
  const { default: PgQuery } = await import("pg-query-emscripten/pg_query_wasm.js");
  const module: PgQueryModule = await new PgQuery();
  pgQuery = drivePgQuery(module);
  await libPgQuery.loadModule();
  libPgQueryEngine = driveLibPgQuery(libPgQuery);
});

test("500 statements have a fingerprint, and the same normal form in both engines", () => {
  for (const sql of statements(500, 1)) {
    expect(pgQuery.fingerprint(sql), sql).toMatch(/^[0-9a-f]{16}$/);
    expect(libPgQueryEngine.fingerprint(sql), sql).toMatch(/^[0-9a-f]{16}$/);
    expect(pgQuery.normalize(sql), sql).toBe(libPgQueryEngine.normalize(sql));
  }
});

test("statements without aliases and schemas get the same fingerprint from both engines", () => {
  const column = fc.constantFrom("a", "b", "t.c", "u.d", "lower(e)", "count(*)", "x + 1");
  const value = fc.constantFrom("1", "'x'", "$1", "null", "now()", "-5", "array[1, 2]", "'1'::int", "(select max(a) from v)");
  const condition = fc
    .tuple(column, fc.constantFrom("=", "<", "in", "between", "like", "is null", "@>"), value, value)
    .map(([left, operator, one, two]) => {
      if (operator === "in") return `${left} in (${one}, ${two})`;
      if (operator === "between") return `${left} between ${one} and ${two}`;
      return operator === "is null" ? `${left} is null` : `${left} ${operator} ${one}`;
    });
  const where = fc.array(condition, { minLength: 1, maxLength: 4 }).map((all) => all.join(" and "));
  const sql = fc.oneof(
    fc
      .tuple(column, column, where)
      .map(([one, two, all]) => `select ${one}, ${two} from t join u on t.a = u.b where ${all} order by ${one} desc limit 5`),
    fc.tuple(where, value).map(([all, one]) => `update t set a = ${one} where ${all}`),
    where.map((all) => `delete from t where ${all}`),
    fc.tuple(value, value).map(([one, two]) => `insert into t (a, b) values (${one}, ${two}) on conflict (a) do nothing`),
    where.map((all) => `with v as (select a from u where ${all}) select 1 from v, t where exists (select 1 from u where ${all})`),
  );
  fc.assert(
    fc.property(sql, (text) => {
      expect(pgQuery.fingerprint(text)).toBe(libPgQueryEngine.fingerprint(text));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("only pg-query-emscripten tells relations apart behind an alias, so it decides wherever its grammar reaches", () => {
  const [orders, users, renamed] = ["select x.id from orders x", "select x.id from users x", "select id from a.t as x"];
  expect(pgQuery.fingerprint(orders!)).not.toBe(pgQuery.fingerprint(users!));
  expect(libPgQueryEngine.fingerprint(orders!)).toBe(libPgQueryEngine.fingerprint(users!));
  expect(pgQuery.fingerprint(renamed!)).toBe(pgQuery.fingerprint("select id from a.t as y"));
  expect(pgQuery.fingerprint(renamed!)).not.toBe(pgQuery.fingerprint("select id from b.t as x"));
});

test("a normal form keeps the fingerprint, is its own normal form, and holds no literal", () => {
  for (const sql of statements(500, 2)) {
    const normalized = libPgQueryEngine.normalize(sql)!;
    expect(pgQuery.fingerprint(normalized), normalized).toBe(pgQuery.fingerprint(sql));
    expect(pgQuery.normalize(normalized)).toBe(normalized);
    if (/^(?:select|with|insert|update|delete|merge|\()/.test(sql)) expect(normalized).not.toMatch(/'|[^\w$.]\d{2,}/);
  }
});

test("what one refuses as no SQL the other refuses as well", () => {
  const noise = fc.constantFrom(
    "select",
    "from",
    "t",
    "a",
    ",",
    "(",
    ")",
    "'",
    '"',
    "$$",
    "where",
    "=",
    "1",
    "--",
    "/*",
    "\n",
    ";",
    "é",
    "🐘",
    "$1",
    "\\",
  );
  fc.assert(
    fc.property(fc.array(noise, { minLength: 1, maxLength: 12 }), (words) => {
      const sql = words.join(" ");
      expect(pgQuery.fingerprint(sql) === null).toBe(libPgQueryEngine.fingerprint(sql) === null);
    }),
    { seed: 1, numRuns: 1000 },
  );
});
