import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parameterPlaces, substituteParameters } from "../../src/syntax/parameters.ts";

describe("parameterPlaces", () => {
  test("finds each $n with the word before it", () => {
    const places = parameterPlaces("select * from t where a = $1 and b > now() - interval $2 limit $10");
    expect(places.map(({ number, before }) => [number, before])).toEqual([
      [1, "="],
      [2, "interval"],
      [10, "limit"],
    ]);
  });

  test.each([
    ["a string", "select '$1', $2", [2]],
    ["a string with a doubled quote", "select 'it''s $1', $2", [2]],
    ["an escape string", String.raw`select E'\'$1', $2`, [2]],
    ["a quoted name", 'select "$1", $2 from "a""$3"', [2]],
    ["a dollar quote", "select $q$ $1 $q$, $$ $3 $$, $2", [2]],
    ["a line comment", "select $2 -- $1\n", [2]],
    ["a block comment", "select $2 /* $1 */", [2]],
    ["an identifier with a dollar", "select a$1, $2 from t", [2]],
  ])("sees no parameter inside %s", (_, sql, numbers) => {
    expect(parameterPlaces(sql).map((place) => place.number)).toEqual(numbers);
  });
});

describe("substituteParameters", () => {
  test("replaces every place of a number and leaves those with no value", () => {
    const sql = substituteParameters("a = $1 or b = $1 or c = $2", ({ number }) => (number === 1 ? "'x'" : null));
    expect(sql).toBe("a = 'x' or b = 'x' or c = $2");
  });

  test("changes nothing when no value is known, whatever the text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (sql) => substituteParameters(sql, () => null) === sql));
  });
});
