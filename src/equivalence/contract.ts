import type { GuardedDatabase, StepResult } from "../embedded/guarded-database.ts";

/** In what the two results differ as a caller sees them before the first row: number, names and types of columns. Null when in nothing. */
export async function contractDifference(
  database: GuardedDatabase,
  before: StepResult | undefined,
  after: StepResult | undefined,
): Promise<string | null> {
  if (before?.kind !== "rows" || after?.kind !== "rows") return null;
  if (before.columns.length !== after.columns.length)
    return `the first statement returns ${before.columns.length} columns, the second ${after.columns.length}`;
  for (const [at, column] of before.columns.entries()) {
    const other = after.columns[at]!;
    if (column.name !== other.name && column.name !== unnamed && other.name !== unnamed)
      return `column ${at + 1} is called "${column.name}" in the first statement and "${other.name}" in the second`;
    if (column.type !== other.type) {
      const [types] = await database.session.query<{ before: string; after: string }>(
        "select format_type($1::oid, null) as before, format_type($2::oid, null) as after",
        [String(column.type), String(other.type)],
      );
      return `column ${at + 1} is ${types?.before} in the first statement and ${types?.after} in the second`;
    }
  }
  return null;
}

/** What PostgreSQL calls a column that nobody named. */
const unnamed = "?column?";
