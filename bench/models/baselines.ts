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
      counts.get(word)?.forEach((count, at) => {
        scores[at]! += (weight * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * lengths[at]!) / meanLength));
      });
    }
    return scores;
  };
}

/** Cosine of TF-IDF vectors, term frequency damped by a logarithm. */
export function tfIdf(gallery: readonly (readonly string[])[], cut: (text: string) => readonly string[]): Nearness {
  const { counts, inverse } = countWords(gallery);
  const norms = new Float64Array(gallery.length);
  const weightOf = (word: string, count: number) => (1 + Math.log(count)) * (inverse.get(word) ?? 0);
  for (const [word, places] of counts)
    places.forEach((count, at) => {
      norms[at]! += weightOf(word, count) ** 2;
    });
  return (query) => {
    const scores = new Float64Array(gallery.length);
    const own = new Map<string, number>();
    for (const word of cut(query)) own.set(word, (own.get(word) ?? 0) + 1);
    for (const [word, count] of own) {
      const weight = weightOf(word, count);
      counts.get(word)?.forEach((there, at) => {
        scores[at]! += weight * weightOf(word, there);
      });
    }
    return scores.map((score, at) => (norms[at]! > 0 ? score / Math.sqrt(norms[at]!) : 0));
  };
}

function countWords(gallery: readonly (readonly string[])[]) {
  const counts = new Map<string, Map<number, number>>();
  gallery.forEach((words, at) => {
    for (const word of words) {
      const places = counts.get(word) ?? new Map<number, number>();
      counts.set(word, places.set(at, (places.get(at) ?? 0) + 1));
    }
  });
  const lengths = gallery.map((words) => words.length);
  const inverse = new Map(
    [...counts].map(([word, places]) => [word, Math.log(1 + (gallery.length - places.size + 0.5) / (places.size + 0.5))]),
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
