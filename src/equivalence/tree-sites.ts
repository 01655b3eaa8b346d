import type { Node, SelectStmt } from "@pgsql/types";
import { AdvisorError } from "../errors.ts";
import { deparse } from "../syntax/deparse.ts";
import { isNode } from "../syntax/tree.ts";

/** A node and where it hangs, so that a copy with another in its place can be made. */
export interface Site {
  readonly node: Node;
  readonly path: readonly (string | number)[];
}

/** Every node of the tree, each before the one that holds it. */
export function sites(tree: Node): Site[] {
  const found: Site[] = [];
  const waiting: { readonly value: unknown; readonly path: readonly (string | number)[] }[] = [{ value: tree, path: [] }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, path } = next;
    if (value === null || typeof value !== "object") continue;
    if (isNode(value)) found.push({ node: value, path });
    else if (isSelect(value)) found.push({ node: { SelectStmt: value }, path }); // larg and rarg stand without their tag
    for (const [key, child] of Object.entries(value))
      waiting.push({ value: child, path: [...path, Array.isArray(value) ? Number(key) : key] });
  }
  return found.reverse();
}

function isSelect(value: object): value is SelectStmt {
  return "op" in value && "limitOption" in value;
}

/** A copy of the tree with another node at the path; only the spine is copied. */
export function replaced(tree: Node, path: readonly (string | number)[], node: Node): Node {
  const put = (value: unknown, at: number): unknown => {
    if (at === path.length) return isNode(value) || !("SelectStmt" in node) ? node : node.SelectStmt;
    const key = path[at]!;
    if (Array.isArray(value)) return value.map((each, index) => (index === key ? put(each, at + 1) : each));
    const object = value as Record<string, unknown>; // the path was read from this tree
    return { ...object, [key]: put(object[key], at + 1) };
  };
  return put(tree, 0) as Node;
}

/** The tree as SQL; null for one that cannot be written. */
export function written(tree: Node): string | null {
  try {
    return deparse(tree);
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return null;
    throw error;
  }
}
