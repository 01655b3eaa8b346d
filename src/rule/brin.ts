import type { Relation } from "../domain/catalog.ts";
import type { Scan } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";
import { selectivity } from "./selectivity.ts";

/**
 * How far a column's values follow the rows' place on disk, 0–1 (`|pg_stats.correlation|`); null when unknown. A tree
 * of partitions has no figure of its own, so that of its partitions is averaged by their pages.
 */
export function physicalOrder(catalog: CatalogView, relation: Relation, column: string): number | null {
  const own = relation.columns.find((each) => each.name === column)?.statistics?.correlation ?? null;
  if (own !== null) return Math.abs(own);
  const known = catalog.children(relation).flatMap((child) => {
    const correlation = child.columns.find((each) => each.name === column)?.statistics?.correlation ?? null;
    return correlation === null || child.currentPages === 0 ? [] : [{ order: Math.abs(correlation), pages: child.currentPages }];
  });
  const pages = known.reduce((sum, each) => sum + each.pages, 0);
  return pages === 0 ? null : known.reduce((sum, each) => sum + each.order * each.pages, 0) / pages;
}

/** Range summaries that fit one block of a BRIN index: about 32 bytes each with its line pointer. */
const summariesPerBlock = 256;
/** PostgreSQL's default, and the smallest worth its summaries: below it the index grows and saves less than a block. */
const [smallest, largest] = [4, 128];

/**
 * `pages_per_range`, a power of two. A search reads all summaries (pages ÷ range ÷ 256 blocks) and up to one range too
 * many at each end, so the sum is least at √(pages ÷ 256); and no range should exceed a quarter of what a typical
 * search has to read (`fraction` of the pages), or most of what it reads is waste.
 */
export function pagesPerRange(pages: number, fraction: number | null): number {
  const balanced = Math.sqrt(pages / summariesPerBlock);
  const typical = fraction === null ? Number.POSITIVE_INFINITY : (pages * fraction) / 4;
  const wanted = Math.min(balanced, Math.max(1, typical));
  return Math.min(largest, Math.max(smallest, 2 ** Math.round(Math.log2(wanted))));
}

/** Types with a minmax-multi operator class (PostgreSQL 14 and later); brin.html, "Built-in Operator Classes". inet's default is another. */
const multiTypes = new Set(
  "int2 int4 int8 float4 float8 numeric date time timetz timestamp timestamptz interval uuid pg_lsn macaddr macaddr8".split(" "),
);
/** Types with a minmax operator class; those with a bloom class are the same and `text`'s relatives. */
const minmaxTypes = new Set([...multiTypes, ..."text varchar bpchar name bytea bit varbit char oid tid".split(" ")]);

/** Operator class of the BRIN flavour for a type; null when the type has none. */
export function brinClass(baseType: string, flavour: "minmax" | "minmax-multi" | "bloom"): string | null {
  const base = baseType === "varchar" ? "text" : baseType;
  if (flavour === "minmax-multi") return multiTypes.has(baseType) ? `${base}_minmax_multi_ops` : null;
  if (!minmaxTypes.has(baseType) || (flavour === "bloom" && /^(bit|varbit)$/.test(baseType))) return null;
  return `${base}_${flavour}_ops`;
}

/** A column that a scan searches and whose place on disk is known. */
export interface PlacedColumn {
  readonly name: string;
  readonly baseType: string;
  /** As `physicalOrder` gives it. */
  readonly order: number;
  /** True when some predicate is an inequality, not only `=` or a list. */
  readonly bounded: boolean;
  /** Part of the rows its predicates keep, 0–1; null when unknown. */
  readonly kept: number | null;
}

const bounds = new Set(["<", "<=", ">", ">="]);
const searched = new Set([...bounds, "=", "= any"]);

/** Columns a BRIN index of the scan's relation could be searched by, in the order of the predicates. */
export function placedColumns(scan: Scan, relation: Relation, catalog: CatalogView): PlacedColumn[] {
  const usable = scan.predicates.filter(
    (each) => searched.has(each.operator) && (each.compared.kind !== "expression" || each.compared.stable),
  );
  const names = [...new Set(usable.map((each) => each.on.column))];
  return names.flatMap((name) => {
    const column = name === null ? null : catalog.column(relation, name);
    const order = column && physicalOrder(catalog, relation, column.name);
    if (!column || order === null || brinClass(column.baseType, "minmax") === null) return [];
    const own = usable.filter((each) => each.on.column === name);
    const parts = own.map((each) => selectivity(catalog, relation, each)).filter((each) => each !== null);
    const kept = parts.length === 0 ? null : parts.reduce((product, each) => product * each, 1);
    return [{ name: column.name, baseType: column.baseType, order, bounded: own.some((each) => bounds.has(each.operator)), kept }];
  });
}

/** `WITH` of a BRIN index; empty when PostgreSQL's default is right. */
export function brinStorage(pages: number, fraction: number | null): Readonly<Record<string, string>> {
  const range = pagesPerRange(pages, fraction);
  return range === largest ? {} : { pages_per_range: String(range) };
}
