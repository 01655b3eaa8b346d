import type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import type { Index, IndexKey, Relation } from "../domain/catalog.ts";
import type { CatalogView } from "./catalog-view.ts";
import { operatorClasses } from "./operator-class.ts";
import { sameSql } from "./same-sql.ts";

/**
 * The existing valid index that already gives what `wanted` would, or null: same access method, operator classes and
 * predicate, and its keys in an order that serves. Direction counts for B-tree only, where a whole index reads backwards.
 */
export function servedBy(catalog: CatalogView, wanted: IndexDefinition): Index | null {
  const relation = catalog.find(wanted.relation);
  if (!relation) return null;
  return catalog.indexes(wanted.relation).find((existing) => serves(existing, wanted, relation)) ?? null;
}

function serves(existing: Index, wanted: IndexDefinition, relation: Relation): boolean {
  if (existing.accessMethod !== wanted.accessMethod) return false;
  const strings = new Set(relation.columns.filter((column) => column.category === "S").map((column) => column.name));
  const same = (have: IndexKey, want: CandidateKey) => sameKey(existing.accessMethod, have, want, strings);
  if ((existing.predicate === null) !== (wanted.predicate === null)) return false;
  if (existing.predicate !== null && wanted.predicate !== null && !sameSql(existing.predicate, wanted.predicate, strings)) return false;
  const held = new Set([...existing.include, ...existing.keys.map((key) => key.column)]);
  if (!wanted.include.every((column) => held.has(column))) return false;
  // A GIN or BRIN index searches any subset of its keys equally well.
  if (existing.accessMethod === "gin" || existing.accessMethod === "brin")
    return wanted.keys.every((want) => existing.keys.some((have) => same(have, want)));
  const pairs = wanted.keys.map((want, position) => ({ want, have: existing.keys[position] }));
  if (!pairs.every(({ want, have }) => have !== undefined && same(have, want))) return false;
  if (existing.accessMethod !== "btree") return true;
  const asWanted = pairs.every(({ want, have }) => have?.descending === want.descending && have.nullsFirst === want.nullsFirst);
  const reversed = pairs.every(({ want, have }) => have?.descending !== want.descending && have?.nullsFirst !== want.nullsFirst);
  return asWanted || reversed;
}

function sameKey(accessMethod: string, have: IndexKey, want: CandidateKey, strings: ReadonlySet<string>): boolean {
  const sameOn = want.column !== null ? have.column === want.column : have.column === null && sameSql(have.sql, want.sql, strings);
  if (!sameOn) return false;
  if (want.operatorClass === null) return isDefaultClass(accessMethod, have.operatorClass);
  return oneName(have.operatorClass) === oneName(want.operatorClass);
}

/** varchar_pattern_ops and text_pattern_ops are one family. */
function oneName(operatorClass: string): string {
  return operatorClass === "varchar_pattern_ops" ? "text_pattern_ops" : operatorClass;
}

function isDefaultClass(accessMethod: string, operatorClass: string): boolean {
  if (/_pattern_ops$|_minmax_multi_ops$|_bloom_ops$/.test(operatorClass)) return false;
  const known = operatorClasses.find((each) => each.accessMethod === accessMethod && each.name === operatorClass);
  return known?.isDefault ?? true;
}
