import type { Relation } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Predicate, Scan, ScanExpression } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";

/** The scan's relation when it can carry an index and is not known to be smaller than `minRows`; else null. */
export function indexableRelation(catalog: CatalogView, scan: Scan, minRows: number): Relation | null {
  const relation = catalog.find(scan.relation);
  if (!relation || !["table", "partitioned-table", "materialized-view"].includes(relation.kind)) return null;
  const rows = catalog.rows(scan.relation);
  return rows !== null && rows < minRows ? null : relation;
}

/**
 * `typname` of a column or expression, with every range type called `range` and every multirange `multirange`;
 * null when neither the catalog nor the outermost function or cast tells.
 */
export function typeKind(catalog: CatalogView, relation: RelationName, on: ScanExpression): string | null {
  const column = on.column === null ? null : catalog.column(relation, on.column);
  const type = column?.baseType ?? on.type ?? outermostType(on.sql);
  if (type === null || type === "earth") return type === null ? null : "cube";
  const ranges = catalog.all.ranges;
  if (builtInRanges.has(type) || ranges.some((each) => each.name === type)) return "range";
  if (builtInRanges.has(type.replace(/multirange$/, "range")) || ranges.some((each) => each.multirange === type)) return "multirange";
  return type;
}

const builtInRanges = new Set(["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"]);

/** The result type that the outermost function or cast of an expression names; null when it names none. */
function outermostType(sql: string): string | null {
  const call =
    /^\(*\s*(?:pg_catalog\.)?(to_tsvector|lower|upper|reverse|md5|ll_to_earth|earth_box|point|box|circle|polygon|[a-z0-9]+range)\s*\(/i
      .exec(sql)?.[1]
      ?.toLowerCase();
  if (call === "to_tsvector") return "tsvector";
  if (call === "lower" || call === "upper" || call === "reverse" || call === "md5") return "text";
  // A domain over cube.
  if (call === "ll_to_earth" || call === "earth_box") return "cube";
  if (call !== undefined) return call;
  return /->>\s*[^>]*$/.test(sql) ? "text" : null;
}

/** Plain columns compared by `=` with something known before the scan starts, most distinct first. */
export function equalityColumns(catalog: CatalogView, scan: Scan, types: ReadonlySet<string> | null = null): ScanExpression[] {
  const found = new Map<string, ScanExpression>();
  for (const predicate of scan.predicates) {
    const { on } = predicate;
    if (on.column === null || predicate.operator !== "=" || isNullConstant(predicate)) continue;
    const type = typeKind(catalog, scan.relation, on);
    const isEnum = catalog.all.enums.some((each) => each.name === type);
    if (types === null || isEnum || (type !== null && types.has(type))) found.set(on.column, on);
  }
  const distinct = (on: ScanExpression) => catalog.distinct(scan.relation, on.column ?? "") ?? 0;
  return [...found.values()].toSorted((a, b) => distinct(b) - distinct(a) || (a.sql < b.sql ? -1 : 1));
}

function isNullConstant(predicate: Predicate): boolean {
  return predicate.compared.kind === "constant" && predicate.compared.value === null && predicate.compared.values === null;
}

/** What is known about the size, for a sentence: a figure with grouped digits, or words when there is none. */
export function rowsInWords(catalog: CatalogView, relation: RelationName, figure: (count: number) => string): string {
  const rows = catalog.rows(relation);
  return rows === null ? "an unknown number of rows" : `${figure(rows)} rows`;
}

/** 0.0123 → `1.2 %`; never rounds a part to nothing or to all. */
export function percent(fraction: number): string {
  const hundredths = fraction * 100;
  if (hundredths > 0 && hundredths < 0.1) return "under 0.1 %";
  if (hundredths > 99.9 && hundredths < 100) return "over 99.9 %";
  return `${Number(hundredths.toFixed(hundredths < 10 ? 1 : 0))} %`;
}
