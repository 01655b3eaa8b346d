import type { ColumnStatistics } from "../domain/catalog.ts";
import { type Basics, columnStatistics, type Slot } from "../domain/statistics-slots.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { grownDistinct } from "../index-size/distinct-growth.ts";
import { formatArrayText, parseArrayText } from "../syntax/array-text.ts";
import type { SampleTable } from "./row-samples.ts";

export interface SampledExpression {
  readonly statistics: ColumnStatistics;
  readonly typeName: string;
}

interface RawRow extends Basics {
  readonly slots: readonly Slot[];
  readonly typeName: string;
}

const scratch = "plansmith_samples.expression";

/**
 * What ANALYZE finds for an expression over the sampled rows, carried over to `rows` rows of the table. Null when it cannot be
 * evaluated there, e.g. for a function that is not in the shadow.
 */
export async function sampledStatistics(
  database: EmbeddedDatabase,
  sample: SampleTable,
  expression: string,
  { predicate, rows, target }: { readonly predicate: string | null; readonly rows: number; readonly target?: number },
): Promise<SampledExpression | null> {
  const condition = predicate === null ? "" : ` where ${predicate}`;
  try {
    await database.run(
      `drop table if exists ${scratch};
       create unlogged table ${scratch} with (autovacuum_enabled = off) as select (${expression}) as e from ${sample.name}${condition}`,
    );
    if (target !== undefined) await database.run(`alter table ${scratch} alter column e set statistics ${target}`);
    await database.run(`analyze ${scratch}`);
    const [found] = await database.session.query<RawRow>(
      `select s.stanullfrac as "nullFraction", s.stawidth as "averageWidthBytes", s.stadistinct as distinct, t.typname::text as "typeName",
         json_build_array(${[1, 2, 3, 4, 5].map((n) => `json_build_object('kind', s.stakind${n}, 'numbers', s.stanumbers${n}::text, 'values', s.stavalues${n}::text)`).join(", ")}) as slots
       from pg_statistic s join pg_attribute a on a.attrelid = s.starelid and a.attnum = s.staattnum join pg_type t on t.oid = a.atttypid
       where s.starelid = '${scratch}'::regclass`,
    );
    if (!found) return null;
    const sampled = columnStatistics(found, found.slots);
    const counts = await recurrence(database, `select e from ${scratch}`, "e is not null");
    if (counts === null) return { typeName: found.typeName, statistics: sampled };
    const distinct = analyzedDistinct(counts, rows);
    return { typeName: found.typeName, statistics: carriedOver(sampled, { distinct, sampled: sample.rows, rows }) };
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  } finally {
    await database.run(`drop table if exists ${scratch}`);
  }
}

/** How values of a sample recur; `held` of its `all` rows have one. */
interface Counts {
  readonly held: number;
  readonly all: number;
  readonly distinct: number;
  readonly once: number;
  readonly onceInHalf: number;
  readonly onceInQuarter: number;
}

/** As ANALYZE would have it among `rows` rows: n d / (n − f1 + f1 n / N), Haas and Stokes 1998 in analyze.c. */
function analyzedDistinct({ held, all, distinct, once }: Counts, rows: number): number {
  const total = Math.max(held, (rows * held) / all);
  return Math.min(total, (held * distinct) / (held - once + (once * held) / total));
}

/** Different combinations of the keys among `rows` rows, NULL as a value; null where a type has no equality. */
export async function sampledCombinations(
  database: EmbeddedDatabase,
  sample: SampleTable,
  keys: readonly string[],
  rows: number,
): Promise<number | null> {
  return (await sampledGroups(database, sample, keys, rows))?.distinct ?? null;
}

/** The same, with the part of the sampled rows, 0–1, whose combination was seen once: how far the count is a guess. */
export async function sampledGroups(
  database: EmbeddedDatabase,
  sample: SampleTable,
  keys: readonly string[],
  rows: number,
): Promise<{ readonly distinct: number; readonly seenOnce: number } | null> {
  const counts = await recurrence(database, `select ${keys.map((key, at) => `(${key}) as k${at}`).join(", ")} from ${sample.name}`, "true");
  if (counts === null) return null;
  return { distinct: Math.min(rows, grownDistinct({ ...counts, growth: rows / counts.all })), seenOnce: counts.once / counts.held };
}

async function recurrence(database: EmbeddedDatabase, source: string, held: string): Promise<Counts | null> {
  try {
    const [counts] = await database.session.query<Counts>(
      `with source as materialized (${source})
       select coalesce(sum(n), 0)::float8 as held, (select count(*) from source)::float8 as all, count(*)::float8 as distinct,
              (count(*) filter (where n = 1))::float8 as once, coalesce(sum(n * 0.5 * power(0.5::float8, least(n, 900) - 1)), 0)::float8 as "onceInHalf",
              coalesce(sum(n * 0.25 * power(0.75::float8, least(n, 2000) - 1)), 0)::float8 as "onceInQuarter"
       from (select count(*) as n from source k where ${held} group by k.*) s`,
    );
    return counts && counts.held > 0 ? counts : null;
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

/** ANALYZE took the sample for the whole table: its count of values, and which of them are common, hold for no more. */
function carriedOver(
  statistics: ColumnStatistics,
  { distinct, sampled, rows }: { readonly distinct: number; readonly sampled: number; readonly rows: number },
): ColumnStatistics {
  const values = statistics.mostCommonValues === null ? [] : parseArrayText(statistics.mostCommonValues);
  const frequencies = statistics.mostCommonFrequencies ?? [];
  const seenAll = statistics.histogramBounds === null && distinct <= values.length * 1.01;
  const kept = seenAll ? values.length : commonValues(frequencies, { distinct, sampled, rows, nullFraction: statistics.nullFraction });
  return {
    ...statistics,
    distinct: distinct > rows * 0.1 ? -Math.min(1, distinct / rows) : Math.round(distinct),
    mostCommonValues: kept === 0 ? null : formatArrayText(values.slice(0, kept)),
    mostCommonFrequencies: kept === 0 ? null : frequencies.slice(0, kept),
  };
}

/** How many of the values are more common than chance explains: analyze_mcv_list(), analyze.c. */
function commonValues(
  frequencies: readonly number[],
  { distinct, sampled, rows, nullFraction }: { distinct: number; sampled: number; rows: number; nullFraction: number },
): number {
  if (rows <= sampled) return frequencies.length;
  let others = frequencies.reduce((sum, each) => sum + each, 0);
  for (let kept = frequencies.length; kept > 0; kept--) {
    const frequency = frequencies[kept - 1]!;
    others -= frequency;
    const average = Math.max(0, 1 - others - nullFraction) / Math.max(1, distinct - (kept - 1));
    const held = rows * frequency;
    const deviation = Math.sqrt(Math.max(0, (sampled * held * (rows - held) * (rows - sampled)) / (rows * rows * (rows - 1))));
    if (frequency * sampled > average * sampled + 2 * deviation + 0.5) return kept;
  }
  return 0;
}
