import type { Relation } from "../domain/catalog.ts";
import type { Scan } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";

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

/** Planner's default costs: a summary block is read at random, a heap block in order and each of its rows rechecked (brincostestimate). */
const summaryBlockCost = 4;
const heapBlockCost = (rowsPerPage: number) => 1 + 0.0125 * rowsPerPage;

/**
 * `pages_per_range`, a power of two. A search reads every summary, pages ÷ range ÷ 256 blocks of them, and about one range
 * of blocks for nothing, half at each end; the sum of both costs is least where they are equal. What the search wants to
 * read comes on top whatever the range, so it does not matter here; wide rows (few to a block) make blocks cheaper to recheck.
 */
export function pagesPerRange(pages: number, rows: number | null): number {
  const rowsPerPage = rows === null ? 80 : rows / Math.max(1, pages);
  const best = Math.sqrt(((pages / summariesPerBlock) * summaryBlockCost) / heapBlockCost(rowsPerPage));
  return Math.min(largest, Math.max(smallest, 2 ** Math.round(Math.log2(Math.max(1, best)))));
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
    return [{ name: column.name, baseType: column.baseType, order, bounded: own.some((each) => bounds.has(each.operator)) }];
  });
}

/** `WITH` of a BRIN index, fit for the largest of a relation's partitions; empty when PostgreSQL's default is right. */
export function brinStorage(catalog: CatalogView, relation: Relation): Readonly<Record<string, string>> {
  const largestPart = [relation, ...catalog.children(relation)].reduce((most, each) =>
    each.currentPages > most.currentPages ? each : most,
  );
  const range = pagesPerRange(largestPart.currentPages, largestPart.rows);
  return range === largest ? {} : { pages_per_range: String(range) };
}
