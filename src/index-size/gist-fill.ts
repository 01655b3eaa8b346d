import type { IndexColumn, IndexShape } from "./index-shape.ts";

/**
 * Part of a GiST leaf page in use after CREATE INDEX, 0–1. All figures are ours, from indexes built on 20,000 and
 * 100,000 rows by PostgreSQL 15 and 18 (November 2026); how rows arrive and overlap moves them by a third either way.
 */
export function gistFill(shape: IndexShape, tupleBytes: number): { readonly fill: number; readonly uncertain: string | null } {
  const fills = shape.keys.map((key) => fillOf(key, shape.major));
  // Pages of few large keys split unevenly: long texts under gist_trgm_ops leave half-empty pages.
  const fewKeys = tupleBytes > 250 ? 0.5 : 1;
  const several = shape.major >= 18 ? 0.68 : 0.6;
  const fill = Math.min(fewKeys, fills.length > 1 ? several : fills[0]!);
  const exact = shape.keys.length === 1 && shape.major >= 18 && isScalar(shape.keys[0]!);
  return { fill, uncertain: exact ? null : "the fill of GiST pages depends on the order and overlap of rows: size to within a third" };
}

function fillOf(key: IndexColumn, major: number): number {
  switch (key.operatorClass) {
    // Sorted build since 14; since 15 it splits four pages at a time by picksplit, which is uneven in two dimensions.
    case "point_ops":
      return major === 14 ? 0.9 : 0.65;
    case "box_ops":
    case "poly_ops":
    case "circle_ops":
      return 0.55;
    // Ranges are sorted since 18 and fill pages by 0.7 (of time) to 1 (of integers): the middle. Inserted one by one, and
    // mostly in order of time, pages stay half full. bench:fidelity, November 2026.
    case "range_ops":
      return major >= 18 ? 0.82 : 0.47;
    default:
      break;
  }
  // Addresses of few networks pile up under the same prefixes.
  if (key.operatorClass === "inet_ops") return 0.62;
  if (!isScalar(key)) return 0.76;
  // Sorted build since 18 halves four full pages exactly.
  if (major >= 18) return 0.98;
  // Ascending insertion splits the last page in halves and never comes back to the left one.
  return Math.abs(key.statistics?.correlation ?? 0) > 0.8 ? 0.46 : 0.7;
}

/** btree_gist: scalars. */
function isScalar(key: IndexColumn): boolean {
  return key.operatorClass.startsWith("gist_") && !/trgm|hstore|ltree|_int_|_intbig/.test(key.operatorClass);
}
