import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openResults } from "../../src/mcp/results.ts";

const note =
  /\n\[cut: characters (\d+) to (\d+) of (\d+)\. For the rest call read_result with \{"result": "(\d+)", "offset": (\d+)\}[^\n]*\]$/;

describe("a result that is too long", () => {
  test("is given in parts of which none is too long, and that make the whole again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.integer({ min: 5, max: 100 }), (text, limit) => {
        const results = openResults(limit);
        let whole = "";
        for (let part = results.bounded(text); ; ) {
          const cut = note.exec(part);
          const body = cut ? part.slice(0, cut.index) : part;
          if (body.length > limit) throw new Error(`${body.length} characters, of ${limit}`);
          whole += body;
          if (!cut) break;
          part = results.part(cut[4]!, Number(cut[5]));
        }
        expect(whole).toBe(text);
      }),
      { numRuns: 300, examples: [["\u{10000}\0\u{10000}\n", 5]] },
    );
  });
  test("keeps the limit where a line ends right behind it", () => {
    const results = openResults(5);
    expect(results.bounded("12345\n789").split("\n")[0]).toBe("12345");
  });
  test("is forgotten after twenty more", () => {
    const results = openResults(10);
    for (let made = 0; made < 21; made++) results.bounded("x".repeat(50));
    expect(() => results.part("1", 10)).toThrow('no result "1"');
    expect(results.part("2", 40)).toBe("x".repeat(10));
    expect(() => results.part("2", 50)).toThrow("50 characters");
  });
});
