import type { IndexDefinition } from "../domain/candidate.ts";
import type { Catalog, Column, ColumnStatistics, Index, Relation } from "../domain/catalog.ts";
import { emptyColumn } from "../domain/empty-catalog.ts";
import { ident } from "../domain/identifier.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { blockSizeBytes, sameRelation } from "../domain/postgres.ts";
import { type KeyColumn, keyTypes, keyUse } from "../rule/key-column.ts";

/** The catalog with the key stored as a column: every row longer by it, and indexes on the key made on the column. */
export function catalogWithColumn(catalog: Catalog, table: Relation, key: KeyColumn, statistics: ColumnStatistics): Catalog {
  const wider = widening(table, statistics);
  const blocks = (now: number) => Math.ceil(now * wider);
  const made: Relation = {
    ...table,
    columns: [...table.columns, columnOf(table, key, statistics)],
    pages: blocks(table.pages),
    currentPages: blocks(table.currentPages),
    allVisiblePages: blocks(table.allVisiblePages),
    bytes: table.bytes + (blocks(table.currentPages) - table.currentPages) * blockSizeBytes,
    indexes: table.indexes.map((index) => onColumn(index, key)),
  };
  return { ...catalog, relations: catalog.relations.map((each) => (sameRelation(each, table) ? made : each)) };
}

/** Times the heap grows: a row gets longer by the value where it is not NULL. */
function widening(table: Relation, { averageWidthBytes, nullFraction }: ColumnStatistics): number {
  const rows = plannerRows(table) ?? 0;
  if (rows === 0 || table.currentPages === 0) return 1;
  return 1 + (averageWidthBytes * (1 - nullFraction)) / ((table.currentPages * blockSizeBytes) / rows);
}

/** A plain column: the planner does not care who fills it, and nothing is written here. */
function columnOf(table: Relation, { name, type }: KeyColumn, statistics: ColumnStatistics): Column {
  const { internal, category, length, alignment } = keyTypes[type];
  const position = Math.max(0, ...table.columns.map((each) => each.position)) + 1;
  return { ...emptyColumn, name, position, type, baseType: internal, category, storageLength: length, alignment, statistics };
}

function onColumn(index: Index, key: KeyColumn): Index {
  const definition = index.keys.reduce(
    (text, each) => (isKey(each, key) ? text.replace(bracketed(each.sql), ident(key.name)) : text),
    index.definition,
  );
  if (definition === index.definition) return index;
  const keys = index.keys.map((each) => (isKey(each, key) ? { ...each, column: key.name, sql: ident(key.name), statistics: null } : each));
  return { ...index, keys, definition };
}

/** CREATE INDEX has an expression in parentheses of its own, if its deparsed text does not bring them. */
function bracketed(sql: string): string {
  return sql.startsWith("(") && sql.endsWith(")") ? `(${sql})` : sql;
}

/** The recommended index as it would be on the column. */
export function definedOnColumn(index: IndexDefinition, key: KeyColumn): IndexDefinition {
  const keys = index.keys.map((each) => (isKey(each, key) ? { ...each, column: key.name, sql: ident(key.name) } : each));
  return { ...index, keys };
}

/** Whether an index key is this key's value, and nothing made of it. */
export function isKey({ column, sql }: { readonly column: string | null; readonly sql: string }, key: KeyColumn): boolean {
  const use = column === null ? keyUse(sql) : null;
  return use?.whole === true && use.document === key.document && use.key === key.key && use.type === key.type;
}
