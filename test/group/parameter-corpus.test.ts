import { beforeAll, expect, test } from "vitest";
import { corpusSchema, corpusStatements } from "../../bench/parameter-corpus.ts";
import { type Probed, probeCorpus } from "../../bench/probe-parameters.ts";

let probed: readonly Probed[];
beforeAll(async () => {
  probed = await probeCorpus(corpusSchema, corpusStatements);
});

test("nearly every statement of pg_stat_statements is planned with values in place", () => {
  const without = probed.filter((each) => each.bound.length === 0);
  expect(without.length / probed.length, without.map((each) => `${each.sql}\n    ${each.failure}`).join("\n")).toBeLessThanOrEqual(0.05);
});

test("values are typed: no binding is refused for its type", () => {
  const refused = probed.flatMap((each) => each.refused.map((failure) => `${each.sql}\n    ${failure}`));
  expect(refused).toEqual([]);
});
