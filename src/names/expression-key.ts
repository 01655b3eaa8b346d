import type { Node } from "@pgsql/types";
import { isNode } from "../syntax/tree.ts";
import { columnOf } from "./query-tree.ts";

const known = new WeakMap<Node, string>();

/** Equal for resolved expressions that are alike but for where they stand: the same operators, constants and columns of the same sources. */
export function expressionKey(node: Node): string {
  const before = known.get(node);
  if (before !== undefined) return before;
  const key = JSON.stringify(node, (name, value: unknown) => {
    if (name === "location" || name.startsWith("list_") || name.startsWith("rexpr_list_")) return undefined;
    const column = isNode(value) ? columnOf(value) : null;
    return column ? `${column.source.id}.${column.column ?? "*"}.${column.position}` : value;
  });
  known.set(node, key);
  return key;
}
