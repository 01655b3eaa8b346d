import type { EmbeddingModel } from "../../src/contract/embedding-model.ts";

const batchSizes = [1, 8, 32, 128] as const;
/** Longest that one batch size is measured. */
const longestMs = 20_000;

/** Texts per second by how many are asked for at once; the first pass, which compiles shaders on a GPU, is not counted. */
export async function printThroughput(name: string, model: EmbeddingModel, texts: readonly string[]): Promise<void> {
  const found: string[] = [];
  for (const size of batchSizes) {
    const batches = Array.from({ length: Math.floor(texts.length / size) }, (_, at) => texts.slice(at * size, (at + 1) * size));
    await model.embed(batches[0]!);
    const started = performance.now();
    let done = 0;
    for (const batch of batches) {
      await model.embed(batch);
      done += batch.length;
      if (performance.now() - started > longestMs) break;
    }
    found.push(`${((done * 1000) / (performance.now() - started)).toFixed(0)}`);
  }
  console.log(`| ${name}, ${model.device} | ${found.join(" | ")} |`);
}

export function printThroughputHead(): void {
  console.log(`Texts per second by batch size\n\n| | ${batchSizes.join(" | ")} |\n|---|${"--:|".repeat(batchSizes.length)}`);
}
