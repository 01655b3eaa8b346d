import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootGuarded, type GuardedDatabase } from "../../src/embedded/guarded-database.ts";
import { conditionsByColumn, truthClasses, truthFunction } from "../../src/equivalence/truth-classes.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let database: GuardedDatabase;
let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
  database = await bootGuarded({ collation: "icu" });
  await database.run(truthFunction);
});
afterAll(async () => {
  await database.close();
  await parser.close();
});

async function conditions(sql: string) {
  const parsed = await parser.parse(sql);
  if (parsed.kind === "failed") throw new Error(parsed.message);
  return conditionsByColumn(parsed.statements.map(({ node }) => node));
}
async function classes(sql: string, name: string, type: string, candidates: readonly string[]) {
  const own = (await conditions(sql)).get(name) ?? { own: [], changed: [] };
  return truthClasses(database, own, { name, type, candidates });
}
const whole = Array.from({ length: 60 }, (_, at) => String(at));

describe("values sorted by what conditions make of them", () => {
  test("part on both sides of a bound that no constant names", async () => {
    const { all: found } = await classes("select * from t where x + 5 > 47", "x", "int4", whole);
    // 42 makes the sides equal, and 43 is the only one beyond with which x + 5 > 48 is false.
    for (const value of ["42", "43"]) expect(found.filter((each) => each.includes(value))).toEqual([[value]]);
  });

  test("part where a division begins and ends to be equal", async () => {
    const { all: found } = await classes("select * from t where x / 3 = 7", "x", "int4", whole);
    expect(found.some((each) => each.join() === "21,22,23")).toBe(true);
  });

  test("are aimed where a condition itself is true, and not only a change of it", async () => {
    const { aimed } = await classes("select * from t where doc -> 'a' -> 'b' = '1'", "doc", "jsonb", [
      `'{}'`,
      `'{"a":1}'`,
      `'{"a":{"b":1}}'`,
      `'{"a":{"b":2}}'`,
    ]);
    expect(aimed).toEqual([[`'{"a":{"b":1}}'`]]);
  });

  test("leave out what a condition fails on, and a condition that fails on everything", async () => {
    const { all: found } = await classes("select * from t where note::int > 4", "note", "text", ["'a'", "'3'", "'9'"]);
    expect(found.flat().toSorted()).toEqual(["'3'", "'9'"]);
    // '1x' is no jsonb: the changed condition would fail for every value.
    expect((await classes("select * from t where doc = '1'", "doc", "jsonb", ["'1'", "'2'"])).all.flat()).toHaveLength(2);
  });

  test("are none where a condition reads other columns, parameters or tables too", async () => {
    const found = await conditions("select * from t where x > y and x = $1 and x in (select z from u) and 1 = 1");
    expect([...found.keys()]).toEqual([]);
  });

  test("are none where all are alike", async () => {
    expect(await classes("select * from t where x is not null", "x", "int4", ["1", "2"])).toEqual({ all: [], aimed: [] });
  });
});
