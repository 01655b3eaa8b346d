/** Texts as vectors, near where the texts are alike. */
export interface EmbeddingModel {
  /** Names the model; with `revision` it is stored beside every vector, and vectors of others are no neighbours. */
  readonly id: string;
  readonly revision: string;
  readonly dimensions: number;
  /** Where it runs and why, in words for the report: "cpu", "webgpu", "cpu (no GPU: …)". */
  readonly device: string;
  /** One vector per text, in the order given, L2 norm 1. Throws MODEL_UNAVAILABLE, and ABORTED when the signal says so. */
  embed(texts: readonly string[], options?: { readonly signal?: AbortSignal }): Promise<Float32Array[]>;
  close(): Promise<void>;
}

/** Vectors kept from earlier runs. A key is a digest of model, revision and text; what it does not hold it leaves out. */
export interface VectorCache {
  get(keys: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  put(vectors: ReadonlyMap<string, Float32Array>): Promise<void>;
}
