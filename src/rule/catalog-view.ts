import type { Catalog, Column, ColumnStatistics, Index, Relation } from "../domain/catalog.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { ScanExpression } from "../domain/workload.ts";
import { parseArrayText } from "../syntax/array-text.ts";

/** The catalog as rules ask it: lookups, and the planner's own arithmetic on statistics. */
export interface CatalogView {
  readonly all: Catalog;
  find(relation: RelationName): Relation | null;
  column(relation: RelationName, name: string): Column | null;
  /** Rows the planner would assume: reltuples scaled to the current size (plancat.c, estimate_rel_size), partitions summed. Null = never analysed. */
  rows(relation: RelationName): number | null;
  /** Heap blocks now, partitions summed. */
  pages(relation: RelationName): number;
  /** Statistics of a column, over the inheritance tree where the relation has children. */
  statistics(relation: RelationName, column: string): ColumnStatistics | null;
  /** Distinct values of a column in rows (never negative); null when unknown. */
  distinct(relation: RelationName, column: string): number | null;
  /** Part of the rows, 0–1, equal to this value: from the most common values, else spread evenly; null when unknown. */
  frequency(relation: RelationName, column: string, value: string): number | null;
  /** Valid indexes of the relation, existing ones only. */
  indexes(relation: RelationName): readonly Index[];
  /** True when an existing valid, non-partial index of this access method starts with these keys in this order. */
  servedByPrefix(relation: RelationName, accessMethod: string, keys: readonly ScanExpression[]): boolean;
  /** True when the index's first key is this column or expression. */
  startsWith(index: Index, key: ScanExpression): boolean;
  /** True when the extension is installed. */
  hasExtension(name: string): boolean;
  /** Partitions and inheritance children, all levels. */
  children(relation: RelationName): readonly Relation[];
}

export function catalogView(catalog: Catalog): CatalogView {
  const byName = new Map(catalog.relations.map((relation) => [relationKey(relation), relation]));
  const childrenOf = childrenByParent(catalog.relations);
  const find = (name: RelationName) => byName.get(relationKey(name)) ?? null;

  const children = (name: RelationName): Relation[] =>
    (childrenOf.get(relationKey(name)) ?? []).flatMap((child) => [child, ...children(child)]);
  const family = (name: RelationName) => {
    const own = find(name);
    return own ? [own, ...children(own)] : [];
  };
  const rows = (name: RelationName) => {
    const counted = family(name)
      .filter((relation) => relation.kind !== "partitioned-table")
      .map(plannerRows);
    return counted.length === 0 || counted.includes(null) ? null : counted.reduce<number>((sum, n) => sum + (n ?? 0), 0);
  };
  const column = (name: RelationName, wanted: string) => find(name)?.columns.find((each) => each.name === wanted) ?? null;
  const statistics = (name: RelationName, wanted: string) => {
    const found = column(name, wanted);
    return found ? (found.inheritedStatistics ?? found.statistics) : null;
  };

  return {
    all: catalog,
    find,
    column,
    rows,
    pages: (name) => family(name).reduce((sum, relation) => sum + relation.currentPages, 0),
    statistics,
    distinct(name, wanted) {
      const known = statistics(name, wanted)?.distinct ?? 0;
      if (known > 0) return known;
      const total = rows(name);
      return known < 0 && total !== null ? Math.max(1, -known * total) : null;
    },
    frequency(name, wanted, value) {
      const known = statistics(name, wanted);
      return known ? frequencyOf(known, value, this.distinct(name, wanted)) : null;
    },
    indexes: (name) => find(name)?.indexes.filter((index) => index.valid) ?? [],
    servedByPrefix: (name, accessMethod, keys) =>
      (find(name)?.indexes ?? []).some(
        (index) =>
          index.valid &&
          index.predicate === null &&
          index.accessMethod === accessMethod &&
          keys.every((key, position) => index.keys[position] !== undefined && sameKey(index.keys[position], key)),
      ),
    startsWith: (index, key) => index.keys[0] !== undefined && sameKey(index.keys[0], key),
    hasExtension: (name) => catalog.extensions.some((extension) => extension.name === name),
    children,
  };
}

function childrenByParent(relations: readonly Relation[]): Map<string, Relation[]> {
  const children = new Map<string, Relation[]>();
  for (const relation of relations)
    for (const parent of relation.parents) {
      const known = children.get(relationKey(parent));
      if (known) known.push(relation);
      else children.set(relationKey(parent), [relation]);
    }
  return children;
}

/** selfuncs.c var_eq_const(): a most common value's own frequency, else what is left spread over the rest. */
function frequencyOf(statistics: ColumnStatistics, value: string, distinct: number | null): number | null {
  const frequencies = statistics.mostCommonFrequencies ?? [];
  const common = statistics.mostCommonValues === null ? [] : parseArrayText(statistics.mostCommonValues);
  const position = common.indexOf(value);
  if (position >= 0) return frequencies[position] ?? null;
  if (distinct === null) return null;
  const left = 1 - statistics.nullFraction - frequencies.reduce((sum, each) => sum + each, 0);
  return Math.max(0, left) / Math.max(1, distinct - frequencies.length);
}

function sameKey(existing: Index["keys"][number], wanted: ScanExpression): boolean {
  if (wanted.column !== null) return existing.column === wanted.column;
  return existing.column === null && looseSql(existing.sql) === looseSql(wanted.sql);
}

/** Deparsed and written expressions differ in parentheses, blanks and casts of literals to text. */
function looseSql(sql: string): string {
  return sql.replaceAll(/::text\b|[()\s]/g, "").toLowerCase();
}
