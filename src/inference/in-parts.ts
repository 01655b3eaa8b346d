import type { EmbeddingModel } from "../contract/embedding-model.ts";
import { AdvisorError } from "../errors.ts";
import { unitVectors } from "./unit-vectors.ts";

/** A service that embeds: what it is asked, and how much at once. */
export interface EmbeddingService {
  readonly id: string;
  readonly device: string;
  /** Texts of one question. */
  readonly textsAtOnce: number;
  /** What it gave for these texts, in their order; not looked at yet. */
  readonly ask: (texts: readonly string[], signal: AbortSignal | undefined) => Promise<readonly unknown[]>;
  readonly close: () => Promise<void>;
}

/**
 * A model behind a service, which is asked once for a vector to know its dimensions. Those stand for its revision too: a service does not
 * say which weights it has. Throws MODEL_UNAVAILABLE for vectors that are none, and what `ask` throws.
 */
export async function modelOfService({ id, device, textsAtOnce, ask, close }: EmbeddingService): Promise<EmbeddingModel> {
  const [first] = unitVectors(await ask(["select"], undefined), 1, { id, dimensions: null });
  const dimensions = first!.length; // one text, one vector: checked
  return {
    id,
    revision: String(dimensions),
    dimensions,
    device,
    async embed(texts, { signal } = {}) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += textsAtOnce) {
        if (signal?.aborted) throw new AdvisorError("ABORTED", "Embedding was stopped.");
        const some = texts.slice(from, from + textsAtOnce);
        vectors.push(...unitVectors(await ask(some, signal), some.length, { id, dimensions }));
      }
      return vectors;
    },
    close,
  };
}
