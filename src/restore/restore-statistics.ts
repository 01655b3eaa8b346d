import type { ColumnStatistics, Relation } from "../domain/catalog.ts";
import { qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { columnStatisticsSql, provideRestoreFunctions, relationStatisticsSql, statisticsWritten } from "./direct-statistics.ts";

/** One row of pg_statistic to be; `position` is the column of the table, or of the index for an expression. */
export interface StatisticsRow {
  readonly relation: RelationName;
  readonly position: number;
  readonly inherited: boolean;
  readonly statistics: ColumnStatistics;
  /** For a gap. */
  readonly what: string;
}

/** Rows of pg_statistic restored by one statement: about 2 ms of work each 10, so that signals get through. */
const rowsPerStatement = 250;

/**
 * Row counts, page counts and column statistics, as `pg_dump --statistics` restores them
 * (https://www.postgresql.org/docs/18/functions-admin.html#FUNCTIONS-ADMIN-STATSMOD). Relations that are not in the
 * shadow are passed over. What the server does not take becomes a gap.
 */
export async function restoreStatistics(database: EmbeddedDatabase, snapshot: Snapshot): Promise<Gap[]> {
  await provideRestoreFunctions(database);
  const present = await presentColumns(database);
  const relations = snapshot.catalog.relations.filter((relation) => relation.kind !== "view");
  await restoreRelationStatistics(database, relations, present);
  const rows = relations.flatMap(statisticsRows).filter((row) => present.has(relationAndPosition(row.relation, row.position)));
  const gaps: Gap[] = [];
  for (let at = 0; at < rows.length; at += rowsPerStatement)
    gaps.push(...(await restoreRows(database, rows.slice(at, at + rowsPerStatement))));
  await statisticsWritten(
    database,
    rows.map((row) => row.relation),
  );
  return gaps;
}

async function restoreRelationStatistics(
  database: EmbeddedDatabase,
  relations: readonly Relation[],
  present: ReadonlySet<string>,
): Promise<void> {
  const all = relations.flatMap((relation) => [relation, ...relation.indexes.map((index) => ({ ...index, allVisiblePages: 0 }))]);
  const known = all.filter((each) => present.has(relationAndPosition(each, 0)));
  await database.session.query(relationStatisticsSql(database.versionNumber), [
    JSON.stringify(
      known.map((each) => ({
        schema: each.schema,
        name: each.name,
        pages: each.pages,
        rows: each.rows ?? -1,
        visible: each.allVisiblePages,
      })),
    ),
  ]);
}

function statisticsRows(relation: Relation): StatisticsRow[] {
  const rows: StatisticsRow[] = [];
  for (const column of relation.columns) {
    const what = `statistics of ${qualified(relation)}.${column.name}`;
    // Our own count of columns: dropped ones leave holes in production's numbering.
    const position = relation.columns.indexOf(column) + 1;
    if (column.statistics !== null) rows.push({ relation, position, inherited: false, statistics: column.statistics, what });
    if (column.inheritedStatistics !== null)
      rows.push({ relation, position, inherited: true, statistics: column.inheritedStatistics, what });
  }
  for (const index of relation.indexes)
    for (const [at, key] of index.keys.entries())
      if (key.column === null && key.statistics !== null)
        rows.push({
          relation: index,
          position: at + 1,
          inherited: false,
          statistics: key.statistics,
          what: `statistics of ${key.sql} in ${qualified(index)}`,
        });
  return rows;
}

const relationAndPosition = (relation: RelationName, position: number) => JSON.stringify([relation.schema, relation.name, position]);

/** `[schema, relation, position]` of every column in the shadow; position 0 stands for the relation itself. */
async function presentColumns(database: EmbeddedDatabase): Promise<Set<string>> {
  const rows = await database.session.query<{ schema: string; name: string; position: number | null }>(
    `select n.nspname as schema, c.relname as name, a.attnum as position
     from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and c.relkind in ('r', 'p', 'i', 'I', 'm')`,
  );
  const present = new Set<string>();
  for (const row of rows) {
    present.add(relationAndPosition(row, row.position ?? 0));
    present.add(relationAndPosition(row, 0));
  }
  return present;
}

/** All in one statement; where the server throws, each half alone, down to the row that it will not have. */
export async function restoreRows(database: EmbeddedDatabase, rows: readonly StatisticsRow[]): Promise<Gap[]> {
  try {
    const taken = await database.session.query<{ at: number; taken: boolean }>(columnStatisticsSql(database.versionNumber), [
      JSON.stringify(rows.map(argumentsOf)),
    ]);
    return taken.flatMap((row) => (row.taken ? [] : [statisticsGap(rows[row.at]!, "some of its values do not fit the type")]));
  } catch (error) {
    if (sqlStateOf(error) === null) throw error;
    if (rows.length === 1) return [statisticsGap(rows[0]!, (error as Error).message)];
    const middle = rows.length >> 1;
    return [...(await restoreRows(database, rows.slice(0, middle))), ...(await restoreRows(database, rows.slice(middle)))];
  }
}

/** Lists that belong together go together: redacted values leave frequencies that mean nothing without them. */
function argumentsOf({ relation, position, inherited, statistics }: StatisticsRow, at: number) {
  const common = statistics.mostCommonValues !== null && statistics.mostCommonFrequencies !== null;
  const elements = statistics.mostCommonElements !== null && statistics.mostCommonElementFrequencies !== null;
  const ranges = statistics.rangeLengthHistogram !== null && statistics.rangeEmptyFraction !== null;
  return {
    at,
    schema: relation.schema,
    name: relation.name,
    position,
    inherited,
    nulls: statistics.nullFraction,
    width: statistics.averageWidthBytes,
    distinct: statistics.distinct,
    common: common ? statistics.mostCommonValues : null,
    common_frequencies: common ? realArray(statistics.mostCommonFrequencies) : null,
    histogram: statistics.histogramBounds,
    correlation: statistics.correlation,
    elements: elements ? statistics.mostCommonElements : null,
    element_frequencies: elements ? realArray(statistics.mostCommonElementFrequencies) : null,
    element_counts: realArray(statistics.elementCountHistogram),
    range_lengths: ranges ? statistics.rangeLengthHistogram : null,
    range_empty: ranges ? statistics.rangeEmptyFraction : null,
    range_bounds: statistics.rangeBoundsHistogram,
  };
}

function realArray(numbers: readonly number[] | null): string | null {
  return numbers === null ? null : `{${numbers.join(",")}}`;
}

function statisticsGap(row: StatisticsRow, why: string): Gap {
  return { area: "shadow", what: row.what, why, remedy: null };
}
