import type { ColumnRef, Node, SubLink } from "@pgsql/types";
import { isNode } from "../syntax/tree.ts";
import { columnNode, subLinkNode } from "./query-tree.ts";
import { resolveQuery } from "./resolve-names.ts";
import { lookUp, type Resolution, type Scope } from "./scope.ts";

/** A copy of an expression with its column references and sublinks resolved. What no scope knows is listed and kept as an opaque column. */
export function resolveExpression(node: Node, scope: Scope, resolution: Resolution): Node {
  // A copy of a node is a node.
  return copy(node, scope, resolution) as Node;
}

function copy(value: unknown, scope: Scope, resolution: Resolution): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => copy(each, scope, resolution));
  if (isNode(value)) {
    if ("ColumnRef" in value) return resolveColumn(value.ColumnRef, scope, resolution);
    if ("SubLink" in value) return resolveSubLink(value.SubLink, scope, resolution);
    if ("A_Indirection" in value) {
      const field = fieldOfRow(value, scope);
      if (field) return field;
    }
  }
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) result[key] = copy(child, scope, resolution);
  return result;
}

/** `(t).a` is `t.a` when t is a relation of the FROM clause. */
function fieldOfRow(node: Node, scope: Scope): Node | null {
  if (!("A_Indirection" in node)) return null;
  const { arg, indirection } = node.A_Indirection;
  if (!arg || !("ColumnRef" in arg) || indirection?.length !== 1) return null;
  const names = namesOf(arg.ColumnRef.fields);
  const field = namesOf(indirection);
  if (names?.length !== 1 || field?.length !== 1 || !scope.entries.some((entry) => entry.alias === names[0])) return null;
  return lookUp(scope, [names[0]!, field[0]!]);
}

function resolveColumn(reference: ColumnRef, scope: Scope, resolution: Resolution): Node {
  const fields = reference.fields ?? [];
  const star = fields.some((field) => "A_Star" in field);
  const names = namesOf(fields.filter((field) => !("A_Star" in field))) ?? [];
  // `count(t.*)` and `row_to_json(t.*)` read the row as a value.
  const found = star ? lookUp(scope, names.slice(-1)) : lookUp(scope, names);
  if (found) return found;
  const isFunction = resolution.catalog.functions.some((each) => each.name === names.at(-1));
  // The old function notation `t.full_name` for `full_name(t)` reads the row.
  const row = names.length === 2 && isFunction ? lookUp(scope, names.slice(0, 1)) : null;
  if (row) return row;
  const text = names.join(".");
  if (text !== "") resolution.unresolved.add(text);
  return columnNode({ kind: "opaque", id: resolution.nextId++, alias: names.at(-2) ?? "" }, names.at(-1) ?? "*");
}

function resolveSubLink(link: SubLink, scope: Scope, resolution: Resolution): Node {
  const { subselect, ...rest } = link;
  const testexpr = link.testexpr ? resolveExpression(link.testexpr, scope, resolution) : undefined;
  if (!subselect) return { SubLink: testexpr ? { ...rest, testexpr } : rest };
  const query = resolveQuery(subselect, scope, resolution);
  return subLinkNode({ ...link, ...(testexpr ? { testexpr } : {}) }, query);
}

/** The strings of a list of String nodes; null when something else is among them. */
export function namesOf(nodes: readonly Node[] | undefined): string[] | null {
  const names: string[] = [];
  for (const node of nodes ?? []) {
    if (!("String" in node)) return null;
    names.push(node.String.sval ?? "");
  }
  return names;
}
