import type { Plan } from "../domain/plan.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { Predicate, QueryFamily, Scan, SortKey } from "../domain/workload.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { equalityBand, magnitude, nullBand, orderBand, skewBand, widthBand } from "./bands.ts";
import { expressionWords } from "./expression-words.ts";
import { keyWord, servedWords } from "./index-words.ts";
import { operatorWord } from "./operator-words.ts";
import { planWords } from "./plan-words.ts";
import { typeClass } from "./type-class.ts";

/** Of the text below: a vector of another version's text is no neighbour. */
export const shapeTextVersion = 2;

/**
 * The access-path problem that a statement poses, as words: per relation its size, predicates (operator, kind of expression, class
 * of type, how many rows a value keeps, what an index there already does), joins, order, limit, grouping and columns read; then the plan's nodes. No name, alias,
 * constant or literal occurs, so statements that differ in these have the same text. Words are parted by single blanks, lines by
 * ` ; `; scans stand in the order of their own text, so that the order of FROM changes nothing.
 */
export function shapeText(family: Pick<QueryFamily, "kind" | "scans">, plan: Plan | null, catalog: CatalogView): string {
  const alone = family.scans.map((scan) => ({ scan, text: scanText(scan, catalog) }));
  const inOrder = alone.toSorted((a, b) => compare(a.text, b.text));
  const joins = inOrder
    .flatMap(({ scan }) => scan.predicates.filter(isJoin).map((each) => joinText(scan, each, catalog)))
    .toSorted(compare);
  return [
    `${family.kind} relations ${magnitudeOfFew(family.scans.length)}`,
    ...inOrder.map(({ text }) => text),
    ...joins,
    ...(plan === null ? [] : [`plan ${planWords(plan.root, catalog).join(" ")}`]),
  ].join(" ; ");
}

function scanText(scan: Scan, catalog: CatalogView): string {
  const { relation } = scan;
  const rows = catalog.rows(relation);
  const own = scan.predicates.filter((each) => !isJoin(each)).map((each) => predicateText(relation, each, catalog));
  const either = scan.disjunctions.map(
    (arms) =>
      `either ${arms
        .map((arm) =>
          arm
            .map((each) => predicateText(relation, each, catalog))
            .toSorted(compare)
            .join(" and "),
        )
        .toSorted(compare)
        .join(" or ")}`,
  );
  return [
    `${scan.role} rows ${magnitude(rows)}`,
    `width ${widthBand(rows === null || rows < 1 ? null : (catalog.pages(relation) * 8192) / rows)}`,
    keyWord(relation, catalog),
    ...(catalog.find(relation)?.kind === "partitioned-table" ? ["partitioned"] : []),
    ...own.toSorted(compare).map((text) => `where ${text}`),
    ...either.toSorted(compare),
    ...(scan.sort.length > 0 ? [`sort ${sortText(relation, scan.sort, catalog)}`] : []),
    ...(scan.limit === null ? [] : ["limit"]),
    ...(scan.grouping.length > 0
      ? [
          `group ${scan.grouping
            .map((each) => [...expressionWords(each), ...servedWords(relation, each, catalog)].join(" "))
            .toSorted(compare)
            .join(" ")}`,
        ]
      : []),
    ...(scan.extremes.length > 0
      ? [
          `extremes ${scan.extremes
            .map((each) => [...expressionWords(each), ...servedWords(relation, each, catalog)].join(" "))
            .toSorted(compare)
            .join(" ")}`,
        ]
      : []),
    `reads ${columnsBand(scan, catalog)}`,
  ].join(" ");
}

function predicateText(relation: RelationName, predicate: Predicate, catalog: CatalogView): string {
  const { on, compared } = predicate;
  const words = [operatorWord(predicate), ...expressionWords(on), `by-${compared.kind}`, ...servedWords(relation, on, catalog)];
  if (on.column === null) return words.join(" ");
  const statistics = catalog.statistics(relation, on.column);
  return [
    ...words,
    `wide-${widthBand(statistics?.averageWidthBytes ?? null)}`,
    equalityBand(statistics, catalog.rows(relation)),
    orderBand(statistics),
    skewBand(statistics),
    nullBand(statistics),
  ].join(" ");
}

function joinText(scan: Scan, predicate: Predicate, catalog: CatalogView): string {
  const other = predicate.compared.kind === "column" ? predicate.compared.relation : null;
  const key = predicate.on.column === null ? null : catalog.statistics(scan.relation, predicate.on.column);
  const rows = catalog.rows(scan.relation);
  return `join ${operatorWord(predicate)} ${[...expressionWords(predicate.on), ...servedWords(scan.relation, predicate.on, catalog)].join(" ")} rows ${magnitude(rows)} ${equalityBand(key, rows)} with ${
    other === null ? "unknown" : relationKey(other) === relationKey(scan.relation) ? "itself" : magnitude(catalog.rows(other))
  }`;
}

function sortText(relation: RelationName, keys: readonly SortKey[], catalog: CatalogView): string {
  const first = keys[0];
  return keys
    .map(({ on, descending, nullsFirst, distanceOperator }) =>
      [
        distanceOperator === null ? "" : "nearest",
        ...expressionWords(on),
        ...servedWords(relation, on, catalog),
        // Only a change of direction inside the list matters to a B-tree: it can be read both ways.
        descending === first?.descending ? "same-way" : "other-way",
        nullsFirst === descending ? "" : "nulls-moved",
      ]
        .filter((word) => word !== "")
        .join(" "),
    )
    .join(" then ");
}

/** `none`, `few` (an index could hold them) with whether they are `narrow` and the classes of their types, `most`, `all`. */
function columnsBand({ relation, columnsRead }: Scan, catalog: CatalogView): string {
  if (columnsRead === null) return "all";
  const all = catalog.find(relation)?.columns.length ?? 0;
  if (columnsRead.length === 0) return "none";
  if (columnsRead.length >= all) return "all";
  if (columnsRead.length > 4) return "most";
  const widthBytes = columnsRead.reduce((sum, column) => sum + (catalog.statistics(relation, column)?.averageWidthBytes ?? 8), 0);
  const types = columnsRead.map((column) => typeClass(catalog.column(relation, column)?.baseType ?? null)).toSorted(compare);
  return [widthBytes <= narrowBytes ? "few narrow" : "few wide", ...types].join(" ");
}

/** What two keys and a timestamp take: an index over so much stays a small part of its table. */
const narrowBytes = 32;

function isJoin(predicate: Predicate): boolean {
  return predicate.compared.kind === "column";
}

function magnitudeOfFew(count: number): string {
  return count > 4 ? "many" : String(count);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
