import { expect, test } from "vitest";
import type { Column, ColumnStatistics } from "../../src/domain/catalog.ts";
import type { ParameterUse } from "../../src/group/parameter-uses.ts";
import { valueFor } from "../../src/group/sample-values.ts";
import { formatArrayText } from "../../src/syntax/array-text.ts";

const documents = ["red", "blue", "green"].map((color, at) => JSON.stringify({ color, n: at }));
const statistics = {
  mostCommonValues: null,
  mostCommonElements: null,
  histogramBounds: formatArrayText(documents),
} as unknown as ColumnStatistics;

function middle(operator: string): string | null | undefined {
  // Only what choosing a value reads.
  const use = { operator, statistics, column: { baseType: "jsonb" } as Column } as unknown as ParameterUse;
  const context = {
    type: "jsonpath",
    before: operator,
    inContext: null,
    mayBeNull: false,
    now: "2026-01-01",
    dimensions: null,
  } as unknown as Parameters<typeof valueFor>[2];
  return valueFor("middle", use, context);
}

test("a jsonpath compared by @@ is a predicate on a value that documents hold", () => {
  expect(middle("@@")).toMatch(/^\$\."color" == "(red|blue|green)"$/);
});

test("a jsonpath compared by @? finds that value", () => {
  expect(middle("@?")).toMatch(/^\$\."color" \? \(@ == "(red|blue|green)"\)$/);
});
