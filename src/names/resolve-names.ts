import type { Node, SelectStmt } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { RelationName } from "../domain/postgres.ts";
import { conjuncts } from "./conditions.ts";
import { columnNode, type DerivedSource, type JoinTree, type Output, type Query, type Source, type Var } from "./query-tree.ts";
import { resolveChange } from "./resolve-change.ts";
import { resolveExpression } from "./resolve-expression.ts";
import { resolveFrom } from "./resolve-from.ts";
import { resolveSelectParts } from "./resolve-select.ts";
import { sharedQuery, type WithEntry, withEntries } from "./resolve-with.ts";
import { derivedOutputs, outputsEntry, type Resolution, type Scope } from "./scope.ts";
import { pullUpSubLinks } from "./semi-joins.ts";

export interface ResolvedStatement {
  /** Null for a statement that reads nothing (SET, CREATE TABLE, …). */
  readonly query: Query | null;
  readonly sources: readonly Source[];
  readonly written: readonly RelationName[];
  readonly unresolved: readonly string[];
}

export interface NameOptions {
  readonly searchPath: readonly string[];
  /** Parsed view definitions by relationKey. */
  readonly viewTrees: ReadonlyMap<string, Node>;
}

/** Every name of a SELECT, INSERT, UPDATE, DELETE or MERGE tree resolved against the catalog. Names it does not know are listed. */
export function resolveStatement(node: Node, catalog: Catalog, options: NameOptions): ResolvedStatement {
  const resolution: Resolution = { ...options, catalog, sources: [], written: [], unresolved: new Set(), nextId: 1 };
  const query = isReadable(node) ? resolveQuery(node, null, resolution) : null;
  return { query, sources: resolution.sources, written: resolution.written, unresolved: [...resolution.unresolved].sort() };
}

function isReadable(node: Node): boolean {
  return "SelectStmt" in node || "InsertStmt" in node || "UpdateStmt" in node || "DeleteStmt" in node || "MergeStmt" in node;
}

/** One query level (and all below) as it stands inside `parent`; `alias` is the name it has in a FROM clause. */
export function resolveQuery(node: Node, parent: Scope | null, resolution: Resolution, alias: TableAlias = noAlias): Query {
  if ("SelectStmt" in node) return resolveSelect(node.SelectStmt, parent, resolution, alias);
  return resolveChange(node, parent, resolution);
}

/** A new level below `parent`, with the CTEs of its WITH clause added to those that `parent` sees. */
export function newScope(node: Pick<SelectStmt, "withClause">, parent: Scope | null, statement: Node): LevelScope {
  const base: LevelScope = {
    entries: [],
    merged: new Map(),
    parent,
    ctes: parent?.ctes ?? new Map<string, WithEntry>(),
    outer: [],
    views: parent?.views ?? [],
  };
  return { ...base, ctes: node.withClause ? withEntries(node.withClause, base, statement) : base.ctes };
}

/** Names that VALUES and set operations go by, which have none of their own. */
export interface TableAlias {
  readonly name: string;
  readonly columns: readonly string[];
}
const noAlias: TableAlias = { name: "", columns: [] };

type LevelScope = Scope & { readonly outer: Var[] };

function resolveSelect(select: SelectStmt, parent: Scope | null, resolution: Resolution, alias: TableAlias): Query {
  const scope = newScope(select, parent, { SelectStmt: select });
  const nested = changesIn(scope, resolution);
  if (select.valuesLists) return valuesQuery(select, { scope, nested, alias }, resolution);
  if (select.op && select.op !== "SETOP_NONE") return setQuery(select, { scope, nested, alias }, resolution);
  const from = resolveFrom(select.fromClause ?? [], scope, resolution);
  const inner: Scope = { ...scope, entries: from.entries, merged: from.merged };
  const where = select.whereClause ? conjuncts(resolveExpression(select.whereClause, inner, resolution)) : [];
  const tree: JoinTree = where.length > 0 ? { kind: "inner", children: [from.tree], conditions: where } : from.tree;
  const parts = resolveSelectParts(select, inner, from, resolution);
  return {
    ...parts,
    id: resolution.nextId++,
    from: pullUpSubLinks(tree, resolution),
    reads: [...from.reads, ...parts.reads],
    nested,
    outer: scope.outer,
    simple: parts.simple && nested.length === 0,
  };
}

/** The data-modifying CTEs of this level's own WITH clause: they run whether they are read or not. */
export function changesIn(scope: Scope, resolution: Resolution): Query[] {
  const own = [...scope.ctes.values()].filter((entry) => entry.owner === scope.ctes && !("SelectStmt" in entry.body));
  return own.map((entry) => sharedQuery(entry, resolution));
}

interface Level {
  readonly scope: Scope;
  readonly nested: readonly Query[];
  readonly alias: TableAlias;
}

/** Arms become a derived source, under a query that holds the ORDER BY and LIMIT of the whole. */
function setQuery(select: SelectStmt, { scope, nested, alias }: Level, resolution: Resolution): Query {
  const all = select.op === "SETOP_UNION" && select.all === true;
  const arms = armsOf(select).map((arm) => resolveSelect(arm, scope, resolution, noAlias));
  const source: DerivedSource = {
    kind: "derived",
    id: resolution.nextId++,
    alias: alias.name || "union",
    arms,
    combine: all ? "union-all" : "distinct",
    shared: false,
  };
  resolution.sources.push(source);
  const outputs = derivedOutputs(source);
  const entries = [outputsEntry("", outputs)];
  const top: SelectStmt = {
    ...(select.sortClause ? { sortClause: select.sortClause } : {}),
    ...(select.limitCount ? { limitCount: select.limitCount } : {}),
    ...(select.limitOffset ? { limitOffset: select.limitOffset } : {}),
    targetList: outputs.map((output) => ({ ResTarget: { name: output.name, val: output.expression } })),
  };
  const parts = resolveSelectParts(top, { ...scope, entries, merged: new Map() }, { columns: () => outputs }, resolution, outputs);
  const tree: JoinTree = { kind: "source", source };
  return { ...parts, id: resolution.nextId++, from: tree, nested, outer: scope.outer, simple: parts.simple && nested.length === 0 };
}

/** UNION chains lean left and may be thousands long; like operations make one list. */
function armsOf(select: SelectStmt): SelectStmt[] {
  const arms: SelectStmt[] = [];
  let each: SelectStmt = select;
  while (each.larg && each.rarg && (each === select || flattens(each, select))) {
    if (flattens(each.rarg, select)) arms.unshift(...armsOf(each.rarg));
    else arms.unshift(each.rarg);
    each = each.larg;
  }
  arms.unshift(each);
  return arms;
}

/** `(a UNION ALL b) UNION c` removes duplicates over all three, so any UNION below a UNION does; below UNION ALL only UNION ALL does. */
function flattens(below: SelectStmt, top: SelectStmt): boolean {
  if (below.sortClause || below.limitCount || below.limitOffset || below.withClause || below.lockingClause) return false;
  return below.op === "SETOP_UNION" && top.op === "SETOP_UNION" && (top.all !== true || below.all === true);
}

/** VALUES: one row is pulled up as constants, more are a list nobody can index. */
function valuesQuery(select: SelectStmt, { scope, nested, alias }: Level, resolution: Resolution): Query {
  const rows = (select.valuesLists ?? []).map((row) =>
    "List" in row ? (row.List.items ?? []).map((value) => resolveExpression(value, scope, resolution)) : [],
  );
  const source: Source = { kind: "opaque", id: resolution.nextId++, alias: alias.name || "*VALUES*" };
  resolution.sources.push(source);
  const width = rows[0]?.length ?? 0;
  const outputs: Output[] = Array.from({ length: width }, (_, position) => {
    const name = alias.columns[position] ?? `column${position + 1}`;
    const expression = rows.length === 1 ? rows[0]![position]! : columnNode(source, name);
    return { name, expression, star: false };
  });
  const parts = resolveSelectParts(
    {
      ...select,
      targetList: outputs.map((output) => ({ ResTarget: { name: output.name, val: output.expression } })),
    },
    { ...scope, entries: [outputsEntry("", outputs)] },
    { columns: () => outputs },
    resolution,
    outputs,
  );
  const from: JoinTree = { kind: "inner", children: [], conditions: [] };
  return {
    ...parts,
    id: resolution.nextId++,
    from,
    reads: [...parts.reads, ...rows.flat()],
    nested,
    outer: scope.outer,
    simple: parts.simple && nested.length === 0,
  };
}
