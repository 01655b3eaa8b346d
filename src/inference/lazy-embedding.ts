import type { EmbeddingModel } from "../contract/embedding-model.ts";

/** A model that is loaded when it is first asked: where a cache answers everything it never is. */
export function lazyEmbedding(
  about: Pick<EmbeddingModel, "id" | "revision" | "dimensions" | "device">,
  open: () => Promise<EmbeddingModel>,
): EmbeddingModel {
  let opened: Promise<EmbeddingModel> | null = null;
  return {
    ...about,
    async embed(texts, options) {
      if (texts.length === 0) return [];
      opened ??= open();
      return (await opened).embed(texts, options);
    },
    async close() {
      // One that could not be opened has told so to whoever asked it.
      await opened?.then(
        (model) => model.close(),
        () => undefined,
      );
    },
  };
}
