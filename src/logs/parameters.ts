const one = /\$(\d+) = (NULL|'(?:[^']|'')*')(?:, )?/y;

/**
 * `Parameters: $1 = '42', $2 = NULL` (lower case before PostgreSQL 16) → values; `{}` for any other detail. Null when one was cut
 * short by log_parameter_max_length: it then ends in three dots inside its quotes, and nobody knows its value.
 */
export function readParameters(detail: string): Readonly<Record<number, string | null>> | null {
  const start = /^(?:Query )?Parameters: /i.exec(detail);
  if (!start && !/^\$\d+ = /.test(detail)) return {};
  const values: Record<number, string | null> = {};
  one.lastIndex = start?.[0].length ?? 0;
  for (let found = one.exec(detail); found; found = one.exec(detail)) {
    const text = found[2]!;
    if (text.endsWith("...'")) return null;
    values[Number(found[1])] = text === "NULL" ? null : text.slice(1, -1).replaceAll("''", "'");
  }
  return values;
}
