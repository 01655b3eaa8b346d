import type { CandidateKey } from "../domain/candidate.ts";
import type { Index } from "../domain/catalog.ts";
import type { SortKey } from "../domain/workload.ts";
import type { BtreeScan } from "./btree-scan.ts";
import { key, sortedKey } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { ownCollation } from "./index-overlap.ts";

/** One order of B-tree keys, and how far another order would do as well. */
export interface KeyOrder {
  readonly keys: readonly CandidateKey[];
  /** So many leading keys are compared by equality, so that they may stand in any order. */
  readonly interchangeable: number;
  /** True when the keys after those must also run in the directions given. */
  readonly ordered: boolean;
}

/**
 * Equality columns as keys (any order of them serves), then the rest in order; a column stands once, at its first place. Pass names
 * for columns that only narrow the scan, keys for columns whose order the statement wants.
 */
export function keyOrder(equality: readonly string[], rest: readonly (string | CandidateKey)[], maxKeys: number): KeyOrder {
  const seen = new Set<string>();
  const fresh = (each: CandidateKey) => !seen.has(each.sql) && seen.add(each.sql) !== null;
  const leading = equality.map((name) => key(name)).filter(fresh);
  const trailing = rest.map((each) => (typeof each === "string" ? key(each) : each)).filter(fresh);
  const keys = [...leading, ...trailing].slice(0, maxKeys);
  const ordered = rest.some((each) => typeof each !== "string");
  return { keys, interchangeable: Math.min(leading.length, keys.length), ordered };
}

/**
 * The keys an ORDER BY asks of an index. A B-tree is read in both directions, so of the two mirror images one is chosen,
 * whatever the statement says: the one that starts ascending, or, with nulls out of place, `DESC NULLS LAST`.
 */
export function sortOrderKeys(sort: readonly SortKey[]): readonly CandidateKey[] {
  const [first] = sort;
  if (!first) return [];
  const plain = first.descending === first.nullsFirst;
  return plain === !first.descending ? sort.map(sortedKey) : sort.map(sortedKey).map(mirrored);
}

export function mirrored(one: CandidateKey): CandidateKey {
  return { ...one, descending: !one.descending, nullsFirst: !one.nullsFirst };
}

/** True when a valid, non-partial B-tree that exists starts with this order, read forwards or backwards, and holds the columns of `include`. */
export function alreadyGiven(catalog: CatalogView, { relation }: BtreeScan, order: KeyOrder, include: readonly string[] = []): boolean {
  return catalog
    .indexes(relation)
    .some(
      (existing) => existing.accessMethod === "btree" && existing.predicate === null && gives(existing, order) && holds(existing, include),
    );
}

function gives(existing: Index, { keys, interchangeable, ordered }: KeyOrder): boolean {
  const have = existing.keys.map((each, position) => ({ ...each, collation: ownCollation(existing, position) }));
  const same = (other: (typeof have)[number] | undefined, wanted: CandidateKey) =>
    other !== undefined && other.column !== null && other.column === wanted.column && bare(other.collation) === bare(wanted.collation);
  const leading = have.slice(0, interchangeable);
  if (!keys.slice(0, interchangeable).every((each) => leading.some((other) => same(other, each)))) return false;
  const rest = keys.slice(interchangeable);
  // A pattern operator class orders by byte: it serves `=`, but neither `<` nor ORDER BY.
  const follows = (turn: (one: CandidateKey) => CandidateKey) =>
    rest.every((each, position) => {
      const other = have[interchangeable + position];
      const wanted = turn(each);
      if (!same(other, each) || other?.operatorClass.endsWith("_pattern_ops")) return false;
      return !ordered || (other?.descending === wanted.descending && other.nullsFirst === wanted.nullsFirst);
    });
  return follows((one) => one) || follows(mirrored);
}

/** Collations differ in how they are quoted and whether their schema is named. */
function bare(collation: string | null): string | null {
  return collation?.replaceAll('"', "").replace(/^pg_catalog\./, "") ?? null;
}

function holds(existing: Index, include: readonly string[]): boolean {
  return include.every((name) => existing.include.includes(name) || existing.keys.some((each) => each.column === name));
}
