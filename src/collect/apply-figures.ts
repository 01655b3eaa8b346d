import type { Column, ColumnStatistics, Index, Relation, RelationActivity } from "../domain/catalog.ts";
import { unknownStatistics } from "../domain/empty-catalog.ts";
import { blockSizeBytes } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import { formatArrayText } from "../syntax/array-text.ts";

/** Figures of one relation as a comment states them: key → value. */
type Figures = ReadonlyMap<string, string>;

const counterKeys = ["inserts", "updates", "hotUpdates", "deletes"];
const relationKeys = ["rows", "pages", ...counterKeys];
const columnKeys = ["distinct", "nulls", "width", "correlation", "common", "range"];

/**
 * The snapshot with figures that comments in `text` state, one relation a line:
 * `-- plansmith: orders rows=2000000 customer_id.distinct=40000 status.common=done:0.9|failed:0.01 at.range=2020-01-01..2026-01-01`.
 * The marker may be left out where a relation and known keys follow. Of a relation: rows, pages, inserts, updates, hotUpdates,
 * deletes; of a column: distinct (as pg_stats: negative = part of the rows), nulls, width, correlation, common, range.
 * Rows of a table that has some are scaled; of an empty one pages follow from column widths. INPUT_INVALID for a marked line
 * that names nothing.
 */
export function applyFigures(snapshot: Snapshot, text: string, path = "schema"): Snapshot {
  const { relations } = snapshot.catalog;
  const figures = new Map<Relation, Figures>();
  text.split("\n").forEach((line, n) => {
    const found = readLine(line, relations, `${path}:${n + 1}`);
    if (found) figures.set(found.relation, new Map([...(figures.get(found.relation) ?? []), ...found.values]));
  });
  if (figures.size === 0) return snapshot;
  const changed = relations.map((relation) => {
    const values = figures.get(relation);
    return values ? withFigures(relation, values) : relation;
  });
  const growth = storedBytes(changed) - storedBytes(relations);
  const { databaseBytes } = snapshot.server;
  return {
    ...snapshot,
    server: { ...snapshot.server, databaseBytes: databaseBytes === null ? null : databaseBytes + growth },
    catalog: { ...snapshot.catalog, relations: changed },
  };
}

function storedBytes(relations: readonly Relation[]): number {
  return relations.reduce((sum, relation) => relation.indexes.reduce((own, index) => own + index.bytes, sum + relation.bytes), 0);
}

function readLine(line: string, relations: readonly Relation[], place: string): { relation: Relation; values: Figures } | null {
  const [, marker, name, rest] = /^\s*--\s*(plansmith:)?\s*(?:table\s+)?([\w$."]+)((?:\s+[\w$.]+=\S+)+)\s*$/.exec(line) ?? [];
  if (name === undefined || rest === undefined) {
    if (!/^\s*--\s*plansmith:/.test(line)) return null;
    throw invalid(place, "the figures cannot be read");
  }
  const values = new Map(
    rest
      .trim()
      .split(/\s+/)
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const),
  );
  const relation = relations.find((each) => named(each, name));
  const problem = relation ? problemOf(relation, values) : `there is no table ${name}`;
  if (relation && problem === null) return { relation, values };
  if (marker === undefined) return null;
  throw invalid(place, problem ?? "the figures cannot be read");
}

function named(relation: Relation, text: string): boolean {
  const parts = text.replaceAll('"', "").split(".");
  return parts.at(-1) === relation.name && (parts.length === 1 || parts.at(-2) === relation.schema);
}

function problemOf(relation: Relation, values: Figures): string | null {
  if (relation.kind !== "table" && relation.kind !== "materialized-view")
    return `${relation.name} holds no rows itself: state the figures of its partitions`;
  for (const [key, value] of values) {
    const [column, figure] = key.includes(".") ? key.split(".") : [null, key];
    const known = column === null ? relationKeys : columnKeys;
    if (column !== null && !relation.columns.some((each) => each.name === column)) return `${relation.name} has no column ${column}`;
    if (!known.includes(figure ?? "")) return `there is no figure ${key}; use ${known.join(", ")}`;
    if (
      figure === "common"
        ? !/^(.*:[\d.eE-]+)(\|.*:[\d.eE-]+)*$/.test(value)
        : figure === "range"
          ? !value.includes("..")
          : !Number.isFinite(Number(value))
    )
      return `${key}=${value} is not a figure`;
  }
  return null;
}

function invalid(place: string, why: string): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `${place}: ${why}.`, {
    hint: "Example: -- plansmith: orders rows=2000000 customer_id.distinct=40000",
  });
}

function withFigures(relation: Relation, values: Figures): Relation {
  const rows = Number(values.get("rows") ?? relation.rows ?? 0);
  const unique = new Set(relation.indexes.flatMap((index) => (index.unique && index.keys.length === 1 ? [index.keys[0]?.column] : [])));
  const columns = relation.columns.map((column) => withColumnFigures(column, values, unique.has(column.name)));
  const pages = Number(values.get("pages") ?? heapPages(relation, columns, rows));
  return {
    ...relation,
    rows,
    pages,
    currentPages: pages,
    allVisiblePages: pages,
    bytes: pages * blockSizeBytes,
    columns,
    indexes: relation.indexes.map((index) => withRows(index, relation, columns, rows)),
    activity: withCounters(relation.activity, values, rows),
  };
}

/** Density of the rows that are there; else a tuple of 24 bytes header, 4 bytes line pointer and the columns' widths, in pages of 8168 bytes (bufpage.h, htup_details.h). */
function heapPages(relation: Relation, columns: readonly Column[], rows: number): number {
  if (relation.rows && relation.currentPages > 0) return Math.max(1, Math.ceil((relation.currentPages / relation.rows) * rows));
  const width = columns.reduce((sum, column) => sum + (column.statistics?.averageWidthBytes ?? 8), 28);
  return rows === 0 ? 0 : Math.ceil(rows / Math.max(1, Math.floor(8168 / width)));
}

/** B-tree leaves at fill factor 90 with 12 bytes a tuple beside its keys (nbtree.h); other methods are taken for the same size. */
function withRows(index: Index, relation: Relation, columns: readonly Column[], rows: number): Index {
  const scaled = relation.rows && index.currentPages > 1;
  const width = index.keys.reduce(
    (sum, key) => sum + (columns.find((each) => each.name === key.column)?.statistics?.averageWidthBytes ?? 16),
    12,
  );
  const pages = scaled
    ? Math.ceil((index.currentPages / relation.rows!) * rows)
    : 2 + Math.ceil((rows * (Math.ceil(width / 8) * 8 + 4)) / 7333);
  return { ...index, rows, pages, currentPages: pages, bytes: pages * blockSizeBytes };
}

function withColumnFigures(column: Column, values: Figures, unique: boolean): Column {
  const of = (name: string) => values.get(`${column.name}.${name}`);
  const before = column.statistics;
  if (before === null && !unique && !columnKeys.some((key) => of(key) !== undefined)) return column;
  const common = of("common")
    ?.split("|")
    .map((each) => [each.slice(0, each.lastIndexOf(":")), Number(each.slice(each.lastIndexOf(":") + 1))] as const);
  const range = of("range")?.split("..");
  const correlation = of("correlation");
  const statistics: ColumnStatistics = {
    ...(before ?? unknownStatistics),
    nullFraction: Number(of("nulls") ?? before?.nullFraction ?? 0),
    averageWidthBytes: Number(of("width") ?? before?.averageWidthBytes ?? (column.storageLength > 0 ? column.storageLength : 16)),
    distinct: Number(of("distinct") ?? before?.distinct ?? (unique ? -1 : 0)),
    ...(common
      ? { mostCommonValues: formatArrayText(common.map(([value]) => value)), mostCommonFrequencies: common.map(([, part]) => part) }
      : {}),
    ...(range ? { histogramBounds: formatArrayText(range) } : {}),
    ...(correlation === undefined ? {} : { correlation: Number(correlation) }),
  };
  return { ...column, statistics };
}

/** Counters that a comment states; those it does not state are 0 beside them, and all stay unknown when it states none. */
function withCounters(before: RelationActivity | null, values: Figures, rows: number): RelationActivity | null {
  if (before === null && !counterKeys.some((key) => values.has(key))) return null;
  const known = before ?? noActivity;
  const count = (name: string, otherwise: number) => Number(values.get(name) ?? otherwise);
  return {
    ...known,
    rowsInserted: count("inserts", known.rowsInserted),
    rowsUpdated: count("updates", known.rowsUpdated),
    rowsHotUpdated: count("hotUpdates", known.rowsHotUpdated),
    rowsDeleted: count("deletes", known.rowsDeleted),
    liveRows: rows,
  };
}

const noActivity: RelationActivity = {
  sequentialScans: 0,
  sequentialRowsRead: 0,
  indexScans: 0,
  rowsInserted: 0,
  rowsUpdated: 0,
  rowsHotUpdated: 0,
  rowsDeleted: 0,
  liveRows: 0,
  deadRows: 0,
  rowsModifiedSinceAnalyze: 0,
  lastVacuum: null,
  lastAnalyze: null,
};
