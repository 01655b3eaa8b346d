import type { Alias, JoinExpr, Node, RangeFunction, RangeVar } from "@pgsql/types";
import { relationKey } from "../domain/postgres.ts";
import { walk } from "../syntax/tree.ts";
import { conjuncts } from "./conditions.ts";
import { comparisonNode } from "./operators.ts";
import { functionName } from "./query-shape.ts";
import type { DerivedSource, JoinTree, OpaqueSource, Output, Query, TableSource } from "./query-tree.ts";
import { namesOf, resolveExpression } from "./resolve-expression.ts";
import { resolveQuery } from "./resolve-names.ts";
import { withItem } from "./resolve-with.ts";
import {
  derivedOutputs,
  findRelation,
  opaqueEntry,
  outputsEntry,
  type Resolution,
  type Scope,
  type ScopeEntry,
  tableEntry,
} from "./scope.ts";

/** One FROM item, or all of a FROM clause. */
export interface FromItem {
  readonly tree: JoinTree;
  readonly entries: readonly ScopeEntry[];
  readonly merged: ReadonlyMap<string, Node>;
  /** What an unqualified `*` stands for. */
  columns(): Output[];
  /** Expressions evaluated to make the rows: function arguments. */
  readonly reads: readonly Node[];
}
export type FromClause = FromItem;

/** The comma list of a FROM clause. Items after the first may refer to those before (LATERAL, functions). */
export function resolveFrom(items: readonly Node[], scope: Scope, resolution: Resolution): FromClause {
  const found: FromItem[] = [];
  const entries: ScopeEntry[] = [];
  for (const item of items) {
    const next = fromItem(item, { ...scope, entries: [...entries], merged: new Map() }, resolution);
    found.push(next);
    entries.push(...next.entries);
  }
  if (found.length === 1) return found[0]!;
  return {
    tree: { kind: "inner", children: found.map((each) => each.tree), conditions: [] },
    entries,
    merged: new Map(found.flatMap((each) => [...each.merged])),
    columns: () => found.flatMap((each) => each.columns()),
    reads: found.flatMap((each) => each.reads),
  };
}

/** `before` holds what stands left of the item: only LATERAL items see it. */
function fromItem(item: Node, before: Scope, resolution: Resolution): FromItem {
  if ("RangeVar" in item) return relationItem(item.RangeVar, before, resolution);
  if ("JoinExpr" in item) return joinItem(item.JoinExpr, before, resolution);
  if ("RangeSubselect" in item) {
    const { subquery, lateral, alias } = item.RangeSubselect;
    const parent = lateral ? before : { ...before, entries: [] };
    const named = { name: alias?.aliasname ?? "", columns: aliasColumns(alias) };
    if (subquery) return queryItem(resolveQuery(subquery, parent, resolution, named), named.name, named.columns, resolution);
  }
  if ("RangeFunction" in item) return functionItem(item.RangeFunction, before, resolution);
  if ("RangeTableSample" in item && item.RangeTableSample.relation) return fromItem(item.RangeTableSample.relation, before, resolution);
  if ("RangeTableFunc" in item || "JsonTable" in item) return tableFunctionItem(item, before, resolution);
  return opaqueItem("", [], true, [], resolution);
}

function aliasColumns(alias: Alias | undefined): string[] {
  return namesOf(alias?.colnames) ?? [];
}

/** A CTE, table or view by name; unknown names become an opaque item and are listed. */
export function relationItem(reference: RangeVar, scope: Scope, resolution: Resolution): FromItem {
  const name = reference.relname ?? "";
  const alias = reference.alias?.aliasname ?? name;
  const aliases = aliasColumns(reference.alias);
  const entry = reference.schemaname ? undefined : scope.ctes.get(name);
  if (entry) return withItem(entry, alias, aliases, resolution);
  const relation = findRelation(resolution, reference.schemaname, name);
  if (!relation) {
    resolution.unresolved.add(reference.schemaname ? `${reference.schemaname}.${name}` : name);
    return opaqueItem(alias, aliases, true, [], resolution);
  }
  if (relation.kind === "view") {
    const key = relationKey(relation);
    const definition = resolution.viewTrees.get(key);
    const select = definition && definitionQuery(definition);
    if (!select || scope.views.includes(key)) {
      resolution.unresolved.add(`view ${relation.schema}.${relation.name}`);
      const columns = relation.columns.map((column, position) => aliases[position] ?? column.name);
      return opaqueItem(alias, columns, false, [], resolution);
    }
    const names = relation.columns.map((column, position) => aliases[position] ?? column.name);
    const own: Scope = { entries: [], merged: new Map(), parent: null, ctes: new Map(), outer: [], views: [...scope.views, key] };
    return queryItem(resolveQuery(select, own, resolution), alias, names, resolution);
  }
  const source: TableSource = { kind: "table", id: resolution.nextId++, alias, relation, role: "read", rowNeeded: false };
  resolution.sources.push(source);
  const named = tableEntry(source, aliases);
  return { tree: { kind: "source", source }, entries: [named], merged: new Map(), columns: () => named.columns(), reads: [] };
}

/** The SELECT of a view's tree, given as the query itself or as CREATE VIEW. */
function definitionQuery(definition: Node): Node | null {
  if ("SelectStmt" in definition) return definition;
  if ("ViewStmt" in definition) return definition.ViewStmt.query ?? null;
  return null;
}

/** A subquery, view or inlined CTE: merged into its parent when PostgreSQL would, else planned on its own. */
export function queryItem(query: Query, alias: string, aliases: readonly string[], resolution: Resolution): FromItem {
  if (query.simple) {
    const outputs = query.outputs.map((output, position) => ({ ...output, name: aliases[position] ?? output.name }));
    const entry = outputsEntry(alias, outputs);
    return { tree: query.from, entries: [entry], merged: new Map(), columns: () => outputs, reads: query.reads };
  }
  return derivedItem([query], "single", false, alias, aliases, resolution);
}

export function sharedItem(query: Query, alias: string, aliases: readonly string[], resolution: Resolution): FromItem {
  return derivedItem([query], "single", true, alias, aliases, resolution);
}

function derivedItem(
  arms: readonly Query[],
  combine: DerivedSource["combine"],
  shared: boolean,
  alias: string,
  aliases: readonly string[],
  resolution: Resolution,
): FromItem {
  const source: DerivedSource = { kind: "derived", id: resolution.nextId++, alias, arms, combine, shared };
  resolution.sources.push(source);
  const outputs = derivedOutputs(source, aliases);
  const entry = outputsEntry(alias, outputs);
  return { tree: { kind: "source", source }, entries: [entry], merged: new Map(), columns: () => outputs, reads: [] };
}

function opaqueItem(alias: string, names: readonly string[], open: boolean, reads: readonly Node[], resolution: Resolution): FromItem {
  const source: OpaqueSource = { kind: "opaque", id: resolution.nextId++, alias };
  resolution.sources.push(source);
  const entry = opaqueEntry(source, names, open);
  return { tree: { kind: "source", source }, entries: [entry], merged: new Map(), columns: () => entry.columns(), reads };
}

/** A function's arguments see the items before it. Its columns are those named; a composite result may have more. */
function functionItem(item: RangeFunction, before: Scope, resolution: Resolution): FromItem {
  const calls: Node[] = [];
  const defined = (item.coldeflist ?? []).flatMap(columnName);
  for (const pair of item.functions ?? []) {
    const [call, definitions] = "List" in pair ? (pair.List.items ?? []) : [];
    if (call && Object.keys(call).length > 0) calls.push(call);
    if (definitions && "List" in definitions) defined.push(...(definitions.List.items ?? []).flatMap(columnName));
  }
  const names = calls.map((call) => ("FuncCall" in call ? functionName(call.FuncCall) : ""));
  const alias = item.alias?.aliasname ?? names[0] ?? "";
  // A scalar function's single column is called by the alias.
  const columns = [...aliasColumns(item.alias), ...defined, ...(item.ordinality ? ["ordinality"] : []), alias];
  const reads = calls.map((call) => resolveExpression(call, before, resolution));
  return opaqueItem(alias, columns, true, reads, resolution);
}

function columnName(node: Node): string[] {
  return "ColumnDef" in node ? [node.ColumnDef.colname ?? ""] : [];
}

/** XMLTABLE and JSON_TABLE: column references inside are to the items before. */
function tableFunctionItem(item: Node, before: Scope, resolution: Resolution): FromItem {
  const names: string[] = [];
  const reads: Node[] = [];
  walk(item, (node) => {
    if ("RangeTableFuncCol" in node) names.push(node.RangeTableFuncCol.colname ?? "");
    if ("JsonTableColumn" in node) names.push(node.JsonTableColumn.name ?? "");
    if ("ColumnRef" in node) reads.push(resolveExpression(node, before, resolution));
    return undefined;
  });
  const alias = "RangeTableFunc" in item ? item.RangeTableFunc.alias : "JsonTable" in item ? item.JsonTable.alias : undefined;
  return opaqueItem(alias?.aliasname ?? "", [...aliasColumns(alias), ...names], true, reads, resolution);
}

function joinItem(join: JoinExpr, before: Scope, resolution: Resolution): FromItem {
  if (!join.larg || !join.rarg) return opaqueItem("", [], true, [], resolution);
  const left = fromItem(join.larg, before, resolution);
  const right = fromItem(join.rarg, { ...before, entries: [...before.entries, ...left.entries] }, resolution);
  const entries = [...left.entries, ...right.entries];
  const names = join.isNatural ? commonNames(left, right) : (namesOf(join.usingClause) ?? []);
  const { merged, conditions } = mergedColumns(names, left, right, join.jointype ?? "JOIN_INNER");
  const inner: Scope = { ...before, entries, merged };
  if (join.quals) conditions.push(...conjuncts(resolveExpression(join.quals, inner, resolution)));
  const columns = () => {
    const first = names.map((name) => ({ name, expression: merged.get(name)!, star: true }));
    const rest = [...left.columns(), ...right.columns()].filter((each) => !names.includes(each.name));
    return names.length === 0 ? rest : [...first, ...rest];
  };
  const reads = [...left.reads, ...right.reads];
  const tree = joinTree(join.jointype ?? "JOIN_INNER", left.tree, right.tree, conditions);
  if (join.alias) {
    const aliases = aliasColumns(join.alias);
    const outputs = () => columns().map((output, position) => ({ ...output, name: aliases[position] ?? output.name }));
    return { tree, entries: [outputsEntry(join.alias.aliasname ?? "", outputs())], merged: new Map(), columns: outputs, reads };
  }
  return { tree, entries, merged, columns, reads };
}

function joinTree(type: NonNullable<JoinExpr["jointype"]>, left: JoinTree, right: JoinTree, conditions: readonly Node[]): JoinTree {
  if (type === "JOIN_LEFT") return { kind: "left", left, right, conditions };
  if (type === "JOIN_RIGHT") return { kind: "left", left: right, right: left, conditions };
  if (type === "JOIN_FULL") return { kind: "full", left, right, conditions };
  return { kind: "inner", children: [left, right], conditions };
}

function commonNames(left: FromItem, right: FromItem): string[] {
  const others = new Set(right.columns().map((each) => each.name));
  return left.columns().flatMap((each) => (others.has(each.name) ? [each.name] : []));
}

/** USING (a): `left.a = right.a`, and one column a: the side that keeps its rows, or either for FULL (manual, 7.2.1.1). */
function mergedColumns(names: readonly string[], left: FromItem, right: FromItem, type: NonNullable<JoinExpr["jointype"]>) {
  const merged = new Map([...left.merged, ...right.merged]);
  const conditions: Node[] = [];
  for (const name of names) {
    const a = left.merged.get(name) ?? columnIn(left, name);
    const b = right.merged.get(name) ?? columnIn(right, name);
    if (!a || !b) continue;
    conditions.push(comparisonNode(a, "=", b));
    const both: Node = { CoalesceExpr: { args: [a, b] } };
    merged.set(name, type === "JOIN_FULL" ? both : type === "JOIN_RIGHT" ? b : a);
  }
  return { merged, conditions };
}

function columnIn(item: FromItem, name: string): Node | null {
  for (const entry of item.entries) {
    const column = entry.column(name);
    if (column) return column;
  }
  return item.entries.find((entry) => entry.open)?.open?.(name) ?? null;
}
