import type { Catalog, Column, ColumnStatistics, Index, Relation, RelationActivity } from "../../src/domain/catalog.ts";
import { formatArrayText } from "../../src/syntax/array-text.ts";
import type { Figures } from "./rule-case.ts";

/** The catalog of an empty schema with the sizes and statistics that a case says a server has. */
export function withFigures(catalog: Catalog, figures: readonly Figures[]): Catalog {
  const of = (name: string) => figures.find((each) => bare(each.name) === name)?.values ?? null;
  return {
    ...catalog,
    relations: catalog.relations.map((relation) => {
      const indexes = relation.indexes.map((index) => indexWith(index, of(index.name)));
      const values = of(relation.name);
      return values === null ? { ...relation, indexes } : relationWith({ ...relation, indexes }, values);
    }),
  };
}

/** Names that figures are given for and the schema does not make: a slip in a case. */
export function unknownNames(catalog: Catalog, figures: readonly Figures[]): string[] {
  const names = new Set(catalog.relations.flatMap((relation) => [relation.name, ...relation.indexes.map((each) => each.name)]));
  return figures.map((each) => bare(each.name)).filter((name) => !names.has(name));
}

function bare(name: string): string {
  return name.split(".").at(-1)!.replaceAll('"', "");
}

function relationWith(relation: Relation, values: ReadonlyMap<string, string>): Relation {
  const known = new Set(["rows", "pages", "inserts", "updates", "hotUpdates", "deletes"]);
  const columns = new Set(relation.columns.map((each) => each.name));
  for (const name of values.keys())
    if (!known.has(name) && !columns.has(name.split(".")[0]!)) throw new Error(`"${relation.name}" has no figure or column "${name}"`);
  const rows = Number(values.get("rows") ?? relation.rows);
  const unique = new Set(relation.indexes.filter((each) => each.unique && each.keys.length === 1).map((each) => each.keys[0]?.column));
  const withStatistics = relation.columns.map((column) => columnWith(column, values, unique.has(column.name)));
  const width = withStatistics.reduce((sum, each) => sum + (each.statistics?.averageWidthBytes ?? 8), 28);
  const pages = Number(values.get("pages") ?? Math.max(1, Math.ceil((rows * width) / 8168)));
  return {
    ...relation,
    rows,
    pages,
    currentPages: pages,
    allVisiblePages: pages,
    bytes: pages * 8192,
    columns: withStatistics,
    activity: activityWith(relation.activity, values),
  };
}

function columnWith(column: Column, values: ReadonlyMap<string, string>, unique: boolean): Column {
  const of = (name: string) => values.get(`${column.name}.${name}`);
  const common = of("common")
    ?.split("|")
    .map((each) => [each.slice(0, each.lastIndexOf(":")), each.slice(each.lastIndexOf(":") + 1)]);
  const range = of("range")?.split("..");
  const before = column.statistics;
  const statistics: ColumnStatistics = {
    nullFraction: Number(of("nulls") ?? before?.nullFraction ?? 0),
    averageWidthBytes: Number(of("width") ?? before?.averageWidthBytes ?? (column.storageLength > 0 ? column.storageLength : 16)),
    distinct: Number(of("distinct") ?? before?.distinct ?? (unique ? -1 : 0)),
    mostCommonValues: common ? formatArrayText(common.map(([value = ""]) => value)) : (before?.mostCommonValues ?? null),
    mostCommonFrequencies: common ? common.map(([, frequency]) => Number(frequency)) : (before?.mostCommonFrequencies ?? null),
    histogramBounds: range ? formatArrayText(range) : (before?.histogramBounds ?? null),
    correlation: of("correlation") === undefined ? (before?.correlation ?? null) : Number(of("correlation")),
    mostCommonElements: before?.mostCommonElements ?? null,
    mostCommonElementFrequencies: before?.mostCommonElementFrequencies ?? null,
    elementCountHistogram: before?.elementCountHistogram ?? null,
    rangeLengthHistogram: before?.rangeLengthHistogram ?? null,
    rangeEmptyFraction: before?.rangeEmptyFraction ?? null,
    rangeBoundsHistogram: before?.rangeBoundsHistogram ?? null,
  };
  return { ...column, statistics };
}

function activityWith(before: RelationActivity | null, values: ReadonlyMap<string, string>): RelationActivity | null {
  if (before === null) return null;
  const count = (name: string, otherwise: number) => Number(values.get(name) ?? otherwise);
  return {
    ...before,
    rowsInserted: count("inserts", before.rowsInserted),
    rowsUpdated: count("updates", before.rowsUpdated),
    rowsHotUpdated: count("hotUpdates", before.rowsHotUpdated),
    rowsDeleted: count("deletes", before.rowsDeleted),
  };
}

function indexWith(index: Index, values: ReadonlyMap<string, string> | null): Index {
  if (values === null) return index;
  const bytes = Number(values.get("bytes") ?? index.bytes);
  const scans = values.get("scans");
  return {
    ...index,
    bytes,
    currentPages: Math.ceil(bytes / 8192),
    scans: scans === undefined ? index.scans : scans === "unknown" ? null : Number(scans),
  };
}
