import type { ColumnStatistics } from "../domain/catalog.ts";
import { formatArrayText, parseArrayText } from "../syntax/array-text.ts";
import { holds, type Leaf, leafDocument, leafPath, leavesOf } from "./document-leaves.ts";
import type { ParameterUse } from "./parameter-uses.ts";
import { type StandInContext, standInValue } from "./stand-in-values.ts";

export type BindingKind = "middle" | "common" | "rare" | "null" | "out-of-range";

export interface ValueContext extends StandInContext {
  /** `regtype` text PostgreSQL inferred, null when it could not. */
  readonly type: string | null;
  /** Word before the parameter, lower case. */
  readonly before: string;
  /** What the words around it ask for; null when any value of the type will do. */
  readonly inContext: string | null;
  readonly mayBeNull: boolean;
}

/** Rows a page of results usually shows; only a stand-in for `LIMIT $n`. */
const pageRows = "20";

/**
 * Unquoted text for one parameter, null for SQL NULL, undefined when this kind has nothing of its own to say.
 * `middle` always answers when the type is known.
 */
export function valueFor(kind: BindingKind, use: ParameterUse | null, context: ValueContext): string | null | undefined {
  if (/^(?:limit|first|next)$/.test(context.before)) return kind === "middle" ? pageRows : undefined;
  if (context.before === "offset") return kind === "middle" ? "0" : undefined;
  if (context.inContext !== null) return kind === "middle" ? context.inContext : undefined;
  if (kind === "null") return context.mayBeNull ? null : undefined;
  const sampled = use?.statistics ? fromStatistics(kind, use, use.statistics, context) : undefined;
  if (sampled !== undefined || kind !== "middle") return sampled;
  // The one field that dates, times, timestamps and intervals all have.
  if (context.before === "extract") return "epoch";
  return standInValue(context.before === "interval" ? "interval" : (context.type ?? ""), context);
}

function fromStatistics(kind: BindingKind, use: ParameterUse, statistics: ColumnStatistics, context: ValueContext): string | undefined {
  const isArrayParameter = context.type?.endsWith("[]") ?? false;
  switch (use.operator) {
    case "<":
    case "<=":
    case ">":
    case ">=":
      return rangeEnd(kind, use, statistics);
    case "~~":
    case "~~*":
      return pattern(kind, statistics);
    case "~":
    case "~*":
      return fragment(statistics);
    case "@>":
    case "<@":
    case "&&":
    case "@@":
    case "@?":
    case "?":
    case "?|":
    case "?&":
      return contained(kind, use, statistics, isArrayParameter);
    case "= any":
    case "<> all":
      return isArrayParameter ? several(kind, statistics) : equal(kind, statistics);
    default:
      return equal(kind, statistics);
  }
}

function values(text: string | null): string[] {
  return text === null ? [] : parseArrayText(text).filter((value) => value !== null);
}

/** The value at a quantile (0–1) of the histogram, else of the most common values. */
function quantile(statistics: ColumnStatistics, at: number): string | undefined {
  const histogram = values(statistics.histogramBounds);
  const list = histogram.length > 0 ? histogram : values(statistics.mostCommonValues).toSorted();
  return list[Math.min(list.length - 1, Math.max(0, Math.round(at * (list.length - 1))))];
}

function equal(kind: BindingKind, statistics: ColumnStatistics): string | undefined {
  const common = values(statistics.mostCommonValues);
  const inCommon = (statistics.mostCommonFrequencies ?? []).reduce((sum, each) => sum + each, 0);
  switch (kind) {
    case "common":
      return common[0];
    case "rare":
      return quantile({ ...statistics, mostCommonValues: null }, 1 / 3) ?? common.at(-1);
    case "middle":
      // Where most rows hold a common value, one of those; else one of the many.
      return inCommon > 0.5 ? (common[Math.floor(common.length / 2)] ?? common[0]) : quantile(statistics, 0.5);
    case "out-of-range":
      return beyond(statistics);
    default:
      return undefined;
  }
}

function several(kind: BindingKind, statistics: ColumnStatistics): string | undefined {
  const one = equal(kind, statistics);
  if (one === undefined) return undefined;
  const more = [quantile(statistics, 0.25), quantile(statistics, 0.75)].filter((value) => value !== undefined);
  return formatArrayText([...new Set([one, ...more])]);
}

/** Where a typical range starts or ends, as quantiles [open low, open high, closed low, closed high]. */
const rangeQuantiles: Readonly<Record<"middle" | "common" | "rare", readonly [number, number, number, number]>> = {
  middle: [0.9, 0.1, 0.9, 0.95],
  common: [0.5, 0.5, 0.25, 0.75],
  rare: [0.99, 0.01, 0.98, 0.99],
};

function rangeEnd(kind: BindingKind, use: ParameterUse, statistics: ColumnStatistics): string | undefined {
  if (kind === "out-of-range") return beyond(statistics);
  if (kind === "null") return undefined;
  const [openLow, openHigh, closedLow, closedHigh] = rangeQuantiles[kind];
  if (use.intervalEnd === "low") return quantile(statistics, closedLow);
  if (use.intervalEnd === "high") return quantile(statistics, closedHigh);
  return quantile(statistics, use.operator.startsWith(">") ? openLow : openHigh);
}

/** A number or time past the last known value; other types have no notion of "past" here. */
function beyond(statistics: ColumnStatistics): string | undefined {
  const histogram = values(statistics.histogramBounds);
  const [low] = histogram;
  const high = histogram.at(-1);
  if (low === undefined || high === undefined) return undefined;
  if (/^-?\d+(?:\.\d+)?$/.test(high) && /^-?\d+(?:\.\d+)?$/.test(low)) {
    const past = Number(high) + Math.max(1, (Number(high) - Number(low)) / 10);
    return Number.isSafeInteger(Math.ceil(past)) && !high.includes(".") ? String(Math.ceil(past)) : undefined;
  }
  const year = /^(\d{4})(-\d\d-\d\d.*)$/.exec(high);
  return year ? `${Number(year[1]) + 1}${year[2]!.replace("-02-29", "-02-28")}` : undefined;
}

/** A pattern from a real value: a prefix for the rare binding, a fragment in the middle for the others. */
function pattern(kind: BindingKind, statistics: ColumnStatistics): string | undefined {
  const sample = equal("middle", statistics);
  if (sample === undefined || kind === "out-of-range") return undefined;
  const escaped = (text: string) => text.replaceAll(/[\\%_]/g, "\\$&");
  if (kind === "rare") return `${escaped(sample.slice(0, 5))}%`;
  return kind === "middle" ? `%${escaped(middleOf(sample, 6))}%` : `%${escaped(middleOf(sample, 3))}%`;
}

function fragment(statistics: ColumnStatistics): string | undefined {
  const sample = equal("middle", statistics);
  return sample === undefined ? undefined : middleOf(sample, 6).replaceAll(/[^\w ]/g, ".");
}

function middleOf(text: string, length: number): string {
  const from = Math.max(0, Math.floor((text.length - length) / 2));
  return text.slice(from, from + length);
}

/** For containment: an element, a key or a small document that rows really hold. */
function contained(kind: BindingKind, use: ParameterUse, statistics: ColumnStatistics, isArrayParameter: boolean): string | undefined {
  const elements = values(statistics.mostCommonElements);
  const element = kind === "common" ? elements[0] : kind === "rare" ? elements.at(-1) : elements[Math.floor(elements.length / 2)];
  if (element !== undefined) return use.operator === "@@" || !isArrayParameter ? element : formatArrayText([element]);
  if (use.column?.baseType !== "jsonb" || kind === "out-of-range") return undefined;
  return fromDocument(kind, use.operator, statistics, isArrayParameter);
}

function fromDocument(kind: BindingKind, operator: string, statistics: ColumnStatistics, isArrayParameter: boolean): string | undefined {
  const sample = kind === "common" ? values(statistics.mostCommonValues)[0] : quantile(statistics, kind === "rare" ? 0.3 : 0.5);
  const document: unknown = sample === undefined ? null : JSON.parse(sample);
  if (document === null || typeof document !== "object" || Array.isArray(document)) return undefined;
  const leaf = searchedLeaf(kind, document, values(statistics.histogramBounds));
  if (!leaf) return undefined;
  const [key] = leaf.path;
  if (operator.startsWith("?")) return isArrayParameter ? formatArrayText([key!]) : key!;
  // `@@` takes a predicate and `@?` a path that finds something: an index helps neither with a path that names no value.
  const [way, value] = [leafPath(leaf), JSON.stringify(leaf.value)];
  if (operator === "@@") return `${way} == ${value}`;
  if (operator === "@?") return `${way} ? (@ == ${value})`;
  return operator === "@>" ? JSON.stringify(leafDocument(leaf)) : undefined;
}

/**
 * What of a document a search would name, however deep: jsonb keeps short keys first, and those are often flags that most rows
 * share. Texts come before numbers; of these the one that fewest of the sampled documents share, or most for `common`.
 */
function searchedLeaf(kind: BindingKind, document: object, samples: readonly string[]): Leaf | undefined {
  const leaves = leavesOf(document);
  const texts = leaves.filter(({ value }) => typeof value === "string");
  const documents = samples.map((sample): unknown => JSON.parse(sample));
  const ranked = (texts.length > 0 && kind !== "common" ? texts : leaves)
    .map((leaf) => ({ leaf, shared: documents.filter((each) => holds(each, leaf)).length }))
    .toSorted((a, b) => (kind === "common" ? b.shared - a.shared : a.shared - b.shared));
  return ranked[0]?.leaf;
}
