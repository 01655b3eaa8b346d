import type { Index, Relation } from "../domain/catalog.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import type { IndexColumn } from "../index-size/index-shape.ts";
import { estimateIndexSize } from "../index-size/index-size.ts";

/** First major version that folds duplicates: https://www.postgresql.org/docs/13/release-13.html */
const deduplicatesSince = 13;
/** Types whose equal values need not be equal bytes, so that a B-tree keeps duplicates apart (btree.html, "Deduplication"). */
const neverDeduplicated = new Set(["numeric", "jsonb", "float4", "float8"]);

/**
 * Pages that a B-tree would take if it were built now, from the statistics of its columns. Null where they do not tell: another
 * access method, a partial index (its rows are unknown), a key without statistics, or a size that is no more than a guess.
 */
export function rebuiltPages(relation: Relation, index: Index, major: number): number | null {
  const rows = plannerRows(relation);
  if (index.accessMethod !== "btree" || index.predicate !== null || index.partitioned || rows === null || rows < 1) return null;
  const keys = index.keys.map((key) => keyColumn(relation, key));
  const include = index.include.map((name) => columnOf(relation, name, ""));
  const all = [...keys, ...include];
  if (!all.every((each) => each !== null && each.statistics !== null)) return null;
  const size = estimateIndexSize({
    accessMethod: "btree",
    rows,
    tableRows: rows,
    heapPages: relation.currentPages,
    keys: keys.filter((each) => each !== null),
    include: include.filter((each) => each !== null),
    storage: Object.fromEntries(index.storageParameters.map((each) => each.split("=", 2) as [string, string])),
    deduplicates:
      major >= deduplicatesSince && include.length === 0 && keys.every((each) => each !== null && !neverDeduplicated.has(each.typeName)),
    uniqueTogether: index.unique,
    distinctTogether: null,
    major,
  });
  return size.uncertain === null ? size.pages : null;
}

function keyColumn(relation: Relation, key: Index["keys"][number]): IndexColumn | null {
  if (key.column !== null) return columnOf(relation, key.column, key.operatorClass);
  return {
    label: key.sql,
    typeName: "",
    storageLength: key.storageLength,
    alignment: key.alignment,
    operatorClass: key.operatorClass,
    statistics: key.statistics,
    derived: false,
    nulls: true,
  };
}

function columnOf(relation: Relation, name: string, operatorClass: string): IndexColumn | null {
  const column = relation.columns.find((each) => each.name === name);
  if (!column) return null;
  return {
    label: name,
    typeName: column.baseType,
    storageLength: column.storageLength,
    alignment: column.alignment,
    operatorClass,
    statistics: column.statistics,
    derived: false,
    nulls: true,
  };
}
