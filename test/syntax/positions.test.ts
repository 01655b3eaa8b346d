import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byteOffsets, offsetOfCodePoint, positionAt } from "../../src/syntax/positions.ts";

const anyText = fc.string({ unit: fc.constantFrom("a", " ", "é", "名", "🐘", "\n", "\r\n", "\u0300") });

describe("offsets", () => {
  test("come back from code points and from bytes, at every character of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const fromByte = byteOffsets(text);
        let offset = 0;
        for (const [index, character] of [...text].entries()) {
          expect(offsetOfCodePoint(text, index)).toBe(offset);
          expect(fromByte(Buffer.byteLength(text.slice(0, offset)))).toBe(offset);
          offset += character.length;
        }
        expect(fromByte(Buffer.byteLength(text))).toBe(text.length);
      }),
      { seed: 1 },
    );
  });

  test("inside a character give its start, and past the end the end", () => {
    const fromByte = byteOffsets("a🐘b");
    expect([0, 1, 2, 3, 4, 5, 6, 99, -1].map(fromByte)).toEqual([0, 1, 1, 1, 1, 3, 4, 4, 0]);
    expect(offsetOfCodePoint("a🐘b", 99)).toBe(4);
    expect([5, -1].map(byteOffsets("abc"))).toEqual([3, 0]);
  });
});

test.each([
  ["", 0, 1, 1],
  ["ab\ncd", 4, 2, 2],
  ["ab\r\ncd", 4, 2, 1],
  ["a\rb", 2, 2, 1],
  ["\n\n", 2, 3, 1],
  ["🐘🐘x", 4, 1, 3],
  ["a\n", 1, 1, 2],
])("in %j offset %i is line %i, column %i", (text, offset, line, column) =>
  expect(positionAt(text, offset)).toEqual({ offset, line, column }),
);
