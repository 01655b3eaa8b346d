import { describe, expect, test } from "vitest";
import type { Predicate } from "../../src/domain/workload.ts";
import { hasTrigram, likeParts, regexPrefix } from "../../src/rule/text-pattern.ts";

function matches(operator: string, pattern: string | null): Predicate {
  const on = { sql: "name", column: "name", columns: ["name"], type: "text", collation: null, immutable: true };
  const compared: Predicate["compared"] =
    pattern === null
      ? { kind: "parameter", numbers: [1], sql: "$1" }
      : { kind: "constant", sql: `'${pattern}'`, value: pattern, values: null, type: null };
  return { on, operator, compared, sql: `name ${operator} …` };
}

describe("a LIKE pattern", () => {
  test.each([
    ["abc%", "abc", "", false],
    ["%abc", "", "abc", false],
    ["a%b_c", "a", "c", false],
    ["abc", "abc", "abc", true],
    ["50\\%%", "50%", "", false],
    ["", "", "", true],
  ])("%s fixes the beginning %j and the end %j", (pattern, prefix, suffix, exact) =>
    expect(likeParts(pattern)).toEqual({ prefix, suffix, exact }),
  );
});

describe("an anchored regular expression", () => {
  test.each([
    ["^abc", "abc"],
    ["^abc.*d", "abc"],
    ["^ab?c", "a"],
    ["^abc*", "ab"],
    ["^a{2}", ""],
    ["^a\\.b", "a.b"],
    ["^(a|b)", ""],
    ["^a|b", ""],
    ["abc", ""],
    ["^\\d+", ""],
    ["^abc+", "abc"],
  ])("%s fixes %j", (pattern, prefix) => expect(regexPrefix(pattern)).toBe(prefix));
});

describe("pg_trgm finds something to look up", () => {
  test.each([
    ["~~", "%abc%"],
    ["~~*", "%Größe%"],
    ["~~", "ab%"],
    ["~~", "%ab"],
    ["~~", "% x%"],
    ["~", "time(d)? ?out"],
    ["%", "ab"],
    ["~~", null],
  ])("in %s %j", (operator, pattern) => expect(hasTrigram(matches(operator, pattern))).toBe(true));

  test.each([
    ["~~", "%ab%"],
    ["~~", "%a%"],
    ["~~", "%"],
    ["~~", "%a_b%"],
    ["~", "a.b"],
    ["~", "[a-z]+"],
  ])("not in %s %j", (operator, pattern) => expect(hasTrigram(matches(operator, pattern))).toBe(false));
});
