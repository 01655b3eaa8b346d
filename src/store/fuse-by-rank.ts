/** The constant of the paper: it keeps one first place from outweighing two good ones. */
const damping = 60;

/**
 * One list from several, by reciprocal ranks (Cormack, Clarke and Büttcher 2009): scores of different kinds need no common scale. Of
 * something in several lists the first list's entry is kept; ties go to the smaller key.
 */
export function fuseByRank<T>(lists: readonly (readonly T[])[], keyOf: (each: T) => string): T[] {
  const fused = new Map<string, { readonly each: T; score: number }>();
  for (const list of lists)
    list.forEach((each, rank) => {
      const known = fused.get(keyOf(each)) ?? { each, score: 0 };
      known.score += 1 / (damping + rank + 1);
      fused.set(keyOf(each), known);
    });
  return [...fused].toSorted(([a, x], [b, y]) => y.score - x.score || (a < b ? -1 : 1)).map(([, { each }]) => each);
}
