import type { Node, SelectStmt } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { typeOf } from "../names/expression-type.ts";
import type { Volatility } from "../names/function-volatility.ts";
import { columnOf, hasSubLink, type TableSource, varsOf } from "../names/query-tree.ts";
import { resolveExpression } from "../names/resolve-expression.ts";
import { resolveFrom } from "../names/resolve-from.ts";
import { type NameOptions, newScope } from "../names/resolve-names.ts";
import type { Resolution, Scope } from "../names/scope.ts";
import { volatilityOf } from "../names/volatility.ts";
import { replaceNodes, walk } from "../syntax/tree.ts";
import type { ColumnUse, FromTable, QueryLevel } from "./rewrite.ts";

/** Every query level of a SELECT, outermost first. Throws RangeError for a tree nested deeper than the stack. */
export function collectLevels(select: SelectStmt, catalog: Catalog, names: NameOptions): readonly QueryLevel[] {
  const resolution: Resolution = { ...names, catalog, sources: [], written: [], unresolved: new Set(), nextId: 1 };
  const collection: Collection = { resolution, levels: [], tables: new Map() };
  collect(select, { scope: null, level: null, place: "statement" }, collection);
  return collection.levels;
}

interface Collection {
  readonly resolution: Resolution;
  readonly levels: QueryLevel[];
  /** By the source that a resolved column carries. */
  readonly tables: Map<TableSource, FromTable>;
}

interface Above {
  readonly scope: Scope | null;
  readonly level: QueryLevel | null;
  readonly place: QueryLevel["place"];
}

function collect(select: SelectStmt, above: Above, collection: Collection): void {
  const scope = newScope(select, above.scope, { SelectStmt: select });
  for (const entry of scope.ctes.values())
    if (entry.owner === scope.ctes && "SelectStmt" in entry.body)
      collect(entry.body.SelectStmt, { scope: entry.scope, level: above.level, place: "cte" }, collection);
  if (select.valuesLists) return;
  if (select.op && select.op !== "SETOP_NONE") {
    for (const arm of [select.larg, select.rarg]) if (arm) collect(arm, { scope, level: above.level, place: "arm" }, collection);
    return;
  }
  const from = resolveFrom(select.fromClause ?? [], scope, collection.resolution);
  const inner: Scope = { ...scope, entries: from.entries, merged: from.merged };
  const level = makeLevel(select, above, inner, collection);
  collection.levels.push(level);
  const { withClause: _, ...own } = select;
  walk(own, (node) => {
    if ("RangeSubselect" in node && node.RangeSubselect.subquery && "SelectStmt" in node.RangeSubselect.subquery) {
      const seen = node.RangeSubselect.lateral ? inner : scope;
      collect(node.RangeSubselect.subquery.SelectStmt, { scope: seen, level, place: "from" }, collection);
      return "skip";
    }
    if (!("SubLink" in node) || !node.SubLink.subselect || !("SelectStmt" in node.SubLink.subselect)) return undefined;
    collect(node.SubLink.subselect.SelectStmt, { scope: inner, level, place: "subquery" }, collection);
    return "SubLink" in node && node.SubLink.testexpr && hasSubLink(node.SubLink.testexpr) ? undefined : "skip";
  });
}

function makeLevel(select: SelectStmt, above: Above, scope: Scope, { resolution, tables }: Collection): QueryLevel {
  const own: FromTable[] = [];
  const known = new WeakMap<Node, Node>();
  const resolve = (node: Node): Node => {
    const before = known.get(node);
    if (before) return before;
    const made = resolveExpression(node, scope, resolution);
    known.set(node, made);
    return made;
  };
  const level: QueryLevel = {
    select,
    parent: above.level,
    place: above.place,
    tables: own,
    aliases: scope.entries.map((entry) => entry.alias),
    where: select.whereClause ? flatAnd(select.whereClause) : [],
    column(node) {
      if (!node || !("ColumnRef" in node)) return null;
      const found = columnOf(resolve(node));
      const table = found?.source.kind === "table" ? tables.get(found.source) : undefined;
      const column = table?.relation.columns.find((each) => each.name === found?.column);
      if (!table || !column) return null;
      return { table, column, notNull: column.notNull && !table.nullable };
    },
    type: (node) => typeOf(resolve(node)),
    volatility: (node): Volatility | null => volatilityOf(resolve(node), resolution.catalog),
    notNull: (node) => isNotNull(node, level),
    isFixed(node) {
      const resolved = resolve(node);
      return varsOf(resolved).length === 0 && !hasSubLink(node) && !hasColumn(node) && isSteady(volatilityOf(resolved, resolution.catalog));
    },
    tablesIn(node) {
      const found = varsOf(resolve(node)).map(({ source }) => (source.kind === "table" ? tables.get(source) : undefined));
      return new Set(found.filter((table) => table !== undefined));
    },
    qualify: (node) => qualify(node, level),
  };
  own.push(...fromTables(select, scope, level, tables));
  return level;
}

function flatAnd(node: Node): readonly Node[] {
  return "BoolExpr" in node && node.BoolExpr.boolop === "AND_EXPR" ? (node.BoolExpr.args ?? []).flatMap(flatAnd) : [node];
}

function isSteady(volatility: Volatility | null): boolean {
  return volatility === "immutable" || volatility === "stable";
}

function hasColumn(node: Node): boolean {
  let found = false;
  walk(node, (each) => {
    if ("ColumnRef" in each) found = true;
    return found ? "skip" : undefined;
  });
  return found;
}

function isNotNull(node: Node, level: QueryLevel): boolean {
  if ("A_Const" in node) return node.A_Const.isnull !== true;
  return level.column(node)?.notNull ?? false;
}

/** The level's base tables, with the outer joins above each told from the FROM clause as written. */
function fromTables(select: SelectStmt, scope: Scope, level: QueryLevel, tables: Map<TableSource, FromTable>): FromTable[] {
  const bySource = new Map(
    scope.entries.flatMap((entry) => {
      const source = columnOf(entry.wholeRow)?.source;
      return source?.kind === "table" && entry.relation ? [[entry.alias, source] as const] : [];
    }),
  );
  const found: FromTable[] = [];
  const visit = (item: Node, nullable: boolean) => {
    if ("JoinExpr" in item) {
      const { jointype, larg, rarg, alias } = item.JoinExpr;
      if (alias) return;
      if (larg) visit(larg, nullable || jointype === "JOIN_RIGHT" || jointype === "JOIN_FULL");
      if (rarg) visit(rarg, nullable || jointype === "JOIN_LEFT" || jointype === "JOIN_FULL");
      return;
    }
    if (!("RangeVar" in item)) return;
    const alias = item.RangeVar.alias?.aliasname ?? item.RangeVar.relname ?? "";
    const source = bySource.get(alias);
    if (!source) return;
    const renamed = (item.RangeVar.alias?.colnames?.length ?? 0) > 0;
    const table: FromTable = { alias, relation: source.relation, level, nullable, renamed, node: item };
    tables.set(source, table);
    found.push(table);
  };
  for (const item of select.fromClause ?? []) visit(item, false);
  return found;
}

function qualify(node: Node, level: QueryLevel): Node | null {
  if (hasSubLink(node)) return null;
  let movable = true;
  const qualified = replaceNodes(node, (each) => {
    if (!("ColumnRef" in each)) return each;
    const use: ColumnUse | null = level.column(each);
    if (!use || use.table.renamed) movable = false;
    return use ? { ColumnRef: { fields: [{ String: { sval: use.table.alias } }, { String: { sval: use.column.name } }] } } : each;
  });
  return movable ? qualified : null;
}
