import type { Node } from "@pgsql/types";
import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { walk } from "../syntax/tree.ts";

/** A volatile function that the statements, or the views they read, call: two runs of one statement need not agree. Null when there is none. */
export async function volatileFunction(database: GuardedDatabase, trees: readonly Node[]): Promise<string | null> {
  const called = functionsOf(trees);
  if (called.length === 0) return null;
  const rows = await database.session.query<{ name: string }>(
    `select distinct p.proname::text as name from pg_proc p
     where p.provolatile = 'v' and p.proname = any($1::text[]) order by 1`,
    [called],
  );
  return rows[0]?.name ?? null;
}

/** Names as PostgreSQL folds them, schemas left out. */
function functionsOf(trees: readonly Node[]): string[] {
  const names = new Set<string>();
  walk(trees, (node) => {
    const last = "FuncCall" in node ? node.FuncCall.funcname?.at(-1) : undefined;
    if (last !== undefined && "String" in last) names.add(last.String.sval ?? "");
    return undefined;
  });
  return [...names].sort();
}
