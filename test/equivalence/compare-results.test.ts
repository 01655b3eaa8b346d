import { describe, expect, test } from "vitest";
import type { StepResult } from "../../src/embedded/guarded-database.ts";
import { compareResults } from "../../src/equivalence/compare-results.ts";

const rows = (values: (string | null)[], type = 25): StepResult => {
  return { kind: "rows", columns: [{ name: "c", type }], rows: values.map((value) => [value]) };
};
const error = (sqlState: string | null): StepResult => ({ kind: "error", sqlState, message: "any" });

describe("two results", () => {
  test("are compared as bags, and as lists where the first statement orders", () => {
    expect(compareResults(rows(["a", "b"]), rows(["b", "a"]), false)).toBe("same");
    expect(compareResults(rows(["a", "b"]), rows(["b", "a"]), true)).toBe("order");
    expect(compareResults(rows(["a", "a"]), rows(["a"]), false)).toBe("rows");
    expect(compareResults(rows(["a", "a", "b"]), rows(["a", "b", "b"]), false)).toBe("rows");
  });
  test("tell NULL from the empty text and from the word", () => {
    expect(compareResults(rows([null]), rows([""]), false)).toBe("rows");
    expect(compareResults(rows([null]), rows(["null"]), false)).toBe("rows");
  });
  test("of numeric are equal by value, of text by letters", () => {
    expect(compareResults(rows(["1.50"], 1700), rows(["1.5"], 1700), false)).toBe("same");
    expect(compareResults(rows(["1.50"]), rows(["1.5"]), false)).toBe("rows");
  });
  test("of float may differ in the tenth digit", () => {
    expect(compareResults(rows(["0.30000000000000004"], 701), rows(["0.3"], 701), false)).toBe("same");
    expect(compareResults(rows(["0.3000001"], 701), rows(["0.3"], 701), false)).toBe("rows");
  });
});

describe("two errors", () => {
  test("are the same when their SQLSTATEs are of one class", () => {
    expect(compareResults(error("22012"), error("22P02"), false)).toBe("same");
    expect(compareResults(error("22012"), error("21000"), false)).toBe("error");
    expect(compareResults(error("23505"), error(null), false)).toBe("error");
  });
  test("are not the same as rows", () => {
    expect(compareResults(error("22012"), rows([]), false)).toBe("error");
    expect(compareResults(rows([]), error("22012"), false)).toBe("error");
  });
});

test("a result where the first statement leaves the range of its number type is compared with nothing; the other way round it is an error", () => {
  expect(compareResults(error("22003"), rows([]), false)).toBe("overflow");
  expect(compareResults(error("22008"), rows(["a"]), false)).toBe("error");
  expect(compareResults(rows([]), error("22003"), false)).toBe("error");
});
