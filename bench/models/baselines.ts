/** Says how near each text of a gallery is to a query; a higher number is nearer. */
export type Nearness = (query: string) => Promise<Float64Array> | Float64Array;

/** SQL as a search engine would cut it: words, numbers and operators, lower case. */
export function sqlWords(sql: string): string[] {
  return sql.toLowerCase().match(/[a-z_]\w*|\d+|[^\s\w]+/g) ?? [];
}

/** Okapi BM25 (Robertson and Zaragoza 2009) with its usual k1 = 1.2, b = 0.75. */
export function bm25(gallery: readonly (readonly string[])[], cut: (text: string) => readonly string[]): Nearness {
  const { counts, lengths, inverse, meanLength } = countWords(gallery);
  return (query) => {
    const scores = new Float64Array(gallery.length);
    for (const word of new Set(cut(query))) {
      const weight = inverse.get(word);
      if (weight === undefined) continue;
      const { places, times } = counts.get(word)!;
      for (let each = 0; each < places.length; each++) {
        const at = places[each]!;
        const count = times[each]!;
        scores[at]! += (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * lengths[at]!) / meanLength));
      }
    }
    return scores;
  };
}

/** Cosine of TF-IDF vectors, term frequency damped by a logarithm. */
export function tfIdf(gallery: readonly (readonly string[])[], cut: (text: string) => readonly string[]): Nearness {
  const { counts, inverse } = countWords(gallery);
  const norms = new Float64Array(gallery.length);
  const weightOf = (word: string, count: number) => (1 + Math.log(count)) * (inverse.get(word) ?? 0);
  for (const [word, { places, times }] of counts)
    for (let each = 0; each < places.length; each++) norms[places[each]!]! += weightOf(word, times[each]!) ** 2;
  return (query) => {
    const scores = new Float64Array(gallery.length);
    const own = new Map<string, number>();
    for (const word of cut(query)) own.set(word, (own.get(word) ?? 0) + 1);
    for (const [word, count] of own) {
      const weight = weightOf(word, count);
      const { places, times } = counts.get(word) ?? nowhere;
      for (let each = 0; each < places.length; each++) scores[places[each]!]! += weight * weightOf(word, times[each]!);
    }
    return scores.map((score, at) => (norms[at]! > 0 ? score / Math.sqrt(norms[at]!) : 0));
  };
}

/** Texts that hold a word, and how often each. */
interface Postings {
  readonly places: readonly number[];
  readonly times: readonly number[];
}
const nowhere: Postings = { places: [], times: [] };

function countWords(gallery: readonly (readonly string[])[]) {
  const counts = new Map<string, { readonly places: number[]; readonly times: number[] }>();
  gallery.forEach((words, at) => {
    for (const word of words) {
      let known = counts.get(word);
      if (!known) {
        known = { places: [], times: [] };
        counts.set(word, known);
      }
      const last = known.places.length - 1;
      if (known.places[last] === at) known.times[last]!++;
      else {
        known.places.push(at);
        known.times.push(1);
      }
    }
  });
  const lengths = gallery.map((words) => words.length);
  const inverse = new Map(
    [...counts].map(([word, { places }]) => [word, Math.log(1 + (gallery.length - places.length + 0.5) / (places.length + 0.5))]),
  );
  return { counts, lengths, inverse, meanLength: lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length) };
}

/** Cosine of unit vectors. */
export function cosine(gallery: readonly Float32Array[], vectorOf: (text: string) => Float32Array): Nearness {
  return (query) => {
    const own = vectorOf(query);
    const scores = new Float64Array(gallery.length);
    gallery.forEach((each, at) => {
      let sum = 0;
      for (let place = 0; place < own.length; place++) sum += each[place]! * own[place]!;
      scores[at] = sum;
    });
    return scores;
  };
}
