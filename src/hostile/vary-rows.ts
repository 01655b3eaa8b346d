import { type HostColumn, type HostTable, nullSql, type Rows } from "./generate-rows.ts";
import type { Random } from "./random.ts";

const mostChanges = 3;

/**
 * Rows that showed something new, changed in one to three places: a value, a row doubled, left out or made like another. Deep
 * conditions are reached by such steps where rows drawn anew hardly ever meet all of them. May violate a key or CHECK, as
 * generated rows may.
 */
export function varyRows(tables: readonly HostTable[], rows: Rows, random: Random): Rows {
  const next = new Map([...rows].map(([name, list]) => [name, list.map((row) => [...row])]));
  const filled = tables.filter((table) => table.columns.length > 0);
  if (filled.length === 0) return next;
  for (let change = 1 + random.below(mostChanges); change > 0; change--) {
    const table = random.pick(filled);
    const list = next.get(table.name) ?? [];
    const row = list.length === 0 ? null : random.pick(list);
    const way = random.below(10);
    if (row === null) list.push(table.columns.map((column) => anyValue(column, random)));
    else if (way < 5) changeValue(table, row, list, random);
    else if (way < 8) list.push(double(table, row, random));
    else list.splice(list.indexOf(row), 1);
    next.set(table.name, list);
  }
  return next;
}

function changeValue(table: HostTable, row: string[], list: readonly (readonly string[])[], random: Random): void {
  const at = random.below(table.columns.length);
  row[at] = random.chance(0.25) ? (random.pick(list)[at] ?? nullSql) : anyValue(table.columns[at]!, random);
}

/** With keys of its own, and one value changed half the time: what DISTINCT and joins count. */
function double(table: HostTable, row: readonly string[], random: Random): string[] {
  const copy = [...row];
  const keys = new Set(table.keys.flat());
  for (const [at, column] of table.columns.entries())
    if (keys.has(column.name) && column.sequence && !table.foreignKeys.some((key) => key.columns.includes(column.name)))
      copy[at] = column.sequence(20 + random.below(400));
  const at = random.below(table.columns.length);
  if (random.chance(0.5)) copy[at] = anyValue(table.columns[at]!, random);
  return copy;
}

function anyValue({ nullable, pool }: HostColumn, random: Random): string {
  if (nullable && random.chance(0.2)) return nullSql;
  const [hits, others] = [pool.hits, [...pool.near, ...pool.base, ...pool.classes.flat()]];
  const from = hits.length > 0 && (others.length === 0 || random.chance(0.5)) ? hits : others;
  return from.length === 0 ? nullSql : random.pick(from);
}
