import type { DeleteStmt, InsertStmt, MergeStmt, Node, RangeVar, ReturningClause, UpdateStmt } from "@pgsql/types";
import type { Scan } from "../domain/workload.ts";
import { conjuncts } from "./conditions.ts";
import { comparisonNode } from "./operators.ts";
import { columnNode, type JoinTree, type OpaqueSource, type Output, type Query, type TableSource, treeSources } from "./query-tree.ts";
import { namesOf, resolveExpression } from "./resolve-expression.ts";
import { type FromItem, relationItem, resolveFrom } from "./resolve-from.ts";
import { changesIn, newScope, resolveQuery } from "./resolve-names.ts";
import { resolveTargets } from "./resolve-select.ts";
import { findRelation, opaqueEntry, type Resolution, type Scope, tableEntry } from "./scope.ts";
import { pullUpSubLinks } from "./semi-joins.ts";

/** INSERT, UPDATE, DELETE or MERGE as a query that finds the rows to change; its outputs are RETURNING's. */
export function resolveChange(node: Node, parent: Scope | null, resolution: Resolution): Query {
  if ("UpdateStmt" in node) return resolveUpdate(node.UpdateStmt, parent, resolution);
  if ("DeleteStmt" in node) return resolveDelete(node.DeleteStmt, parent, resolution);
  if ("MergeStmt" in node) return resolveMerge(node.MergeStmt, parent, resolution);
  if ("InsertStmt" in node) return resolveInsert(node.InsertStmt, parent, resolution);
  return changeQuery({ kind: "inner", children: [], conditions: [] }, {}, resolution);
}

function changeQuery(from: JoinTree, rest: Partial<Query>, resolution: Resolution): Query {
  return {
    id: resolution.nextId++,
    from: pullUpSubLinks(from, resolution),
    outputs: [],
    groupKeys: [],
    grouped: false,
    groupingSets: false,
    having: [],
    distinct: "none",
    windows: [],
    sort: [],
    limit: null,
    reads: [],
    nested: [],
    outer: [],
    simple: false,
    ...rest,
  };
}

/** The relation to change, marked with its role. Through a view, the table below it is the one that is changed. */
function target(relation: RangeVar | undefined, role: Scan["role"], scope: Scope, resolution: Resolution): FromItem {
  // A CTE cannot be changed, so its name does not hide the table.
  const item = relationItem(relation ?? {}, { ...scope, ctes: new Map() }, resolution);
  const table = treeSources(item.tree).find((source): source is TableSource => source.kind === "table");
  if (table) {
    table.role = role;
    table.rowNeeded = true;
  }
  return item;
}

function resolveUpdate(statement: UpdateStmt, parent: Scope | null, resolution: Resolution): Query {
  const scope = newScope(statement, parent, { UpdateStmt: statement });
  const changed = target(statement.relation, "update", scope, resolution);
  return foundRows(changed, statement.fromClause ?? [], { ...statement, sets: statement.targetList ?? [] }, scope, resolution);
}

function resolveDelete(statement: DeleteStmt, parent: Scope | null, resolution: Resolution): Query {
  const scope = newScope(statement, parent, { DeleteStmt: statement });
  const changed = target(statement.relation, "delete", scope, resolution);
  return foundRows(changed, statement.usingClause ?? [], { ...statement, sets: [] }, scope, resolution);
}

interface Clauses {
  readonly whereClause?: Node;
  readonly returningClause?: ReturningClause;
  readonly sets: readonly Node[];
}

function foundRows(changed: FromItem, others: readonly Node[], clauses: Clauses, scope: Scope, resolution: Resolution): Query {
  const from = resolveFrom(others, { ...scope, entries: changed.entries }, resolution);
  const inner: Scope = { ...scope, entries: [...changed.entries, ...from.entries], merged: from.merged };
  const conditions = clauses.whereClause ? conjuncts(resolveExpression(clauses.whereClause, inner, resolution)) : [];
  return changeQuery(
    { kind: "inner", children: [changed.tree, from.tree], conditions },
    {
      outputs: returned(clauses.returningClause, inner, () => [...changed.columns(), ...from.columns()], resolution),
      reads: [...changed.reads, ...from.reads, ...assigned(clauses.sets, inner, resolution)],
      nested: changesIn(scope, resolution),
      outer: [...scope.outer],
    },
    resolution,
  );
}

/** Values of SET clauses. `(a, b) = (SELECT …)` stands once per column in the tree; it is read once. */
function assigned(sets: readonly Node[], scope: Scope, resolution: Resolution): Node[] {
  return sets.flatMap((node) => {
    if (!("ResTarget" in node) || !node.ResTarget.val) return [];
    const { val } = node.ResTarget;
    if (!("MultiAssignRef" in val)) return [resolveExpression(val, scope, resolution)];
    const { source, colno } = val.MultiAssignRef;
    return source && colno === 1 ? [resolveExpression(source, scope, resolution)] : [];
  });
}

/** RETURNING may also name the old and new row (PostgreSQL 18); both are the changed relation's. */
function returned(clause: ReturningClause | undefined, scope: Scope, columns: () => Output[], resolution: Resolution): Output[] {
  const [first] = scope.entries;
  if (!clause?.exprs || !first) return [];
  const named = ["old", "new"].map((alias) => ({ ...first, alias, relation: null }));
  const inner = { ...scope, entries: [...scope.entries, ...named] };
  return resolveTargets(clause.exprs, inner, { columns }, resolution);
}

function resolveMerge(statement: MergeStmt, parent: Scope | null, resolution: Resolution): Query {
  const scope = newScope(statement, parent, { MergeStmt: statement });
  const changed = target(statement.relation, "merge", scope, resolution);
  const source = resolveFrom(statement.sourceRelation ? [statement.sourceRelation] : [], scope, resolution);
  const inner: Scope = { ...scope, entries: [...changed.entries, ...source.entries], merged: source.merged };
  const conditions = statement.joinCondition ? conjuncts(resolveExpression(statement.joinCondition, inner, resolution)) : [];
  const clauses = (statement.mergeWhenClauses ?? []).flatMap((each) => ("MergeWhenClause" in each ? [each.MergeWhenClause] : []));
  const reads = clauses.flatMap((clause) => [
    ...(clause.condition ? [resolveExpression(clause.condition, inner, resolution)] : []),
    ...assigned(clause.targetList ?? [], inner, resolution),
    ...(clause.values ?? []).map((value) => resolveExpression(value, inner, resolution)),
  ]);
  const keepsSource = clauses.some((clause) => clause.matchKind === "MERGE_WHEN_NOT_MATCHED_BY_TARGET");
  const keepsTarget = clauses.some((clause) => clause.matchKind === "MERGE_WHEN_NOT_MATCHED_BY_SOURCE");
  return changeQuery(
    mergeTree(changed.tree, source.tree, conditions, keepsSource, keepsTarget),
    {
      outputs: returned(statement.returningClause, inner, () => [...source.columns(), ...changed.columns()], resolution),
      reads: [...changed.reads, ...source.reads, ...reads],
      nested: changesIn(scope, resolution),
      outer: scope.outer,
    },
    resolution,
  );
}

/** parse_merge.c: the join that MERGE's WHEN clauses need. */
function mergeTree(changed: JoinTree, source: JoinTree, conditions: readonly Node[], keepsSource: boolean, keepsTarget: boolean): JoinTree {
  if (keepsSource && keepsTarget) return { kind: "full", left: source, right: changed, conditions };
  if (keepsSource) return { kind: "left", left: source, right: changed, conditions };
  if (keepsTarget) return { kind: "left", left: changed, right: source, conditions };
  return { kind: "inner", children: [changed, source], conditions };
}

function resolveInsert(statement: InsertStmt, parent: Scope | null, resolution: Resolution): Query {
  const scope = newScope(statement, parent, { InsertStmt: statement });
  const reference = statement.relation ?? {};
  const name = reference.relname ?? "";
  const source = statement.selectStmt ? resolveQuery(statement.selectStmt, scope, resolution) : null;
  const nested = [...changesIn(scope, resolution), ...(source ? [source] : [])];
  const relation = findRelation(resolution, reference.schemaname, name);
  if (!relation) {
    resolution.unresolved.add(reference.schemaname ? `${reference.schemaname}.${name}` : name);
    return changeQuery({ kind: "inner", children: [], conditions: [] }, { nested, outer: scope.outer }, resolution);
  }
  resolution.written.push({ schema: relation.schema, name: relation.name });
  const alias = reference.alias?.aliasname ?? name;
  const table: TableSource = { kind: "table", id: resolution.nextId++, alias, relation, role: "insert-conflict", rowNeeded: false };
  const excluded: OpaqueSource = { kind: "opaque", id: resolution.nextId++, alias: "excluded" };
  const columns = relation.columns.map((column) => column.name);
  const own = tableEntry(table);
  const inner: Scope = { ...scope, entries: [own, opaqueEntry(excluded, columns, false)] };
  // The new row is in memory: RETURNING reads nothing from the table, so it refers to a source that no scan has.
  const row = tableEntry({ ...table });
  const outputs = returned(statement.returningClause, { ...scope, entries: [row] }, () => row.columns(), resolution);
  const conflict = statement.onConflictClause;
  const named = namesOf(
    (statement.cols ?? []).flatMap((each) => ("ResTarget" in each ? [{ String: { sval: each.ResTarget.name ?? "" } }] : [])),
  );
  const inserted = insertedValues(source, named && named.length > 0 ? named : columns);
  const conditions = conflict?.infer ? arbiter(statement, table, inserted, excluded, inner, resolution) : [];
  const sets = assigned(conflict?.targetList ?? [], inner, resolution);
  if (conflict?.whereClause) sets.push(resolveExpression(conflict.whereClause, inner, resolution));
  const looked = conditions.length > 0;
  if (looked) {
    table.rowNeeded = conflict?.action === "ONCONFLICT_UPDATE";
    resolution.sources.push(table);
  }
  const from: JoinTree = { kind: "inner", children: looked ? [{ kind: "source", source: table }] : [], conditions };
  return changeQuery(from, { outputs, reads: sets, nested, outer: scope.outer }, resolution);
}

/** Column → value when one row is inserted; empty otherwise. */
function insertedValues(source: Query | null, columns: readonly string[]): ReadonlyMap<string, Node> {
  if (!source || treeSources(source.from).length > 0) return new Map();
  return new Map(
    source.outputs.flatMap((output, position) => (columns[position] ? [[columns[position], output.expression] as const] : [])),
  );
}

/** What ON CONFLICT looks up: each arbiter key equal to the new row's, under the arbiter's predicate. */
function arbiter(
  statement: InsertStmt,
  table: TableSource,
  inserted: ReadonlyMap<string, Node>,
  excluded: OpaqueSource,
  scope: Scope,
  resolution: Resolution,
): Node[] {
  const infer = statement.onConflictClause?.infer ?? {};
  const equal = (column: string) => comparisonNode(columnNode(table, column), "=", inserted.get(column) ?? columnNode(excluded, column));
  if (infer.conname) {
    const constraint = table.relation.constraints.find((each) => each.name === infer.conname);
    const index = table.relation.indexes.find((each) => each.name === infer.conname);
    const keys = constraint?.columns ?? index?.keys.flatMap((key) => (key.column === null ? [] : [key.column])) ?? [];
    if (keys.length === 0) resolution.unresolved.add(infer.conname);
    return keys.map(equal);
  }
  const keys = (infer.indexElems ?? []).flatMap((each): Node[] => {
    if (!("IndexElem" in each)) return [];
    const { name, expr } = each.IndexElem;
    if (name) return [equal(name)];
    if (!expr) return [];
    const values: Scope = {
      ...scope,
      entries: [
        opaqueEntry(
          excluded,
          table.relation.columns.map((column) => column.name),
          false,
        ),
      ],
    };
    return [comparisonNode(resolveExpression(expr, scope, resolution), "=", resolveExpression(expr, values, resolution))];
  });
  const where = infer.whereClause ? conjuncts(resolveExpression(infer.whereClause, scope, resolution)) : [];
  return [...keys, ...where];
}
