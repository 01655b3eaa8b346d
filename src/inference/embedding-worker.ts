/** What the worker is asked: texts in, one row of `dimensions` numbers each out. */
export interface EmbeddingRequest {
  readonly id: number;
  readonly texts: readonly string[];
}
export type EmbeddingReply =
  | { readonly id: number; readonly kind: "vectors"; readonly dimensions: number; readonly values: Float32Array }
  | { readonly id: number; readonly kind: "error"; readonly message: string };

/** The part of a transformers.js feature-extraction pipeline that is used. */
export interface Extractor {
  tokenizer: { encode(text: string): readonly number[] };
  (texts: string[], options: { pooling: "mean"; normalize: true }): Promise<{ dims: number[]; data: Float32Array }>;
}

/**
 * Embeds in batches of texts of like length, at most `tokensPerBatch` tokens with their padding: memory grows with the batch times
 * the square of the length (measured: facts/tooling.md section 3). Runs in the worker as source text, because Node 20 loads no
 * TypeScript: it may use its arguments and globals, nothing else.
 */
export async function embedBatches(
  extractor: Extractor,
  texts: readonly string[],
  tokensPerBatch: number,
): Promise<{ dimensions: number; values: Float32Array }> {
  const byLength = texts
    .map((text, at) => ({ text, at, tokens: extractor.tokenizer.encode(text).length }))
    .sort((a, b) => a.tokens - b.tokens || a.at - b.at);
  let dimensions = 0;
  let values = new Float32Array(0);
  for (let from = 0; from < byLength.length; ) {
    let to = from + 1;
    while (to < byLength.length && (to - from + 1) * (byLength[to]?.tokens ?? 0) <= tokensPerBatch) to++;
    const batch = byLength.slice(from, to);
    const { dims, data } = await extractor(
      batch.map(({ text }) => text),
      { pooling: "mean", normalize: true },
    );
    if (dimensions === 0) {
      dimensions = dims[dims.length - 1] ?? 0;
      values = new Float32Array(dimensions * texts.length);
    }
    batch.forEach(({ at }, row) => {
      values.set(data.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions);
    });
    from = to;
  }
  return { dimensions, values };
}
