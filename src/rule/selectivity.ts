import type { ColumnStatistics } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Predicate } from "../domain/workload.ts";
import { parseArrayText } from "../syntax/array-text.ts";
import type { CatalogView } from "./catalog-view.ts";

/** selfuncs.h DEFAULT_INEQ_SEL: what the planner assumes for `<`, `>` with an unknown value. */
const defaultInequality = 1 / 3;

/**
 * Part of the relation's rows, 0–1, that one predicate on a bare column keeps, from the column's statistics;
 * null when the operator or the statistics do not tell. A rule uses it to order and to leave out, never as proof.
 */
export function selectivity(catalog: CatalogView, relation: RelationName, predicate: Predicate): number | null {
  const { column } = predicate.on;
  if (column === null) return null;
  const statistics = catalog.statistics(relation, column);
  const nulls = statistics?.nullFraction ?? null;
  switch (predicate.operator) {
    case "=":
      return equalitySelectivity(catalog, relation, column, constantValue(predicate));
    case "= any":
      return listSelectivity(catalog, relation, column, predicate);
    case "is null":
      return nulls;
    case "is not null":
      return nulls === null ? null : 1 - nulls;
    case "is true":
      return catalog.frequency(relation, column, "t");
    case "is false":
      return catalog.frequency(relation, column, "f");
    case "is not true":
      return complement(catalog.frequency(relation, column, "t"));
    case "is not false":
      return complement(catalog.frequency(relation, column, "f"));
    case "<>":
      return complement(equalitySelectivity(catalog, relation, column, constantValue(predicate)), nulls ?? 0);
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const value = constantValue(predicate);
      if (value === null || statistics === null) return defaultInequality;
      const below = fractionBelow(statistics, value);
      if (below === null) return defaultInequality;
      const known = 1 - (nulls ?? 0);
      return predicate.operator.startsWith("<") ? below * known : (1 - below) * known;
    }
    case "?":
      return keyShare(statistics, constantValue(predicate));
    default:
      return null;
  }
}

/**
 * Part of the rows, 0–1, whose jsonb document has the key at its top, by the common values and the histogram's documents (ANALYZE keeps
 * up to a hundred of each); null when they are not documents or there are none.
 */
function keyShare(statistics: ColumnStatistics | null, wanted: string | null): number | null {
  if (statistics === null || wanted === null) return null;
  const [common, others] = [statistics.mostCommonValues, statistics.histogramBounds].map((text) =>
    text === null ? [] : parseArrayText(text),
  );
  const [commonHave, othersHave] = [common!, others!].map((values) => values.map((value) => hasKey(value, wanted)));
  if ([...commonHave!, ...othersHave!].includes(null) || common!.length + others!.length === 0) return null;
  const frequencies = statistics.mostCommonFrequencies ?? [];
  const inCommon = frequencies.reduce((sum, each) => sum + each, 0);
  const found = commonHave!.reduce((sum, has, at) => sum + (has ? (frequencies[at] ?? 0) : 0), 0);
  const rest = Math.max(0, 1 - statistics.nullFraction - inCommon);
  return found + (othersHave!.length === 0 ? 0 : (rest * othersHave!.filter((has) => has).length) / othersHave!.length);
}

/** Null for what is not jsonb: an hstore's text is no JSON. */
function hasKey(text: string | null, wanted: string): boolean | null {
  try {
    const document: unknown = JSON.parse(text ?? "null");
    if (Array.isArray(document)) return document.includes(wanted);
    return typeof document === "object" && document !== null ? Object.hasOwn(document, wanted) : document === wanted;
  } catch {
    return null;
  }
}

/**
 * Part of the rows that hold one value: that value's own frequency when it is known, else all values alike.
 * selfuncs.c, var_eq_const() and var_eq_non_const().
 */
function equalitySelectivity(catalog: CatalogView, relation: RelationName, column: string, value: string | null): number | null {
  if (value !== null) {
    const own = catalog.frequency(relation, column, value);
    if (own !== null) return own;
  }
  const distinct = catalog.distinct(relation, column);
  if (distinct === null) return null;
  const nulls = catalog.statistics(relation, column)?.nullFraction ?? 0;
  return (1 - nulls) / Math.max(1, distinct);
}

/** A list of unknown length counts as ten values, as estimate_array_length() does. */
function listSelectivity(catalog: CatalogView, relation: RelationName, column: string, predicate: Predicate): number | null {
  const values = predicate.compared.kind === "constant" ? predicate.compared.values : null;
  if (values === null) {
    const one = equalitySelectivity(catalog, relation, column, null);
    return one === null ? null : Math.min(1, 10 * one);
  }
  const each = [...new Set(values)].map((value) => equalitySelectivity(catalog, relation, column, value));
  return each.reduce<number | null>((sum, one) => (sum === null || one === null ? null : Math.min(1, sum + one)), 0);
}

function constantValue(predicate: Predicate): string | null {
  return predicate.compared.kind === "constant" ? predicate.compared.value : null;
}

function complement(fraction: number | null, nulls = 0): number | null {
  return fraction === null ? null : Math.max(0, 1 - nulls - fraction);
}

/** Where a value stands in the histogram and the common values, 0–1 of the non-null rows; null when they cannot be compared. */
function fractionBelow(statistics: ColumnStatistics, value: string): number | null {
  const bounds = statistics.histogramBounds === null ? [] : parseArrayText(statistics.histogramBounds);
  const common = statistics.mostCommonValues === null ? [] : parseArrayText(statistics.mostCommonValues);
  const frequencies = statistics.mostCommonFrequencies ?? [];
  let commonTotal = 0;
  let commonBelow = 0;
  for (const [position, each] of common.entries()) {
    const order = compare(each ?? "", value);
    if (order === null) return null;
    commonTotal += frequencies[position] ?? 0;
    if (order < 0) commonBelow += frequencies[position] ?? 0;
  }
  if (bounds.length < 2) return common.length > 0 && commonTotal > 0 ? commonBelow / commonTotal : null;
  let below = 0;
  for (const bound of bounds) {
    const order = compare(bound ?? "", value);
    if (order === null) return null;
    if (order < 0) below++;
  }
  const known = 1 - statistics.nullFraction;
  const inHistogram = Math.min(1, Math.max(0, (below - 0.5) / (bounds.length - 1))) * Math.max(0, known - commonTotal);
  return known <= 0 ? 0 : Math.min(1, (commonBelow + inHistogram) / known);
}

/** Numbers as numbers, dates as instants, other text by code unit: near enough to place a bound. */
function compare(a: string, b: string): number | null {
  const numbers = [Number(a), Number(b)] as const;
  if (a !== "" && b !== "" && !numbers.some(Number.isNaN)) return numbers[0] - numbers[1];
  if (looksLikeDate(a) && looksLikeDate(b)) {
    const [first, second] = [instant(a), instant(b)];
    return Number.isNaN(first) || Number.isNaN(second) ? null : first - second;
  }
  if (looksLikeDate(a) || looksLikeDate(b)) return null;
  return a < b ? -1 : a > b ? 1 : 0;
}

function looksLikeDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text);
}

/** ISO text as PostgreSQL prints it, without a zone read as UTC: `2026-01-02 03:04:05.6+02`. */
function instant(text: string): number {
  const [, date, time = "00:00:00", zone = "Z"] = /^(\d{4}-\d{2}-\d{2})(?:[ T]([\d:.]+))?(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(text) ?? [];
  if (date === undefined) return Number.NaN;
  const seconds = time.split(":").length === 2 ? `${time}:00` : time;
  const offset = /^[+-]\d{2}$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, "$1:$2");
  return Date.parse(`${date}T${seconds.replace(/(\.\d{3})\d+$/, "$1")}${offset}`);
}
