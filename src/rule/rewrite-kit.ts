import type { Node, SelectStmt } from "@pgsql/types";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Index, Relation } from "../domain/catalog.ts";
import { relationKey } from "../domain/postgres.ts";
import { aggregatesIn } from "../names/query-shape.ts";
import { walk } from "../syntax/tree.ts";
import { index, key } from "./build.ts";
import type { CatalogView } from "./catalog-view.ts";
import { equalitiesOf, starOf, targetsOf } from "./read-nodes.ts";
import type { ColumnUse, Filter, FromTable, QueryLevel, RewriteProposal, RewriteStatement } from "./rewrite.ts";
import type { Context, Options } from "./rule.ts";

/** What a rule about one condition says. */
export interface Replacement {
  readonly to: Node;
  readonly because: string;
  readonly assumes?: readonly string[];
  readonly suggests?: RewriteProposal["suggests"];
  readonly contract?: RewriteProposal["contract"];
}

/** A `rewrite` method that puts one condition in place of another, wherever false and null are alike. */
export function replaceFilters<O extends Options>(
  replace: (filter: Filter, context: Context<O>) => Replacement | null,
): (statement: RewriteStatement, context: Context<O>) => Iterable<RewriteProposal> {
  return function* (statement, context) {
    for (const filter of statement.filters) {
      const found = replace(filter, context);
      if (!found) continue;
      const { to, because, assumes = [], suggests = [], contract = "same-result" } = found;
      yield { node: statement.replace([filter.node, to]), because, assumes, contract, suggests };
    }
  };
}

/** A statement with one SELECT changed. Fields set to undefined go. */
export function withSelect(statement: RewriteStatement, level: QueryLevel, change: Partial<Record<keyof SelectStmt, unknown>>): Node {
  return statement.replace([level.select, changed(level.select, change)]);
}

export function changed(select: SelectStmt, change: Partial<Record<keyof SelectStmt, unknown>>): SelectStmt {
  // Fields keep their types by what callers pass; absent ones must be absent, as the parser leaves them.
  return Object.fromEntries(Object.entries({ ...select, ...change }).filter(([, value]) => value !== undefined)) as SelectStmt;
}

/** WHERE without some conjuncts and with others; undefined when none is left. */
export function whereOf(conditions: readonly Node[]): Node | undefined {
  if (conditions.length === 0) return undefined;
  return conditions.length === 1 ? conditions[0] : { BoolExpr: { boolop: "AND_EXPR", args: [...conditions] } };
}

/**
 * Column sets of which no two rows agree: valid, immediate, full unique indexes on columns. None for a table whose inheritance
 * children bring rows of their own.
 */
export function uniqueKeys(relation: Relation, catalog: CatalogView): readonly (readonly string[])[] {
  if (!holdsOwnRows(relation, catalog)) return [];
  return relation.indexes.filter(isKey).map((index) => index.keys.map((key) => key.column ?? ""));
}

function isKey(index: Index): boolean {
  const deferrable =
    /\bDEFERRABLE\b/i.test(index.constraint?.definition ?? "") && !/\bNOT DEFERRABLE\b/i.test(index.constraint?.definition ?? "");
  return index.unique && index.valid && index.predicate === null && !deferrable && index.keys.every((key) => key.column !== null);
}

/** Constraints of an inheritance parent say nothing of its children's rows (manual, 5.11.1); partitions are checked by the parent's. */
export function holdsOwnRows(relation: Relation, catalog: CatalogView): boolean {
  return relation.kind === "partitioned-table" || (relation.kind === "table" && catalog.children(relation).length === 0);
}

/** True when these columns include a unique key that cannot be null, so that each row has its own. */
export function identifiesRow(table: FromTable, columns: ReadonlySet<string>, catalog: CatalogView): boolean {
  const { relation } = table;
  return uniqueKeys(relation, catalog).some((key) =>
    key.every((name) => columns.has(name) && !table.nullable && relation.columns.find((each) => each.name === name)?.notNull === true),
  );
}

/** True when at most one row of the table can equal given values in these columns (nulls never equal). */
export function matchesOneRow(table: FromTable, columns: ReadonlySet<string>, catalog: CatalogView): boolean {
  return uniqueKeys(table.relation, catalog).some((key) => key.every((name) => columns.has(name)));
}

/** Base-table columns among the outputs, `*` and `t.*` spelled out; null when an output is something we cannot read. */
export function outputColumns(level: QueryLevel): readonly ColumnUse[] {
  const found: ColumnUse[] = [];
  for (const { val } of targetsOf(level.select)) {
    const star = starOf(val);
    if (star) {
      for (const table of level.tables)
        if (star.alias === null || star.alias === table.alias)
          for (const column of table.relation.columns) found.push({ table, column, notNull: column.notNull && !table.nullable });
      continue;
    }
    const use = level.column(val);
    if (use) found.push(use);
  }
  return found;
}

export function namesOfColumns(uses: readonly ColumnUse[], table: FromTable): ReadonlySet<string> {
  return new Set(uses.filter((use) => use.table === table).map((use) => use.column.name));
}

/** Tables that some of these expressions read; `*` reads all, `t.*` reads t. */
export function tablesRead(level: QueryLevel, nodes: readonly Node[]): ReadonlySet<FromTable> {
  const found = new Set<FromTable>();
  for (const node of nodes) {
    for (const table of level.tablesIn(node)) found.add(table);
    walk(node, (each) => {
      const star = starOf(each);
      if (star) for (const table of level.tables) if (star.alias === null || star.alias === table.alias) found.add(table);
      return undefined;
    });
  }
  return found;
}

/** Everything of a SELECT besides FROM and WHERE that may read its tables. */
export function readsBesides(select: SelectStmt): readonly Node[] {
  const { targetList, distinctClause, groupClause, havingClause, windowClause, sortClause } = select;
  return [targetList, distinctClause, groupClause, havingClause ? [havingClause] : [], windowClause, sortClause].flatMap((nodes) =>
    (nodes ?? []).filter((node) => Object.keys(node).length > 0),
  );
}

/** `column = column` between this table and another expression, in the reading where the table's own column is left. */
export function equalityOn(level: QueryLevel, node: Node, table: FromTable): { readonly own: ColumnUse; readonly other: Node } | null {
  for (const { left, right } of equalitiesOf(node)) {
    const own = level.column(left);
    if (own?.table === table && !level.tablesIn(right).has(table)) return { own, other: right };
  }
  return null;
}

/** A name that no FROM item of this level or below already has. */
export function freshAlias(statement: RewriteStatement, wanted: string): string {
  const taken = new Set(statement.levels.flatMap((level) => level.aliases));
  walk(statement.node, (node) => {
    if ("CommonTableExpr" in node) taken.add(node.CommonTableExpr.ctename ?? "");
    return undefined;
  });
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
  return name;
}

/** The FROM clause as a flat list of inner-joined tables with all join conditions; null when it holds anything else. */
export function innerJoins(level: QueryLevel): { readonly tables: readonly FromTable[]; readonly conditions: readonly Node[] } | null {
  const tables: FromTable[] = [];
  const conditions: Node[] = [];
  const visit = (item: Node): boolean => {
    if ("JoinExpr" in item) {
      const { jointype, isNatural, usingClause, alias, larg, rarg, quals } = item.JoinExpr;
      if ((jointype ?? "JOIN_INNER") !== "JOIN_INNER" || isNatural || usingClause || alias || !larg || !rarg) return false;
      const plain = visit(larg) && visit(rarg);
      if (quals) conditions.push(...conjunctsOf(quals));
      return plain;
    }
    const table = level.tables.find((each) => each.node === item);
    if (!table || table.renamed) return false;
    tables.push(table);
    return true;
  };
  return (level.select.fromClause ?? []).every(visit) ? { tables, conditions: [...conditions, ...level.where] } : null;
}

export function conjunctsOf(node: Node): readonly Node[] {
  return "BoolExpr" in node && node.BoolExpr.boolop === "AND_EXPR" ? (node.BoolExpr.args ?? []).flatMap(conjunctsOf) : [node];
}

/** An aggregate whose value over no rows is null and that ignores the order of its input. */
export function isNullOnEmpty(node: Node): boolean {
  return aggregatesIn(node).length > 0 && "FuncCall" in node && !/^count$/.test(lastName(node));
}

function lastName(node: Node): string {
  const last = "FuncCall" in node ? node.FuncCall.funcname?.at(-1) : undefined;
  return last && "String" in last ? (last.String.sval ?? "") : "";
}

export function sameTable(a: FromTable, b: FromTable): boolean {
  return relationKey(a.relation) === relationKey(b.relation);
}

/** The level that a SELECT is. */
export function levelOf(statement: RewriteStatement, select: SelectStmt): QueryLevel | null {
  return statement.levels.find((level) => level.select === select) ?? null;
}

/** Deterministic: equal values are the same bytes, so that texts may be compared by pattern. */
export function isPlainText(use: ColumnUse, catalog: CatalogView): boolean {
  const { baseType, collation } = use.column;
  if (!["text", "varchar"].includes(baseType)) return false;
  return !catalog.all.collations.some((each) => !each.deterministic && collation !== null && collation.includes(each.name));
}

/** A B-tree on the column, unless one that could serve a range of it exists. */
export function rangeIndex(use: ColumnUse | null, catalog: CatalogView): readonly IndexDefinition[] {
  if (!use || use.table.relation.kind === "view") return [];
  const { relation } = use.table;
  const wanted = key(use.column.name);
  const served = relation.indexes.some(
    (each) => each.valid && each.accessMethod === "btree" && each.predicate === null && each.keys[0]?.column === use.column.name,
  );
  return served || catalog.find(relation) === null ? [] : [index(relation, "btree", [wanted])];
}
