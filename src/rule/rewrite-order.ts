import type { Node } from "@pgsql/types";
import type { CandidateKey } from "../domain/candidate.ts";
import { walk } from "../syntax/tree.ts";
import { key } from "./build.ts";
import { targetsOf } from "./read-nodes.ts";
import type { ColumnUse, QueryLevel, RewriteStatement } from "./rewrite.ts";

/** One ORDER BY item that is a column of a table. */
export interface OrderKey {
  readonly use: ColumnUse;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** The `SortBy` node as written. */
  readonly node: Node;
}

/** ORDER BY items (of this level, or of a window over it) as columns; null when one is anything else. An empty list for no order. */
export function orderKeys(level: QueryLevel, items: readonly Node[] = level.select.sortClause ?? []): readonly OrderKey[] | null {
  const keys: OrderKey[] = [];
  for (const node of items) {
    if (!("SortBy" in node) || !node.SortBy.node || node.SortBy.sortby_dir === "SORTBY_USING") return null;
    const use = level.column(node.SortBy.node);
    if (!use || namesAnotherOutput(level, node.SortBy.node, use)) return null;
    const descending = node.SortBy.sortby_dir === "SORTBY_DESC";
    const { sortby_nulls } = node.SortBy;
    keys.push({
      use,
      descending,
      nullsFirst: sortby_nulls === "SORTBY_NULLS_DEFAULT" ? descending : sortby_nulls === "SORTBY_NULLS_FIRST",
      node,
    });
  }
  return keys;
}

/** A bare name in ORDER BY is an output's before it is a column's (manual, SELECT, ORDER BY Clause). */
function namesAnotherOutput(level: QueryLevel, node: Node, use: ColumnUse): boolean {
  const fields = "ColumnRef" in node ? (node.ColumnRef.fields ?? []) : [];
  const [only] = fields;
  if (fields.length !== 1 || !only || !("String" in only)) return false;
  return targetsOf(level.select).some(({ name, val }) => {
    const output = level.column(val);
    return name === only.String.sval && (output?.table !== use.table || output?.column.name !== use.column.name);
  });
}

/** The order's keys as keys of an index. */
export function indexKeys(keys: readonly OrderKey[]): readonly CandidateKey[] {
  return keys.map(({ use, descending, nullsFirst }) => key(use.column.name, { descending, nullsFirst }));
}

/** A name that neither the statement nor a table that it reads knows. */
export function freshName(statement: RewriteStatement, wanted: string): string {
  const taken = new Set(
    statement.levels.flatMap(({ tables }) => tables.flatMap(({ relation }) => relation.columns.map(({ name }) => name))),
  );
  walk(statement.node, (node) => {
    if ("String" in node) taken.add(node.String.sval ?? "");
    if ("ResTarget" in node) taken.add(node.ResTarget.name ?? "");
    if ("RangeVar" in node) taken.add(node.RangeVar.relname ?? "");
    if ("CommonTableExpr" in node) taken.add(node.CommonTableExpr.ctename ?? "");
    return undefined;
  });
  for (const { aliases } of statement.levels) for (const alias of aliases) taken.add(alias);
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
  return name;
}
