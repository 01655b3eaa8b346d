import type { Catalog, ColumnStatistics, Relation, StatisticsObject } from "../domain/catalog.ts";
import { sameRelation } from "../domain/postgres.ts";
import { columnStatistics } from "../domain/statistics-slots.ts";

/**
 * Statistics that production's ANALYZE gathered for this expression: for the key of an existing index, else for a
 * statistics object (CREATE STATISTICS … ON (expression)). Null when nobody asked for any.
 */
export function gatheredStatistics(catalog: Catalog, relation: Relation, expression: string): ColumnStatistics | null {
  const keys = relation.indexes.flatMap((index) => index.keys);
  const key = keys.find((each) => each.column === null && each.statistics !== null && sameSql(each.sql, expression));
  if (key?.statistics) return key.statistics;
  for (const object of catalog.statisticsObjects) {
    if (!sameRelation(object.relation, relation)) continue;
    const at = expressionsOf(object, relation).findIndex((each) => sameSql(each, expression));
    const own = object.collected.find((each) => !each.inherited) ?? object.collected[0];
    const row = at < 0 ? undefined : own?.expressions[at];
    if (row)
      return columnStatistics({ nullFraction: row.nullFraction, averageWidthBytes: row.widthBytes, distinct: row.distinct }, row.slots);
  }
  return null;
}

/** Expressions of `CREATE STATISTICS … ON a, (b + c) FROM t`, in order: what of the list is no column. */
function expressionsOf(object: StatisticsObject, relation: Relation): string[] {
  const list = / ON (.*) FROM /s.exec(object.definition)?.[1] ?? "";
  const columns = new Set(relation.columns.map((column) => column.name));
  return splitList(list).filter((item) => !columns.has(item.replaceAll(/^"|"$/g, "").replaceAll('""', '"')));
}

/** At commas outside parentheses and quotes. */
function splitList(list: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let quote: string | null = null;
  let from = 0;
  for (let at = 0; at <= list.length; at++) {
    const letter = list[at];
    if (quote !== null) {
      if (letter === quote) quote = null;
    } else if (letter === "'" || letter === '"') quote = letter;
    else if (letter === "(") depth++;
    else if (letter === ")") depth--;
    if (at === list.length || (letter === "," && depth === 0 && quote === null)) {
      items.push(list.slice(from, at).trim());
      from = at + 1;
    }
  }
  return items.filter((item) => item !== "");
}

/** Comparison of deparsed texts: servers wrote both, so that they differ in parentheses and blanks at most. */
function sameSql(a: string, b: string): boolean {
  const plain = (sql: string) => sql.replaceAll(/[()\s]/g, "");
  return plain(a) === plain(b);
}
