import type { Catalog, ColumnStatistics, Relation } from "../domain/catalog.ts";
import { ident } from "../domain/identifier.ts";
import { restoreRows } from "../restore/restore-statistics.ts";
import type { BaseColumn } from "./expression-sample.ts";
import { deriveExpressionStatistics } from "./expression-statistics.ts";
import { type IndexAttribute, type IndexPart, statisticsOf } from "./index-parts.ts";
import { gatheredStatistics } from "./known-expression.ts";
import type { Workshop } from "./prepare-index.ts";
import { rangeEndStatistics } from "./range-ends.ts";
import { sampledStatistics } from "./sample-statistics.ts";

/** An expression that a new index has as a key. */
export interface ExpressionKey {
  readonly part: IndexPart;
  readonly relation: Relation | null;
  readonly attribute: IndexAttribute;
  /** Its place in the index, from 0. */
  readonly position: number;
}

export interface KnownExpression {
  readonly statistics: ColumnStatistics | null;
  readonly typeName: string | null;
  /** True when they were derived from a few hundred values. */
  readonly derived: boolean;
  readonly uncertain: string | null;
}

/**
 * Statistics of an expression: those that production gathered, else made from what is known of its columns. The planner
 * finds them on the new index.
 */
export async function keyStatistics(workshop: Workshop, key: ExpressionKey, rows: number): Promise<KnownExpression> {
  const found = await expressionStatistics(workshop, key, rows);
  if (found.statistics === null) return found;
  const { part, attribute, position } = key;
  const what = `statistics of ${attribute.sql}`;
  const row = { relation: part, position: position + 1, inherited: false, statistics: found.statistics, what };
  const [gap] = await restoreRows(workshop.shadow.database, [row]);
  return gap ? { ...found, uncertain: `${gap.what}: ${gap.why}` } : found;
}

/** An expression over a relation's rows, or over those that meet a predicate. */
export interface RelationExpression {
  readonly part: Pick<IndexPart, "relation" | "predicate">;
  readonly relation: Relation | null;
  readonly attribute: Pick<IndexAttribute, "sql">;
}

/** Gathered by production, else counted in its sampled rows, else derived from the statistics of the columns; `rows` of the relation. */
export async function expressionStatistics(
  { shadow, snapshot, samples }: Pick<Workshop, "shadow" | "snapshot" | "samples">,
  { part, relation, attribute }: RelationExpression,
  rows: number,
): Promise<KnownExpression> {
  const gathered = relation ? gatheredStatistics(snapshot.catalog, relation, attribute.sql) : null;
  if (gathered) return { statistics: gathered, typeName: null, derived: false, uncertain: null };
  const sample = await samples.tableOf(part.relation);
  const sampled = sample && (await sampledStatistics(shadow.database, sample, attribute.sql, { predicate: part.predicate, rows }));
  if (sampled) return { ...sampled, derived: false, uncertain: null };
  const bases = relation ? baseColumns(snapshot.catalog, relation, attribute.sql) : [];
  if (typeof bases === "string") {
    return { statistics: null, typeName: null, derived: true, uncertain: `no statistics for ${attribute.sql}: ${bases}` };
  }
  const end = await rangeEndStatistics(shadow.database, attribute.sql, bases, rows);
  if (end !== null) return { ...end, derived: true, uncertain: `the order of rows by ${attribute.sql} is not known` };
  const derived = await deriveExpressionStatistics(shadow.database, attribute.sql, part.relation.name, bases, rows);
  return { ...derived, derived: true };
}

/** Columns that a deparsed expression reads, or why their values are not known. */
export function baseColumns(catalog: Catalog, relation: Relation, expression: string): BaseColumn[] | string {
  const bare = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
  const used = relation.columns.filter((column) => readsColumn(bare, column.name));
  const bases: BaseColumn[] = [];
  for (const column of used) {
    const statistics = statisticsOf(catalog, relation, column);
    if (statistics === null) return `${column.name} has none`;
    const { mostCommonValues, histogramBounds, rangeBoundsHistogram } = statistics;
    if (mostCommonValues === null && histogramBounds === null && rangeBoundsHistogram === null)
      return `no values of ${column.name} are known`;
    bases.push({ column, statistics });
  }
  return bases.length === 0 ? "it reads no column" : bases;
}

/** A name as the server deparses it, not followed by the parenthesis that would make it a function. */
export function readsColumn(bare: string, name: string): boolean {
  const escaped = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`(?<![\\w"])${escaped(name)}(?![\\w"(])`).test(bare) || bare.includes(ident(name));
}
