import type { LockingClause, Node, SelectStmt, SortBy } from "@pgsql/types";
import { conjuncts } from "./conditions.ts";
import { impliedName } from "./implied-name.ts";
import { operatorName } from "./operators.ts";
import { aggregatesIn, returnsSet, windowsIn } from "./query-shape.ts";
import { type Limit, type Output, type Query, type SortItem, treeSources, type Window } from "./query-tree.ts";
import { namesOf, resolveExpression } from "./resolve-expression.ts";
import type { FromClause } from "./resolve-from.ts";
import { entryNamed, type Resolution, type Scope } from "./scope.ts";
import { isVolatile } from "./volatility.ts";

type Parts = Omit<Query, "id" | "from" | "nested" | "outer">;
type Columns = Pick<FromClause, "columns"> & Partial<Pick<FromClause, "tree">>;

/** Everything of a SELECT but its FROM and WHERE. `outputs` stands in for the target list of a set operation or VALUES. */
export function resolveSelectParts(
  select: SelectStmt,
  scope: Scope,
  from: Columns,
  resolution: Resolution,
  given: readonly Output[] | null = null,
): Parts {
  const resolve = (node: Node) => resolveExpression(node, scope, resolution);
  const outputs = given ?? resolveTargets(select.targetList ?? [], scope, from, resolution);
  const named = (node: Node) => outputNamed(node, outputs);
  const groups = flatGroups(select.groupClause ?? []);
  // GROUP BY prefers a column of the input to an output of that name; ORDER BY the other way round (SQL-92, manual of SELECT).
  const groupKeys = groups.keys.map((key) => positionOf(key, outputs) ?? inputColumn(key, scope, resolution) ?? named(key) ?? resolve(key));
  const having = select.havingClause ? conjuncts(resolve(select.havingClause)) : [];
  const sort = (select.sortClause ?? []).flatMap((item) =>
    "SortBy" in item && item.SortBy.node
      ? [sortItem(item.SortBy, positionOf(item.SortBy.node, outputs) ?? named(item.SortBy.node) ?? resolve(item.SortBy.node))]
      : [],
  );
  const expressions = [...outputs.map((output) => output.expression), ...having, ...sort.map((item) => item.node)];
  const grouped = groupKeys.length > 0 || groups.sets || having.length > 0 || expressions.some((each) => aggregatesIn(each).length > 0);
  const distinct = distinctOf(select, outputs, resolve);
  const windows = windowsOf(select, expressions, resolve);
  const locked = lockRows(select.lockingClause ?? [], scope, from);
  const counts = [select.limitCount, select.limitOffset].flatMap((node) => (node ? [resolve(node)] : []));
  const limit = limitOf(select);
  const limited = limit !== null || select.limitOffset !== undefined;
  return {
    outputs,
    groupKeys,
    grouped,
    groupingSets: groups.sets,
    having,
    distinct,
    windows,
    sort,
    limit,
    reads: counts,
    simple:
      !grouped &&
      distinct === "none" &&
      windows.length === 0 &&
      sort.length === 0 &&
      !limited &&
      !locked &&
      !outputs.some((output) => returnsSet(output.expression) || isVolatile(output.expression, resolution.catalog)),
  };
}

/** The SELECT or RETURNING list, stars expanded. */
export function resolveTargets(
  targets: readonly Node[],
  scope: Scope,
  from: Pick<FromClause, "columns">,
  resolution: Resolution,
): Output[] {
  const outputs: Output[] = [];
  for (const target of targets) {
    if (!("ResTarget" in target) || !target.ResTarget.val) continue;
    const { name, val } = target.ResTarget;
    const fields = "ColumnRef" in val ? (val.ColumnRef.fields ?? []) : [];
    if (!fields.some((field) => "A_Star" in field)) {
      outputs.push({ name: name ?? impliedName(val) ?? "?column?", expression: resolveExpression(val, scope, resolution), star: false });
      continue;
    }
    const qualifier = namesOf(fields.slice(0, -1)) ?? [];
    for (let level: Scope | null = scope; level; level = level.parent) {
      const entry = qualifier.length === 0 ? null : entryNamed(level, qualifier);
      if (qualifier.length > 0 && !entry) continue;
      for (const each of entry ? entry.columns() : from.columns()) outputs.push(each);
      const opens = entry ? [entry] : level.entries;
      for (const each of opens) if (each.open) outputs.push({ name: "*", expression: each.wholeRow, star: false });
      break;
    }
  }
  return outputs;
}

function positionOf(node: Node, outputs: readonly Output[]): Node | null {
  if (!("A_Const" in node) || !node.A_Const.ival) return null;
  return outputs[(node.A_Const.ival.ival ?? 0) - 1]?.expression ?? null;
}

function outputNamed(node: Node, outputs: readonly Output[]): Node | null {
  const names = "ColumnRef" in node ? namesOf(node.ColumnRef.fields) : null;
  return names?.length === 1 ? (outputs.find((output) => output.name === names[0])?.expression ?? null) : null;
}

function inputColumn(node: Node, scope: Scope, resolution: Resolution): Node | null {
  const names = "ColumnRef" in node ? namesOf(node.ColumnRef.fields) : null;
  if (names?.length !== 1) return null;
  const known = scope.merged.has(names[0]!) || scope.entries.some((entry) => entry.column(names[0]!));
  return known ? resolveExpression(node, scope, resolution) : null;
}

function flatGroups(clause: readonly Node[]): { readonly keys: readonly Node[]; readonly sets: boolean } {
  const keys: Node[] = [];
  let sets = false;
  const waiting = [...clause];
  for (let node = waiting.shift(); node; node = waiting.shift()) {
    if ("GroupingSet" in node) {
      if (node.GroupingSet.kind !== "GROUPING_SET_EMPTY" || clause.length > 1) sets = true;
      waiting.unshift(...(node.GroupingSet.content ?? []));
    } else if ("RowExpr" in node && node.RowExpr.row_format === "COERCE_IMPLICIT_CAST") waiting.unshift(...(node.RowExpr.args ?? []));
    else keys.push(node);
  }
  return { keys, sets };
}

function sortItem(by: SortBy, node: Node): SortItem {
  const descending = by.sortby_dir === "SORTBY_DESC" || (by.sortby_dir === "SORTBY_USING" && operatorName(by.useOp).startsWith(">"));
  const nullsFirst = by.sortby_nulls === "SORTBY_NULLS_FIRST" || (by.sortby_nulls !== "SORTBY_NULLS_LAST" && descending);
  return { node, descending, nullsFirst };
}

function distinctOf(select: SelectStmt, outputs: readonly Output[], resolve: (node: Node) => Node): Query["distinct"] {
  if (!select.distinctClause) return "none";
  // Plain DISTINCT is a list of one empty node.
  const on = select.distinctClause.filter((node) => Object.keys(node).length > 0);
  if (on.length === 0) return "all";
  return on.map((node) => positionOf(node, outputs) ?? outputNamed(node, outputs) ?? resolve(node));
}

function windowsOf(select: SelectStmt, expressions: readonly Node[], resolve: (node: Node) => Node): Window[] {
  const named = (select.windowClause ?? []).flatMap((node) => ("WindowDef" in node ? [node.WindowDef] : []));
  const byName = new Map(named.map((each) => [each.name ?? "", each]));
  const found = new Map<string, Window>();
  // Names inside OVER were resolved with the expression; those of a WINDOW clause not yet.
  for (const over of expressions.flatMap(windowsIn)) {
    const base = byName.get(over.name ?? over.refname ?? "");
    const partition = [...(base?.partitionClause ?? []).map(resolve), ...(over.partitionClause ?? [])];
    const order = [...orderOf(base?.orderClause, resolve), ...orderOf(over.orderClause, (node) => node)];
    const key = JSON.stringify([partition, order], (name, value: unknown) => (name === "location" ? undefined : value));
    found.set(key, { partition, order });
  }
  return [...found.values()];
}

function orderOf(clause: readonly Node[] | undefined, resolve: (node: Node) => Node): SortItem[] {
  return (clause ?? []).flatMap((each) => ("SortBy" in each && each.SortBy.node ? [sortItem(each.SortBy, resolve(each.SortBy.node))] : []));
}

/** LIMIT and FETCH FIRST; OFFSET rows are fetched too, so they count. `LIMIT ALL` is no limit. */
function limitOf(select: SelectStmt): Limit | null {
  const count = rowCount(select.limitCount);
  const offset = rowCount(select.limitOffset);
  if (count === null) return null;
  if (count === "parameter" || offset === "parameter") return "parameter";
  return count + (offset ?? 0);
}

function rowCount(node: Node | undefined): Limit | null {
  if (!node) return null;
  if ("TypeCast" in node) return rowCount(node.TypeCast.arg);
  if (!("A_Const" in node)) return "parameter";
  const { A_Const: value } = node;
  if (value.isnull) return null;
  if (value.ival) return value.ival.ival ?? 0;
  const number = Number(value.fval?.fval ?? value.sval?.sval);
  return Number.isFinite(number) ? number : "parameter";
}

/** FOR UPDATE and its kin fetch the whole row of the tables they name, or of all. */
function lockRows(clause: readonly Node[], scope: Scope, from: Columns): boolean {
  const locks = clause.flatMap((node): LockingClause[] => ("LockingClause" in node ? [node.LockingClause] : []));
  for (const lock of locks) {
    const names = (lock.lockedRels ?? []).flatMap((node) => ("RangeVar" in node ? [node.RangeVar.relname ?? ""] : []));
    const aliases = new Set(names.length > 0 ? names : scope.entries.map((entry) => entry.alias));
    for (const source of from.tree ? treeSources(from.tree) : [])
      if (source.kind === "table" && (names.length === 0 || aliases.has(source.alias))) source.rowNeeded = true;
  }
  return locks.length > 0;
}
