import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { replayCase } from "../corpus/replay-case.ts";
import { shapeTextVersion } from "../src/access-shape/shape-text.ts";
import type { ProvenCase } from "../src/domain/proven-case.ts";
import { type EquivalenceProver, openProver } from "../src/equivalence/prover.ts";
import { readCorpus } from "../src/similar/read-corpus.ts";
import { openParser, type SqlParser } from "../src/syntax/parse-sql.ts";

const folder = join(import.meta.dirname, "..", "corpus", "cases");
/** All of them: npm run corpus:verify. */
const everyNth = 60;

const corpus: readonly ProvenCase[] = await readCorpus(folder);
let parser: SqlParser;
let prover: EquivalenceProver;
beforeAll(async () => {
  parser = await openParser();
  prover = openProver();
});
afterAll(async () => {
  await prover.close();
  await parser.close();
});

describe("the corpus", () => {
  test("has cases of many classes of change, and refusals", () => {
    expect(corpus.filter(({ verdict }) => verdict === "helps").length).toBeGreaterThanOrEqual(200);
    expect(corpus.filter(({ verdict }) => verdict === "refused").length).toBeGreaterThanOrEqual(40);
    expect(new Set(corpus.map(({ changeClass }) => changeClass)).size).toBeGreaterThanOrEqual(40);
  });

  test("has rewrites that help and rewrites that are refused, for their cost and for other rows", () => {
    const rewrites = corpus.filter(({ kind }) => kind === "rewrite");
    expect(rewrites.length).toBeGreaterThanOrEqual(30);
    expect(new Set(rewrites.flatMap(({ rules }) => rules)).size).toBeGreaterThanOrEqual(25);
    const refused = rewrites.filter(({ verdict }) => verdict === "refused");
    expect(refused.filter(({ because }) => because?.includes("another statement")).length).toBeGreaterThanOrEqual(10);
    expect(refused.filter(({ because }) => !because?.includes("another statement")).length).toBeGreaterThanOrEqual(5);
    expect(rewrites.length - refused.length).toBeGreaterThanOrEqual(15);
  });

  test("has no case twice, and no application on both sides of the split", () => {
    expect(new Set(corpus.map(({ id }) => id)).size).toBe(corpus.length);
    expect(new Set(corpus.map((each) => `${each.shape} ${each.change} ${each.schema}`)).size).toBe(corpus.length);
    const sides = new Map<string, Set<string>>();
    for (const { kind, changeClass, source, split } of corpus) {
      // Of rewrites the rule, or the trap, is what both sides may not share.
      const application = kind === "rewrite" ? changeClass : (/application (\d+)/.exec(source)?.[1] ?? "");
      sides.set(application, new Set([...(sides.get(application) ?? []), split]));
    }
    for (const [application, both] of sides) expect([application, both.size]).toEqual([application, 1]);
  });

  test("a case that helps is cheaper by a fifth at least, and says what with and where from", () => {
    for (const { id, verdict, before, after, because, source, licence, shapeVersion } of corpus) {
      if (verdict === "helps") expect([id, after.totalCost < before.totalCost * 0.81]).toEqual([id, true]);
      else expect([id, because === null]).toEqual([id, false]);
      expect([id, source !== "" && licence !== "", shapeVersion]).toEqual([id, true, shapeTextVersion]);
    }
  });

  test.each(corpus.filter((_, at) => at % everyNth === 0).map((each) => [each.id, each] as const))(
    "%s is proved again",
    async (_, proven) => {
      expect(await replayCase({ parser, prover }, proven)).toBeNull();
    },
  );
});
