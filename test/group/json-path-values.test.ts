import fc from "fast-check";
import { expect, test } from "vitest";
import type { Column, ColumnStatistics } from "../../src/domain/catalog.ts";
import { holds, leafDocument, leavesOf } from "../../src/group/document-leaves.ts";
import type { ParameterUse } from "../../src/group/parameter-uses.ts";
import { valueFor } from "../../src/group/sample-values.ts";
import { formatArrayText } from "../../src/syntax/array-text.ts";

const documents = ["red", "blue", "green"].map((color, at) => JSON.stringify({ color, n: at }));
const statistics = {
  mostCommonValues: null,
  mostCommonElements: null,
  histogramBounds: formatArrayText(documents),
} as unknown as ColumnStatistics;

function middle(operator: string, of = statistics): string | null | undefined {
  // Only what choosing a value reads.
  const use = { operator, statistics: of, column: { baseType: "jsonb" } as Column } as unknown as ParameterUse;
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

const nested = {
  ...statistics,
  histogramBounds: formatArrayText(
    ["c1", "c2", "c3"].map((cert, at) => JSON.stringify({ color: "red", vendor: { country: "DE", id: at }, certs: ["c0", cert] })),
  ),
} as ColumnStatistics;

test("what fewest documents share is searched for, however deep it lies", () => {
  expect(middle("@>", nested)).toMatch(/^\{"certs":\["c[123]"\]\}$/);
  expect(middle("@@", nested)).toMatch(/^\$\."certs"\[\*\] == "c[123]"$/);
  expect(middle("@?", nested)).toMatch(/^\$\."certs"\[\*\] \? \(@ == "c[123]"\)$/);
});

const json = fc.letrec<{ document: Record<string, unknown> }>((tie) => ({
  document: fc.dictionary(
    fc.string(),
    fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.oneof(fc.string(), tie("document"))),
      tie("document"),
    ),
    { maxKeys: 4 },
  ),
})).document;

test("a document holds each of its leaves, and so does the smallest document with that leaf alone", () => {
  fc.assert(
    fc.property(json, (document) => {
      for (const leaf of leavesOf(document)) {
        expect(holds(document, leaf)).toBe(true);
        expect(leavesOf(leafDocument(leaf))).toEqual([leaf]);
        expect(holds({}, leaf)).toBe(false);
      }
    }),
    { seed: 3 },
  );
});
