import type { EmbeddingModel } from "../contract/embedding-model.ts";

/** Words that no text of the vocabulary has share these places, so that they still make two texts alike or not. */
const otherPlaces = 64;

/**
 * Texts as vectors of their words and pairs of words, weighed by how rare they are in `texts` (TF-IDF with a damped count): what
 * nearness is measured by where no model can be had. Needs nothing but the texts, and equal texts have equal vectors.
 */
export function wordEmbedding(texts: readonly string[]): EmbeddingModel {
  const frequency = new Map<string, number>();
  for (const text of texts) for (const term of new Set(termsOf(text))) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const places = new Map([...frequency.keys()].toSorted().map((term, at) => [term, at]));
  const dimensions = places.size + otherPlaces;
  const rarest = Math.log(1 + texts.length + 0.5);
  const weightOf = (term: string) => {
    const count = frequency.get(term);
    return count === undefined ? rarest : Math.log(1 + (texts.length - count + 0.5) / (count + 0.5));
  };

  const vectorOf = (text: string): Float32Array => {
    const counts = new Map<string, number>();
    for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    const vector = new Float32Array(dimensions);
    for (const [term, count] of counts) {
      const at = places.get(term) ?? places.size + (hash(term) % otherPlaces);
      vector[at] = vector[at]! + (1 + Math.log(count)) * weightOf(term);
    }
    const norm = Math.hypot(...vector);
    return norm === 0 ? vector : vector.map((value) => value / norm);
  };

  return {
    id: "words",
    revision: `${texts.length}-${dimensions}`,
    dimensions,
    device: "cpu",
    embed: (wanted) => Promise.resolve(wanted.map(vectorOf)),
    close: () => Promise.resolve(),
  };
}

function termsOf(text: string): string[] {
  const words = text.split(" ").filter((word) => word !== "");
  return [...words, ...words.slice(1).map((word, at) => `${words[at]!} ${word}`)];
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return state;
}
