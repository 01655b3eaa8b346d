import { cutStatement } from "./cut-statements.ts";

/** The statement without what follows it; null when there are two, since the simple protocol would run the second, or none. */
export function onlyStatement(sql: string): string | null {
  if (!sql.includes(";")) return sql.trim() === "" ? null : sql;
  const first = cutStatement(sql, 0);
  if (first === null || cutStatement(sql, first.next) !== null) return null;
  return sql.slice(first.start, first.end);
}
