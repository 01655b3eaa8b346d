import type { ColumnStatistics } from "../domain/catalog.ts";
import type { Gap } from "../domain/snapshot.ts";
import { type Basics, columnStatistics, numberArray, type Slot } from "../domain/statistics-slots.ts";
import type { Reading } from "./reading.ts";
import { forVersion } from "./versions.ts";

/** Statistics of columns and index expressions, by relation (or index) and column. */
export interface Statistics {
  /** From `pg_statistic`: no row is hidden. From `pg_stats`: only what the role may SELECT. */
  readonly source: "pg_statistic" | "pg_stats" | "none";
  find(
    relation: { oid: string; schema: string; name: string },
    column: { position: number; name: string },
    inherited: boolean,
  ): ColumnStatistics | null;
}

interface RawRow extends Record<`kind${SlotNumber}`, number>, Record<`numbers${SlotNumber}` | `values${SlotNumber}`, string | null> {
  readonly relation: string;
  readonly position: number;
  readonly inherited: boolean;
  readonly null_fraction: number;
  readonly width: number;
  readonly distinct_values: number;
}
type SlotNumber = 1 | 2 | 3 | 4 | 5;

/**
 * Raw `pg_statistic` first: SELECT on it needs no right on any user's table, and row security hides nothing
 * (shadow research, section 4.1). Falls back to the view, which shows what the role may read anyway.
 */
export async function readStatistics(
  reading: Reading,
  scope: { chosen: string; names: readonly string[] },
  server: { versionNumber: number; role: string },
): Promise<Statistics> {
  const before = reading.gaps.length;
  const raw = await reading.attempt<RawRow>(
    { area: "statistics", what: "pg_statistic", remedy: `GRANT SELECT ON pg_statistic TO ${server.role};` },
    rawSql,
    [scope.chosen],
  );
  if (raw) {
    const found = new Map(raw.map((row) => [`${row.relation} ${row.position} ${row.inherited}`, row]));
    return {
      source: "pg_statistic",
      find(relation, column, inherited) {
        const row = found.get(`${relation.oid} ${column.position} ${inherited}`);
        return row ? columnStatistics(basicsOf(row), slotsOf(row)) : null;
      },
    };
  }
  // Whether the view makes up for it is known only when the columns are put together: live-source says so.
  const refused = reading.gaps.splice(before, 1)[0];
  return readView(reading, scope.names, server.versionNumber, refused);
}

const rawSql = `
  select /* plansmith */ s.starelid::text as relation, s.staattnum as position, s.stainherit as inherited,
    s.stanullfrac as null_fraction, s.stawidth as width, s.stadistinct as distinct_values,
    s.stakind1 as kind1, s.stanumbers1::text as numbers1, s.stavalues1::text as values1,
    s.stakind2 as kind2, s.stanumbers2::text as numbers2, s.stavalues2::text as values2,
    s.stakind3 as kind3, s.stanumbers3::text as numbers3, s.stavalues3::text as values3,
    s.stakind4 as kind4, s.stanumbers4::text as numbers4, s.stavalues4::text as values4,
    s.stakind5 as kind5, s.stanumbers5::text as numbers5, s.stavalues5::text as values5
  from pg_statistic s join pg_class c on c.oid = s.starelid
  where c.relnamespace = any($1::text::oid[])`;

function basicsOf(row: RawRow): Basics {
  return { nullFraction: row.null_fraction, averageWidthBytes: row.width, distinct: row.distinct_values };
}

function slotsOf(row: RawRow): Slot[] {
  return ([1, 2, 3, 4, 5] as const).map((n) => ({ kind: row[`kind${n}`], numbers: row[`numbers${n}`], values: row[`values${n}`] }));
}

interface ViewRow {
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  readonly inherited: boolean;
  readonly null_fraction: number;
  readonly width: number;
  readonly distinct_values: number;
  readonly common: string | null;
  readonly common_frequencies: string | null;
  readonly histogram: string | null;
  readonly correlation: number | null;
  readonly elements: string | null;
  readonly element_frequencies: string | null;
  readonly element_counts: string | null;
  readonly range_lengths: string | null;
  readonly range_empty: number | null;
  readonly range_bounds: string | null;
}

async function readView(
  reading: Reading,
  schemas: readonly string[],
  versionNumber: number,
  refused: Gap | undefined,
): Promise<Statistics> {
  const rows = await reading.attempt<ViewRow>(
    { area: "statistics", what: "statistics of columns", remedy: refused?.remedy ?? null },
    viewSql(versionNumber),
    [JSON.stringify(schemas)],
  );
  const found = new Map((rows ?? []).map((row) => [JSON.stringify([row.schema, row.relation, row.column, row.inherited]), row]));
  return {
    source: rows && rows.length > 0 ? "pg_stats" : "none",
    find(relation, column, inherited) {
      const row = found.get(JSON.stringify([relation.schema, relation.name, column.name, inherited]));
      return row ? viewStatistics(row) : null;
    },
  };
}

/** Range histograms came to the view with PostgreSQL 17: https://www.postgresql.org/docs/17/release-17.html */
function viewSql(versionNumber: number): string {
  const ranges = forVersion(versionNumber, {
    0: "null::text as range_lengths, null::real as range_empty, null::text as range_bounds",
    170000: "range_length_histogram::text as range_lengths, range_empty_frac as range_empty, range_bounds_histogram::text as range_bounds",
  });
  return `
    select /* plansmith */ schemaname::text as schema, tablename::text as relation, attname::text as "column", inherited,
      null_frac as null_fraction, avg_width as width, n_distinct as distinct_values,
      most_common_vals::text as common, most_common_freqs::text as common_frequencies,
      histogram_bounds::text as histogram, correlation,
      most_common_elems::text as elements, most_common_elem_freqs::text as element_frequencies,
      elem_count_histogram::text as element_counts, ${ranges}
    from pg_stats
    where schemaname::text in (select json_array_elements_text($1::text::json))`;
}

function viewStatistics(row: ViewRow): ColumnStatistics {
  return {
    nullFraction: row.null_fraction,
    averageWidthBytes: row.width,
    distinct: row.distinct_values,
    mostCommonValues: row.common,
    mostCommonFrequencies: numberArray(row.common_frequencies),
    histogramBounds: row.histogram,
    correlation: row.correlation,
    mostCommonElements: row.elements,
    mostCommonElementFrequencies: numberArray(row.element_frequencies),
    elementCountHistogram: numberArray(row.element_counts),
    rangeLengthHistogram: row.range_lengths,
    rangeEmptyFraction: row.range_empty,
    rangeBoundsHistogram: row.range_bounds,
  };
}
