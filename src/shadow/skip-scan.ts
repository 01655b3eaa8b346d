import { type Plan, planNodes } from "../domain/plan.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

/** First key of every B-tree by index name, as EXPLAIN would print it. */
export type LeadingKeys = ReadonlyMap<string, string>;

export async function readLeadingKeys(database: EmbeddedDatabase): Promise<LeadingKeys> {
  const rows = await database.session.query<{ name: string; key: string }>(
    `select c.relname as name, pg_get_indexdef(i.indexrelid, 1, true) as key
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
     where a.amname = 'btree' and i.indnkeyatts > 1 and n.nspname not in ('pg_catalog', 'pg_toast')`,
  );
  return new Map(rows.map((row) => [row.name, row.key]));
}

/**
 * Indexes scanned by a condition that leaves their first key open: PostgreSQL 18 skips through its values, older
 * versions read the whole index instead and price it so. There is no setting to turn that off.
 */
export function skipScannedIndexes(plan: Plan, leading: LeadingKeys): string[] {
  const found = new Set<string>();
  for (const node of planNodes(plan)) {
    if (node.index === null || node.indexCondition === null) continue;
    const key = leading.get(node.index);
    if (key !== undefined && !mentions(node.indexCondition, key)) found.add(node.index);
  }
  return [...found].sort();
}

/** Whether the condition uses the key: a column as a whole word, an expression by its text without casts and parentheses. */
export function mentions(condition: string, key: string): boolean {
  const bare = withoutStrings(condition);
  if (/^(\w+|"(?:[^"]|"")+")$/.test(key)) {
    const escaped = key.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    return new RegExp(`(?<![\\w"])${escaped}(?![\\w"])`).test(bare);
  }
  return plain(condition).includes(plain(key));
}

/** A column's name inside a string constant is not a use of it. */
function withoutStrings(condition: string): string {
  return condition.replaceAll(/'(?:[^']|'')*'/g, "''");
}

function plain(sql: string): string {
  return sql
    .replaceAll(/::[\w ]+?(?=[)\s,]|$)(\[\])?/g, "")
    .replaceAll(/[()"\s]/g, "")
    .toLowerCase();
}
