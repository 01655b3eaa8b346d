import type { ColumnStatistics } from "../domain/catalog.ts";
import { unknownStatistics } from "../domain/empty-catalog.ts";
import { literal } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { formatArrayText } from "../syntax/array-text.ts";
import type { BaseColumn } from "./expression-sample.ts";

export interface RangeEnd {
  readonly statistics: ColumnStatistics;
  readonly typeName: string;
}

/**
 * Statistics of `lower(r)` or `upper(r)` from the column's histogram of bounds, which rangetypes_typanalyze.c sorts
 * for each end by itself. Null for any other expression. How the ends are ordered on disk nobody gathers.
 */
export async function rangeEndStatistics(
  database: EmbeddedDatabase,
  expression: string,
  bases: readonly BaseColumn[],
  rows: number,
): Promise<RangeEnd | null> {
  const [base] = bases;
  const end = /^\(*(lower|upper)\("?[^()"]+"?\)\)*$/.exec(expression)?.[1];
  if (end === undefined || base === undefined || base.statistics.rangeBoundsHistogram === null || base.column.category !== "R") return null;
  const { column, statistics } = base;
  const bounds = await database.session.query<{ value: string | null; typeName: string; gap: string | null; width: number }>(
    `select e::text as value, (select typname::text from pg_type where oid = pg_typeof(e)::oid) as "typeName", pg_column_size(e)::int4 as width,
            (case when pg_typeof(e)::text in ('integer', 'bigint', 'date') then (max(e) over () - min(e) over ())::text end) as gap
     from (select ${end}(v) as e from unnest(${literal(statistics.rangeBoundsHistogram)}::${column.type}[]) u (v)) s order by e`,
  );
  const values = bounds.flatMap((each) => each.value ?? []);
  if (values.length < 2) return null;
  // Empty ranges have no ends, open ones not both.
  const notNull = (1 - statistics.nullFraction) * (1 - (statistics.rangeEmptyFraction ?? 0)) * (values.length / bounds.length);
  const span = Number(bounds[0]!.gap ?? Number.NaN) + 1;
  const held = rows * notNull;
  // Ends of a discrete type: of the values between the first and last, those that so many draws would meet.
  const distinct = Number.isFinite(span) ? span * (1 - Math.exp(-held / span)) : held;
  return {
    typeName: bounds[0]!.typeName,
    statistics: {
      ...unknownStatistics,
      nullFraction: 1 - notNull,
      averageWidthBytes: bounds.find((each) => each.value !== null)!.width,
      distinct: distinct > rows * 0.1 ? -distinct / rows : Math.round(distinct),
      histogramBounds: formatArrayText(values),
      correlation: 1 / Math.max(1, distinct),
    },
  };
}
