import type { EndsTarget } from "./read-ends.ts";
import type { IndexColumnRow, IndexRow } from "./read-indexes.ts";
import type { RelationRow } from "./read-relations.ts";

interface Rows {
  readonly relations: readonly RelationRow[];
  readonly indexes: readonly IndexRow[];
  readonly indexColumns: readonly IndexColumnRow[];
}

/**
 * Columns that lead a valid, plain B-tree in the type's own order: there the ends are two index probes.
 * Each probe counts in `idx_scan`, and would make an unused index look used: where the counts matter, a column is asked
 * only when every index it leads has been scanned before.
 */
export function endsTargets(
  { relations, indexes, indexColumns }: Rows,
  { countsMatter }: { readonly countsMatter: boolean },
): EndsTarget[] {
  const tables = new Map(relations.filter((row) => row.kind === "table" || row.kind === "materialized-view").map((row) => [row.oid, row]));
  const leading = new Map(indexColumns.filter((row) => row.position === 1).map((row) => [row.index, row]));
  const targets = new Map<string, EndsTarget>();
  const unused = new Set<string>();
  for (const index of indexes) {
    const key = leading.get(index.oid);
    const table = tables.get(index.relation);
    if (!key || !table || index.access_method !== "btree" || !index.valid || index.partitioned) continue;
    if (key.column === null || key.table_position === null) continue;
    const place = `${table.oid} ${key.table_position}`;
    if (!index.scans) unused.add(place);
    if (key.predicate !== null || !key.default_operator_class || !key.plain_collation) continue;
    const relation = { schema: table.schema, name: table.name };
    targets.set(place, { relation, relationOid: table.oid, column: key.column, position: key.table_position, pages: table.relpages });
  }
  return [...targets].flatMap(([place, target]) => (countsMatter && unused.has(place) ? [] : [target]));
}
