import { beforeAll, describe, expect, test } from "vitest";
import { shapeTextVersion } from "../../src/access-shape/shape-text.ts";
import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";
import type { ProvenCase } from "../../src/domain/proven-case.ts";
import { caseTitle, likeCase } from "../../src/similar/like-case.ts";
import { adaptCases, cosine, embeddedText, type SimilarCases, similarCases } from "../../src/similar/similar-cases.ts";
import { wordEmbedding } from "../../src/similar/word-embedding.ts";
import { literalCatalog, table } from "../support/literal-catalog.ts";
import { factsOf, loadGrammar } from "../support/scan-text.ts";

beforeAll(loadGrammar);

const proven = (id: string, shape: string, more: Partial<ProvenCase> = {}): ProvenCase => ({
  id,
  verdict: "helps",
  kind: "index",
  changeClass: "btree column-integer",
  rules: ["index/btree-for-filter"],
  split: "gallery",
  schema: "",
  statement: "select 1",
  change: "CREATE INDEX ON t (a)",
  index: null,
  template: {
    accessMethod: "btree",
    keys: [
      {
        slot: { part: "where", words: "equals column integer", ordinal: 0 },
        operatorClass: null,
        descending: false,
        nullsFirst: false,
      },
    ],
    covering: false,
    partial: [],
    storage: {},
    extension: null,
  },
  shape,
  shapeVersion: shapeTextVersion,
  before: { totalCost: 100, nodes: [] },
  after: { totalCost: 4, nodes: [] },
  because: null,
  planner: "shadow",
  source: "test",
  licence: "Apache-2.0",
  ...more,
});
const corpus = [
  proven("equality", "select where equals column integer by-constant reads all ; plan seq-scan"),
  proven("sorted", "select where range column moment sort column moment limit ; plan limit sort seq-scan"),
  proven("refused", "select where equals column bool by-constant reads all ; plan seq-scan", {
    verdict: "refused",
    because: "half of the rows",
  }),
];
const byWords = (least: number) => {
  const model = wordEmbedding(corpus.map(({ shape }) => shape));
  return similarCases(corpus, { model, description: "words", leastSimilarity: least, note: null }, 2);
};

const nearTo = async (similar: SimilarCases, shape: string) => similar.near(await similar.place(new Map([["one", shape]]))).get("one")!;

describe("words as vectors", () => {
  test("have length 1, are equal for equal texts, and nearest for the likest", async () => {
    const [a, again, near, far] = await wordEmbedding(["a b c", "c d", "e f g"]).embed(["a b c", "a b c", "a b x", "e f"]);
    expect(Math.hypot(...a!)).toBeCloseTo(1, 5);
    expect(again).toEqual(a);
    expect(cosine(a!, near!)).toBeGreaterThan(cosine(a!, far!));
    expect(cosine(a!, far!)).toBe(0);
  });

  test("a text without a word has no direction, and is like nothing", async () => {
    const [empty, other] = await wordEmbedding(["a"]).embed(["", "a"]);
    expect(cosine(empty!, other!)).toBe(0);
  });

  test("words that no text of the vocabulary has still tell two texts apart", async () => {
    const [a, b, again] = await wordEmbedding(["a"]).embed(["zeta eta", "theta iota", "zeta eta"]);
    expect(cosine(a!, again!)).toBeCloseTo(1, 5);
    expect(cosine(a!, b!)).toBeLessThan(0.9);
  });
});

describe("near cases", () => {
  test("come nearest first, not more than asked for, refusals too", async () => {
    const similar = await byWords(0.1);
    const near = await nearTo(similar, corpus[2]!.shape);
    expect(near.map(({ proven: { id } }) => id)).toEqual(["refused", "equality"]);
    expect(near[0]?.similarity).toBeCloseTo(1, 5);
  });

  test("a statement that is like nothing has none", async () => {
    const near = await nearTo(await byWords(0.5), "insert nothing alike");
    expect(near).toEqual([]);
  });

  test("a parameter is compared as the constant that it stands for", async () => {
    const near = await nearTo(await byWords(0.99), corpus[0]!.shape.replace("by-constant", "by-parameter"));
    expect(near.map(({ proven: { id } }) => id)).toEqual(["equality"]);
    expect(embeddedText("where by-parameter")).toBe("where by-constant");
  });

  test("a case worded by another version of the text is none", async () => {
    const likeness = { model: wordEmbedding([]), description: "words", leastSimilarity: 0, note: null };
    const similar = await similarCases([proven("old", "x", { shapeVersion: 0 })], likeness, 5);
    expect([similar.corpus.length, similar.comparable]).toEqual([1, 0]);
    expect(await nearTo(similar, "x")).toEqual([]);
  });

  test("a model that fails says so to who asks", async () => {
    const model: EmbeddingModel = { ...wordEmbedding([]), embed: () => Promise.reject(new Error("gone")) };
    await expect(similarCases(corpus, { model, description: "", leastSimilarity: 0, note: null }, 1)).rejects.toThrow("gone");
  });
});

describe("what helped in a near case", () => {
  const catalog = literalCatalog([table("orders", "id bigint not null, user_id integer, paid bool")], []);

  test("is proposed on the columns of this schema, with the nearest case's name", () => {
    const family = { id: "f", scans: factsOf("select * from orders where user_id = 7", catalog).scans };
    const near = [
      { proven: corpus[0]!, similarity: 0.9 },
      { proven: proven("further", "x"), similarity: 0.7 },
    ];
    expect(adaptCases(family as never, near)).toMatchObject([
      {
        helps: ["f"],
        change: { index: { relation: { name: "orders" }, keys: [{ column: "user_id" }] } },
        proposedBy: [{ kind: "case", id: "equality", similarity: 0.9 }],
      },
    ]);
  });

  test("is not proposed from a refusal, nor where the statement has no such part", () => {
    const family = { id: "f", scans: factsOf("select * from orders where paid", catalog).scans };
    expect(adaptCases(family as never, [{ proven: corpus[0]!, similarity: 0.9 }])).toEqual([]);
    const other = { id: "f", scans: factsOf("select * from orders where user_id = 7", catalog).scans };
    expect(adaptCases(other as never, [{ proven: proven("no", "x", { verdict: "refused" }), similarity: 0.9 }])).toEqual([]);
  });
});

describe("a case's title", () => {
  test.each([
    ["btree column-integer column-moment covering", "B-tree on integer and time, covering"],
    ["gin expression gin_trgm_ops", "GIN on an expression, gin_trgm_ops"],
    ["brin column-moment", "BRIN on time"],
    ["gin column-array-of-text", "GIN on text array"],
  ])("%s", (changeClass, title) => {
    expect(caseTitle({ kind: "index", changeClass, rules: [] })).toBe(title);
  });

  test("of a rewrite is the rule's", () => {
    expect(caseTitle({ kind: "rewrite", changeClass: "rewrite", rules: ["rewrite/or-to-union-all"] })).toBe("or to union all");
  });

  test("a report shows the similarity in hundredths", () => {
    expect(likeCase({ proven: corpus[0]!, similarity: 0.98765 })).toMatchObject({ id: "equality", similarity: 0.99, costBefore: 100 });
  });
});
