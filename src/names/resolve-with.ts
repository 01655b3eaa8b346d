import type { CommonTableExpr, Node, WithClause } from "@pgsql/types";
import { walk } from "../syntax/tree.ts";
import type { Query, Source } from "./query-tree.ts";
import { namesOf } from "./resolve-expression.ts";
import { type FromItem, queryItem, sharedItem } from "./resolve-from.ts";
import { resolveQuery } from "./resolve-names.ts";
import { opaqueEntry, type Resolution, type Scope } from "./scope.ts";

/** One CTE of a WITH clause, resolved when first needed. */
export interface WithEntry {
  readonly name: string;
  readonly body: Node;
  readonly columns: readonly string[];
  /** The scope its body sees. */
  readonly scope: Scope;
  /** The map of the WITH clause it stands in, to tell a level's own CTEs from inherited ones. */
  readonly owner: ReadonlyMap<string, WithEntry>;
  /** Computed once and kept, so that no condition enters (PostgreSQL 12: MATERIALIZED, or more than one reference and not NOT MATERIALIZED). */
  readonly shared: boolean;
  query: Query | null;
  resolving: boolean;
}

/** The CTEs that a level sees: inherited ones and those of its own WITH clause. */
export function withEntries(clause: WithClause, base: Scope, statement: Node): ReadonlyMap<string, WithEntry> {
  const all = new Map(base.ctes);
  const references = countReferences(statement);
  for (const node of clause.ctes ?? []) {
    if (!("CommonTableExpr" in node) || !node.CommonTableExpr.ctequery) continue;
    const cte = node.CommonTableExpr;
    const name = cte.ctename ?? "";
    const body = node.CommonTableExpr.ctequery;
    // Without RECURSIVE a CTE does not see itself: `WITH users AS (SELECT … FROM users)` reads the table.
    const own = countReferences(body).get(name) ?? 0;
    const seen = clause.recursive ? all : new Map(all);
    const uses = (references.get(name) ?? 0) - (clause.recursive ? 0 : own);
    all.set(name, {
      name,
      body,
      columns: namesOf(cte.aliascolnames) ?? [],
      scope: { ...base, ctes: seen },
      owner: all,
      shared: isShared(cte, uses, clause.recursive === true && own > 0),
      query: null,
      resolving: false,
    });
  }
  return all;
}

function isShared(cte: CommonTableExpr, uses: number, recursive: boolean): boolean {
  if (recursive || !cte.ctequery || !("SelectStmt" in cte.ctequery)) return true;
  if (cte.ctematerialized === "CTEMaterializeAlways") return true;
  return cte.ctematerialized !== "CTEMaterializeNever" && uses > 1;
}

/** The FROM item that a reference to a CTE makes. */
export function withItem(entry: WithEntry, alias: string, aliases: readonly string[], resolution: Resolution): FromItem {
  const names = entry.columns.map((column, position) => aliases[position] ?? column);
  const columns = [...names, ...aliases.slice(names.length)];
  if (entry.resolving) {
    const source: Source = { kind: "opaque", id: resolution.nextId++, alias };
    resolution.sources.push(source);
    return {
      tree: { kind: "source", source },
      entries: [opaqueEntry(source, columns, true)],
      merged: new Map(),
      columns: () => [],
      reads: [],
    };
  }
  if (!entry.shared)
    return queryItem(resolveQuery(entry.body, entry.scope, resolution, { name: alias, columns }), alias, columns, resolution);
  return sharedItem(sharedQuery(entry, resolution), alias, columns, resolution);
}

/** A shared CTE's query, made once. */
export function sharedQuery(entry: WithEntry, resolution: Resolution): Query {
  if (!entry.query) {
    entry.resolving = true;
    entry.query = resolveQuery(entry.body, entry.scope, resolution);
    entry.resolving = false;
  }
  return entry.query;
}

/** How often each unqualified relation name stands in a statement. */
function countReferences(statement: Node): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  walk(statement, (node) => {
    if ("RangeVar" in node && !node.RangeVar.schemaname) {
      const name = node.RangeVar.relname ?? "";
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return undefined;
  });
  return counts;
}
