import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Scan } from "../../src/domain/workload.ts";
import { withSettledConstants } from "../../src/group/settled-constants.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());

/** A scan that compares, orders and groups by these expressions. */
const scanOf = (predicates: readonly string[], sort: readonly string[] = [], grouping: readonly string[] = []): Scan => {
  const on = (sql: string) => ({
    sql,
    column: /^\w+$/.test(sql) ? sql : null,
    columns: ["doc"],
    type: null,
    collation: null,
    immutable: true,
  });
  // Only what the function reads.
  return {
    predicates: predicates.map((sql) => ({ on: on(sql) })),
    disjunctions: [],
    sort: sort.map((sql) => ({ on: on(sql) })),
    grouping: grouping.map(on),
  } as unknown as Scan;
};
const settle = (sql: string, scan: Scan, texts: readonly string[]) =>
  withSettledConstants(sql, [scan], {
    runs: texts.map((text) => ({ sql: text, parameters: {}, durationMs: 1, plan: null })),
    parser,
  });

const counted = "select id from t where doc ->> $1 = $2 and state = $3";

describe("a constant that the log shows", () => {
  test("is put back where an expression hides it, and nowhere else; the rest is numbered anew", async () => {
    const logged = [
      "select id from t where doc ->> 'ref' = 'R1' and state = 'a'",
      "SELECT id\nFROM t -- by ref\nWHERE doc ->> 'ref' = 'R2' AND state = 'a';",
    ];
    expect(await settle(counted, scanOf(["doc ->> $1", "state"]), logged)).toEqual({
      sql: "select id from t where doc ->> 'ref' = $1 and state = $2",
      settled: [1],
    });
  });

  test("is not settled when two texts differ there", async () => {
    const logged = [
      "select id from t where doc ->> 'ref' = 'R1' and state = 'a'",
      "select id from t where doc ->> 'sku' = 'R1' and state = 'a'",
    ];
    expect(await settle(counted, scanOf(["doc ->> $1"]), logged)).toBeNull();
  });

  test("is not settled when it was bound at run time, once or always", async () => {
    const bound = "select id from t where doc ->> $1 = $2 and state = 'a'";
    expect(await settle(counted, scanOf(["doc ->> $1"]), [bound])).toBeNull();
    expect(await settle(counted, scanOf(["doc ->> $1"]), ["select id from t where doc ->> 'ref' = $1 and state = 'a'"])).toEqual({
      sql: "select id from t where doc ->> 'ref' = $1 and state = $2",
      settled: [1],
    });
    expect(
      await settle(counted, scanOf(["doc ->> $1"]), ["select id from t where doc ->> 'ref' = 'R1' and state = 'a'", bound]),
    ).toBeNull();
  });

  test("counts in orders and groups too", async () => {
    const sql = "select date_trunc($1, at), count(*) from t group by date_trunc($2, at) order by doc -> $3";
    const logged = "select date_trunc('day', at), count(*) from t group by date_trunc('day', at) order by doc -> 'x'";
    expect(await settle(sql, scanOf([], ["doc -> $3"], ["date_trunc($2, at)"]), [logged])).toEqual({
      sql: "select date_trunc($1, at), count(*) from t group by date_trunc('day', at) order by doc -> 'x'",
      settled: [2, 3],
    });
  });

  test("is put back for a key that is asked for, and not for a value", async () => {
    const scan = {
      ...scanOf([]),
      predicates: ["?", "="].map((operator, at) => ({
        on: { sql: "doc", column: "doc", columns: ["doc"] },
        operator,
        compared: { kind: "parameter", numbers: [at + 1], sql: `$${at + 1}` },
      })),
    } as unknown as Scan;
    expect(
      await settle("select id from t where doc ? $1 and state = $2", scan, ["select id from t where doc ? 'iban' and state = 'a'"]),
    ).toEqual({
      sql: "select id from t where doc ? 'iban' and state = $1",
      settled: [1],
    });
  });

  test("says nothing without a log, without such an expression, or for a text with other parameters", async () => {
    expect(await settle(counted, scanOf(["doc ->> $1"]), [])).toBeNull();
    expect(await settle(counted, scanOf(["state"]), ["select id from t where doc ->> 'ref' = 'R1' and state = 'a'"])).toBeNull();
    expect(await settle(counted, scanOf(["doc ->> $1"]), ["select id from t where doc ->> 'ref' = 'R1'", "not sql at all ("])).toBeNull();
  });
});
