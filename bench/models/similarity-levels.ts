import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";
import { cosine } from "./baselines.ts";
import type { LabelledStatement } from "./labelled-statements.ts";

const levels = [0.99, 0.97, 0.95, 0.9, 0.85, 0.8, 0.7] as const;

/**
 * How much a similarity is worth: of the queries whose nearest statement is at least so alike, the part where it has their class. Asked of the
 * validation applications, since the level from which a near case counts is chosen by it.
 */
export async function printSimilarityLevels(
  gallery: readonly LabelledStatement[],
  queries: readonly LabelledStatement[],
  model: EmbeddingModel,
): Promise<void> {
  const own = await model.embed(queries.map(({ text }) => text));
  const vectors = new Map(queries.map(({ text }, at) => [text, own[at]!]));
  const near = cosine(await model.embed(gallery.map(({ text }) => text)), (text) => vectors.get(text)!);
  const nearest: { readonly similarity: number; readonly right: boolean }[] = [];
  for (const { text, label } of queries) {
    const scores = await near(text);
    const best = scores.reduce((first, score, at) => (score > scores[first]! ? at : first), 0);
    nearest.push({ similarity: scores[best]!, right: gallery[best]!.label === label });
  }
  console.log("| Similarity of the nearest, at least | Statements that have one | Of these with their own class |\n|--:|--:|--:|");
  for (const level of levels) {
    const above = nearest.filter(({ similarity }) => similarity >= level);
    const right = above.filter((each) => each.right).length;
    console.log(`| ${level} | ${percent(above.length / nearest.length)} | ${percent(right / Math.max(1, above.length))} |`);
  }
  console.log("");
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
