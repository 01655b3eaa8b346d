import { describe, expect, test } from "vitest";
import type { Completion, LanguageModel } from "../../src/contract/language-model.ts";
import { plainWords } from "../../src/explain/plain-words.ts";
import { literalReport as whole } from "../render/literal-report.ts";

/** Says these texts one after the other; null: something that is not of the shape. */
function saying(...texts: readonly (string | null)[]): LanguageModel & { readonly asked: number } {
  let asked = 0;
  return {
    id: "scripted",
    description: "a test",
    get asked() {
      return asked;
    },
    complete: async <T>(): Promise<Completion<T>> => {
      const text = texts[Math.min(asked++, texts.length - 1)] ?? null;
      const usage = { promptTokens: 1, completionTokens: 1, requests: 1 };
      return text === null
        ? { kind: "unusable", why: "the answer holds no JSON object", usage }
        : { kind: "answered", value: { text } as T, usage };
    },
    close: async () => {},
  };
}

const [recommendation] = whole.recommendations;
const ask = (model: LanguageModel) => plainWords(model, recommendation!, whole.families);

describe("a recommendation in a model's words", () => {
  test("is the model's when it claims nothing that is not so", async () => {
    const model = saying("Statements look for rows of `orders` by `customer_id`, and read all of it today.");
    expect((await ask(model)).explanation).toMatchObject({ writtenBy: "scripted" });
    expect(model.asked).toBe(1);
  });

  test("is the model's second text when the first was wrong", async () => {
    const model = saying("It makes `orders` 77 times cheaper.", "It makes reading `orders` by `customer_id` cheaper.");
    const { explanation, refused } = await ask(model);
    expect(explanation.writtenBy).toBe("scripted");
    expect(refused).toEqual(['"77 times" is no figure of the evidence']);
  });

  test.each([
    ["gibberish", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,ating", "nothing in words"],
    ["a letter over and over", `orders of customer id ${"a".repeat(40)}`, "nothing in words"],
    ["words that fit anything", "This index is a very good thing to have.", "names nothing"],
    ["no JSON", null, "no JSON object"],
  ])("is the template's when the model writes %s", async (_, text, because) => {
    const { explanation, refused } = await ask(saying(text));
    expect(explanation).toEqual(recommendation!.explanation);
    expect(refused.join("; ")).toContain(because);
  });
});
