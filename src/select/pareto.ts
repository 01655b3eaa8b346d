import type { SearchCandidate } from "./search.ts";
import type { State } from "./state.ts";

/** A set that no other set met costs less with as few bytes. */
export interface ParetoPoint {
  readonly bytes: number;
  /** Weighted cost of the workload with the set. */
  readonly total: number;
  readonly candidates: readonly SearchCandidate[];
}

/** Keeps the best sets that a search comes by, from the smallest to the cheapest. */
export interface Archive {
  note(state: State): void;
  /** By bytes, the empty set first. */
  points(): readonly ParetoPoint[];
}

export function openArchive(): Archive {
  let points: ParetoPoint[] = [];
  return {
    note(state) {
      const bytes = state.bytes();
      const total = state.total();
      if (points.some((point) => point.bytes <= bytes && point.total <= total)) return;
      points = points.filter((point) => point.bytes < bytes || point.total < total);
      points.push({ bytes, total, candidates: state.chosen() });
      points.sort((a, b) => a.bytes - b.bytes);
    },
    points: () => points,
  };
}

/** At most `count` points, so spread that each step saves about as much as the next; both ends stay, and the one kept. */
export function thinned(points: readonly ParetoPoint[], count: number, kept: ParetoPoint | null): ParetoPoint[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length <= count) return [...points];
  const step = (first.total - last.total) / (count - 1);
  let wanted = first.total;
  return points.filter((point) => {
    if (point !== kept && point !== last && point.total > wanted) return false;
    if (point.total <= wanted) wanted = point.total - step;
    return true;
  });
}
