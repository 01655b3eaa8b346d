import type { Column } from "../domain/catalog.ts";
import { literal } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

/**
 * Whether one of a plan's conditions compares the column with a constant in the outermost bin of its histogram, or beyond: what is
 * estimated there hangs on where the column really ends (ineq_histogram_selectivity(), selfuncs.c).
 */
export async function reachesPastBounds(database: EmbeddedDatabase, column: Column, conditions: readonly string[]): Promise<boolean> {
  const bounds = column.statistics?.histogramBounds ?? null;
  if (bounds === null) return false;
  const name = column.name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const compared = new RegExp(
    String.raw`(?<![\w"])"?${name}"?\)?(?:::[\w ]+)?\)? (<=?|>=?) ('(?:[^']|'')*'(?:::[\w ]+)?|-?\d+(?:\.\d+)?)`,
    "g",
  );
  for (const condition of conditions)
    for (const [, operator, constant] of condition.matchAll(compared)) {
      const isUpward = operator!.startsWith(">");
      const edge = isUpward ? "b[array_length(b, 1) - 1] <= c" : "b[2] >= c";
      const sql = `select ${edge} from (select ${literal(bounds)}::${column.type}[] as b, (${constant})::${column.type} as c) s`;
      if (await answersTrue(database, sql)) return true;
    }
  return false;
}

async function answersTrue(database: EmbeddedDatabase, sql: string): Promise<boolean> {
  try {
    return (await database.scalar(sql)) === true;
  } catch (error) {
    // A constant that is no value of the type tells nothing of its place.
    if (sqlStateOf(error) === null) throw error;
    return false;
  }
}
