import type { ColumnStatistics } from "../domain/catalog.ts";
import { ident } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { formatArrayText } from "../syntax/array-text.ts";
import { fewestRepeats, unseenShare } from "./chance-repeats.ts";
import { elementStatistics } from "./element-statistics.ts";
import { type DistinctGuess, distinctOf, type ExpressionValue, type Granularity } from "./expression-distinct.ts";
import { type BaseColumn, isInterpolated, riseTogether, sampleSource } from "./expression-sample.ts";
import { withReach } from "./number-span.ts";

/** What ANALYZE would find for an expression, as far as the statistics of its columns tell. */
export interface ExpressionStatistics {
  readonly statistics: ColumnStatistics | null;
  /** `typname` of the expression; null when it could not be evaluated. */
  readonly typeName: string | null;
  readonly uncertain: string | null;
}

/** default_statistics_target: at most so many common values, and histogram bins. */
const target = 100;
const elementTypes = /^(tsvector|_.*)$/;

/**
 * Evaluates the expression in the shadow over the values that the statistics of its columns show, and counts as
 * ANALYZE does (analyze.c, compute_scalar_stats). `relationName` is the alias under which the expression may
 * name its table.
 */
export async function deriveExpressionStatistics(
  database: EmbeddedDatabase,
  expression: string,
  relationName: string,
  bases: readonly BaseColumn[],
  rows: number,
): Promise<ExpressionStatistics> {
  const source = sampleSource(bases, rows);
  if (source === null) return unknown(expression, "the columns it reads have no sampled values");
  let evaluated: readonly ExpressionValue[];
  let clusters: readonly Granularity[];
  let order: Order | undefined;
  const from = `(select * from (${source}) s) ${ident(relationName)}`;
  try {
    const read = bases.map(({ column }) => `${ident(relationName)}.${ident(column.name)}`).join(", ");
    evaluated = await database.session.query<ExpressionValue>(
      `select e::text as value, sum(w)::float8 as weight, coalesce(sum(w) filter (where not sampled), 0)::float8 as known,
              count(*) filter (where sampled)::int4 as times, count(distinct b) filter (where sampled)::int4 as "baseValues",
              avg(pg_column_size(e))::float8 as width, min((select typname from pg_type where oid = pg_typeof(e)::oid)) as "typeName"
       from (select (${expression}) as e, row(${read})::text as b, plansmith_weight as w, plansmith_sampled as sampled
             from ${from} where plansmith_cluster is null) z
       group by z.e order by z.e`,
    );
    clusters = await database.session.query<Granularity>(
      `select step, count(*)::int4 as points, count(distinct e)::int4 as distinct
       from (select (${expression}) as e, plansmith_cluster as cluster, plansmith_step as step from ${from} where plansmith_cluster is not null) z
       group by cluster, step order by step, cluster`,
    );
    if (bases.length === 1)
      [order] = await database.session.query<Order>(
        // ANALYZE orders equal values as they lie in the table, which here is the order of the column.
        `select corr(b, e)::float8 as correlation
         from (select row_number() over (order by ${read}) as b, row_number() over (order by (${expression}), ${read}) as e
               from ${from} where plansmith_cluster is null and (${expression}) is not null) z`,
      );
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return unknown(expression, `it cannot be evaluated over them (SQLSTATE ${sqlState})`);
  }
  const { statistics, typeName, uncertain } = summarise(expression, bases, rows, evaluated, clusters, order?.correlation ?? null);
  if (statistics === null || typeName === null || !elementTypes.test(typeName)) return { statistics, typeName, uncertain };
  const present = evaluated.filter((each) => each.value !== null);
  return { statistics: { ...statistics, ...(await elementStatistics(database, typeName, present)) }, typeName, uncertain };
}

interface Order {
  /** Between the column's order and the expression's, -1 to 1. */
  readonly correlation: number | null;
}

/** Part of the rows, 0–1, under a predicate, by evaluating it over the sample; null when that fails or nothing is sampled. */
export async function predicateShare(
  database: EmbeddedDatabase,
  predicate: string,
  relationName: string,
  bases: readonly BaseColumn[],
  rows: number,
): Promise<number | null> {
  const source = sampleSource(bases, rows);
  if (source === null) return null;
  try {
    const [row] = await database.session.query<{ share: number | null }>(
      `select (sum(plansmith_weight) filter (where ${predicate}) / sum(plansmith_weight))::float8 as share
       from (select * from (${source}) s) ${ident(relationName)} where plansmith_cluster is null`,
    );
    return row?.share ?? null;
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

function unknown(expression: string, why: string): ExpressionStatistics {
  return { statistics: null, typeName: null, uncertain: `no statistics for ${expression}: ${why}` };
}

function summarise(
  expression: string,
  bases: readonly BaseColumn[],
  rows: number,
  evaluated: readonly ExpressionValue[],
  clusters: readonly Granularity[],
  order: number | null,
): ExpressionStatistics {
  const present = evaluated.filter((each) => each.value !== null);
  const typeName = evaluated[0]?.typeName ?? null;
  const weight = evaluated.reduce((sum, each) => sum + each.weight, 0);
  const nullWeight = evaluated.filter((each) => each.value === null).reduce((sum, each) => sum + each.weight, 0);
  // A stand-in for a function that is not there answers NULL to everything.
  if (present.length === 0 || weight === 0) return unknown(expression, "every sampled value gives NULL");

  const {
    distinct,
    open,
    numbered = false,
  } = distinctOf({ expression, present, clusters, bases, rows, interpolated: isInterpolated(bases) });
  const scale = 1 / weight;
  const { common, rest } = split(present, distinct, rows, scale);
  return {
    typeName,
    statistics: {
      nullFraction: nullWeight / weight,
      averageWidthBytes: Math.max(1, Math.round(present.reduce((sum, each) => sum + each.width * each.weight, 0) / (weight - nullWeight))),
      distinct: distinct > rows * 0.1 ? -Math.min(1, distinct / rows) : Math.round(distinct),
      mostCommonValues: common.length > 0 ? formatArrayText(common.map((each) => each.value)) : null,
      mostCommonFrequencies: common.length > 0 ? common.map((each) => each.weight * scale) : null,
      histogramBounds: histogram(rest, reachesFurther(bases, present, distinct) ? typeName : null),
      correlation: correlationOf(bases, present, distinct, order),
      ...noElements,
      rangeLengthHistogram: null,
      rangeEmptyFraction: null,
      rangeBoundsHistogram: null,
    },
    uncertain: doubts(expression, bases, present, { distinct, numbered }) ?? openDoubt(expression, open),
  };
}

function openDoubt(expression: string, open: DistinctGuess["open"]): string | null {
  if (open === null) return null;
  return `the sampled values of ${expression} all differ: it may have ${Math.round(open.least)} to ${Math.round(open.most)} different ones`;
}

/**
 * Order on disk, -1 to 1. Rows of one value are numbered as they lie, so that a column in no order at all still has the sum of
 * its squared frequencies: with positions F + p x, Cov(x, F + p x) = Σ p² Var(x).
 */
function correlationOf(bases: readonly BaseColumn[], present: readonly ExpressionValue[], distinct: number, order: number | null): number {
  const weight = present.reduce((sum, each) => sum + each.weight, 0);
  const seen = present.reduce((sum, each) => sum + (each.weight / weight) ** 2, 0);
  const unordered = distinct > present.length * 1.05 ? Math.min(seen, 2 / distinct) : seen;
  const base = bases.length === 1 ? (bases[0]!.statistics.correlation ?? 0) : 0;
  return Math.max(-1, Math.min(1, base * (order ?? 0) + (1 - Math.abs(base)) * unordered));
}

function doubts(
  expression: string,
  bases: readonly BaseColumn[],
  present: readonly ExpressionValue[],
  { distinct, numbered }: { readonly distinct: number; readonly numbered: boolean },
): string | null {
  if (bases.length > 1)
    return `statistics of ${expression} assume that ${bases.map((each) => each.column.name).join(", ")} are ${riseTogether(bases) ? "in the same order" : "independent"}`;
  const shared = numbered || present.some((each) => each.baseValues > 1);
  if (isInterpolated(bases) || !shared || distinct <= present.length * 1.05) return null;
  const sampled = present.reduce((sum, each) => sum + each.times, 0);
  const most = (100 * unseenShare(sampled)).toFixed(0);
  return `statistics of ${expression} derived from ${sampled} sampled values: one that they do not show may have up to ${most} % of the rows, and counts as average`;
}

const noElements = { mostCommonElements: null, mostCommonElementFrequencies: null, elementCountHistogram: null };

/** Values to list as most common, by falling frequency, and the others in order. */
function split(present: readonly ExpressionValue[], distinct: number, rows: number, scale: number) {
  const byWeight = (a: ExpressionValue, b: ExpressionValue) => b.weight - a.weight;
  // analyze.c lists all values when it has seen all and they fit.
  if (present.length <= target && distinct <= present.length * 1.05) return { common: [...present].sort(byWeight), rest: [] };
  // Counted in base values: that a joint sample draws one of few known values twice says nothing.
  const expected = present.reduce((sum, each) => sum + each.baseValues, 0) / Math.max(1, distinct);
  const repeats = fewestRepeats(expected, distinct);
  const common = present
    .filter((each) => {
      const known = each.known * scale > Math.max(1.25 / distinct, 2 / Math.max(100, rows));
      return known || each.baseValues >= repeats;
    })
    .sort(byWeight)
    .slice(0, target);
  const listed = new Set(common);
  return { common, rest: present.filter((each) => !listed.has(each)) };
}

/** A sample of a few values of one column, with more among the rows: its ends are not theirs. */
function reachesFurther(bases: readonly BaseColumn[], present: readonly ExpressionValue[], distinct: number): boolean {
  return bases.length === 1 && !isInterpolated(bases) && distinct > present.length * 1.05;
}

/** Types whose output is a number, and those of them that are whole. */
const numberTypes = /^(int[248]|numeric|float[48])$/;
const wholeTypes = /^int[248]$/;

/** Bounds at equal steps of weight; null when too few values are left, as ANALYZE has it. `sampledType`: of values whose ends lie further out. */
function histogram(rest: readonly ExpressionValue[], sampledType: string | null): string | null {
  if (rest.length < 2) return null;
  const total = rest.reduce((sum, each) => sum + each.weight, 0);
  const bounds = Math.min(target + 1, rest.length);
  const values: (string | null)[] = [];
  let before = 0;
  for (const each of rest) {
    while (values.length < bounds && before >= (total * values.length) / (bounds - 1) - 1e-12) values.push(each.value);
    before += each.weight;
  }
  while (values.length < bounds) values.push(rest.at(-1)!.value);
  const isNumber = sampledType !== null && numberTypes.test(sampledType);
  return formatArrayText(isNumber ? withReach(values, wholeTypes.test(sampledType)) : values);
}
