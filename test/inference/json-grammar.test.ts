import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { proposalsShape } from "../../src/agent/proposal-shape.ts";
import { type JsonSchema, jsonGrammar } from "../../src/inference/json-grammar.ts";
import { pickToken } from "../../src/inference/pick-token.ts";
import { tokenBytes } from "../../src/inference/token-bytes.ts";

const grammarOf = (shape: z.ZodType) => jsonGrammar(z.toJSONSchema(shape) as JsonSchema);
const utf8 = new TextEncoder();

/** "whole", "beginning" of a text of the grammar, or "no". */
function judge(grammar: ReturnType<typeof jsonGrammar>, text: string): string {
  let state: ReturnType<typeof grammar.next> = grammar.start;
  for (const byte of utf8.encode(text)) {
    state = grammar.next(state, byte);
    if (state === null) return "no";
  }
  return grammar.isComplete(state) ? "whole" : "beginning";
}

describe("the grammar of a schema", () => {
  const shape = z.strictObject({
    kind: z.literal("a"),
    some: z.enum(["x", "yé"]),
    text: z.string().max(5).nullable(),
    list: z.array(z.number()).min(1).max(2),
    flag: z.boolean(),
  });
  const grammar = grammarOf(shape);

  test.each([
    ['{"kind":"a","some":"x","text":null,"list":[1],"flag":true}', "whole"],
    ['{"kind": "a", "some": "yé", "text": "\\"\\u00e9ab", "list": [-0.5, 12], "flag": false}', "whole"],
    ['{"kind":"a","some":"x","text":"日本語","list":[1],"flag":true}', "whole"],
    ['{"kind":"a","some":"x","text":"', "beginning"],
    ["", "beginning"],
    ['{"kind":"b"', "no"],
    ['{"some":"x"', "no"],
    ['{"kind":"a","some":"x","text":"abcdef"', "no"],
    ['{"kind":"a","some":"x","text":null,"list":[]', "no"],
    ['{"kind":"a","some":"x","text":null,"list":[1,2,3', "no"],
    ['{"kind":"a","some":"x","text":null,"list":[01', "no"],
    ['{"kind":"a","some":"x","text":"a\nb"', "no"],
    ['{"kind":"a","some":"x","text":null,"list":[1],"flag":true,', "no"],
    ['{"kind":"a","some":"x","text":null,"list":[1],"flag":true}}', "no"],
    ['{"kind":"a","some":"x","text":"\u{1d4b3}"', "no"],
  ])("takes %s as %s", (text, expected) => expect(judge(grammar, text)).toBe(expected));

  const index = fc.record({
    kind: fc.constant("index" as const),
    table: fc.string({ maxLength: 20 }),
    method: fc.constantFrom("btree", "gin", "brin"),
    keys: fc.array(fc.string({ maxLength: 20 }), { minLength: 1, maxLength: 8 }),
    include: fc.array(fc.string({ maxLength: 9 }), { maxLength: 16 }),
    where: fc.option(fc.string({ maxLength: 30 })),
  });
  const statistics = fc.record({
    kind: fc.constant("statistics" as const),
    table: fc.string({ maxLength: 9 }),
    on: fc.array(fc.string({ maxLength: 9 }), { minLength: 1, maxLength: 4 }),
  });
  const rewrite = fc.record({ kind: fc.constant("rewrite" as const), sql: fc.string({ maxLength: 60 }) });
  const proposals = grammarOf(proposalsShape);

  test("takes every answer of the shape", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(index, statistics, rewrite), { maxLength: 4 }), (all) => {
        expect(judge(proposals, JSON.stringify({ proposals: all }))).toBe("whole");
      }),
    );
  });

  test("takes no other: whatever way is gone through it ends in an answer of the shape", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const bytes: number[] = [];
        let state: ReturnType<typeof proposals.next> = proposals.start;
        // Short of the bound texts end by chance: the quote is as likely as all else together.
        while (state !== null && !proposals.isComplete(state)) {
          const open = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => proposals.next(state!, byte) !== null);
          const ending = open.filter((byte) => byte === 0x22 || byte === 0x5d);
          const number: number = numbers.next().value ?? 0;
          const byte: number = ending.length > 0 && number % 3 > 0 ? ending[number % ending.length]! : open[number % open.length]!;
          bytes.push(byte);
          state = proposals.next(state, byte);
        }
        const text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes));
        expect(proposalsShape.safeParse(JSON.parse(text)).success, text).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe("picking a token", () => {
  const grammar = jsonGrammar({ enum: ["yes", "no"] });
  const tokens = ['"', "yes", "no", '"no', "maybe", 'yes"'].map((each) => utf8.encode(each)) as (Uint8Array | null)[];
  tokens.push(null);
  const end = new Set([6]);
  const logits = (...values: readonly number[]) => Float32Array.from(values);

  test("takes the likeliest that goes on with a text of the grammar", () => {
    expect(pickToken(logits(1, 9, 9, 2, 9, 9, 9), end, { grammar, state: grammar.start, tokens })).toMatchObject({ kind: "token", id: 3 });
    const opened = grammar.next(grammar.start, 0x22)!;
    expect(pickToken(logits(9, 5, 4, 9, 9, 6, 9), end, { grammar, state: opened, tokens })).toMatchObject({ kind: "token", id: 5 });
  });

  test("ends where the text is whole, and is stuck where no token fits", () => {
    let state = grammar.start;
    for (const byte of utf8.encode('"no"')) state = grammar.next(state, byte)!;
    expect(pickToken(logits(9, 9, 9, 9, 9, 9, 0), end, { grammar, state, tokens })).toEqual({ kind: "end" });
    expect(pickToken(logits(9), end, { grammar, state: grammar.start, tokens: [utf8.encode("x")] })).toEqual({ kind: "stuck" });
  });

  test("looks through a whole vocabulary when it must", () => {
    const many = Array.from({ length: 500 }, (_, id) => utf8.encode(id === 417 ? '"yes' : `x${id}`));
    const values = Float32Array.from({ length: 500 }, (_, id) => (id === 417 ? -9 : id));
    expect(pickToken(values, end, { grammar, state: grammar.start, tokens: many })).toMatchObject({ kind: "token", id: 417 });
  });
});

describe("the bytes of tokens", () => {
  const texts = (file: Parameters<typeof tokenBytes>[0]) =>
    tokenBytes(file).map((bytes) => (bytes === null ? null : new TextDecoder().decode(bytes)));
  test("are GPT-2's for byte-level BPE", () => {
    const file = {
      model: { vocab: { Ġselect: 0, "Ã©": 1, Ċ: 2, "</s>": 3 } },
      decoder: { type: "ByteLevel" },
      added_tokens: [{ id: 3, content: "</s>", special: true }],
    };
    expect(texts(file)).toEqual([" select", "é", "\n", null]);
  });
  test("are SentencePiece's where bytes are spelled", () => {
    const file = {
      model: {
        vocab: [
          ["▁select", -1],
          ["<0x0A>", -2],
        ] as [string, number][],
      },
      decoder: { type: "Sequence", decoders: [{ type: "ByteFallback" }] },
    };
    expect(texts(file)).toEqual([" select", "\n"]);
  });
});
