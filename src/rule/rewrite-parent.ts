import type { Node, SelectStmt } from "@pgsql/types";
import type { Relation } from "../domain/catalog.ts";
import { replaceNodes, walk } from "../syntax/tree.ts";
import type { CatalogView } from "./catalog-view.ts";
import { columnRef } from "./nodes.ts";
import type { ColumnUse, FromTable, QueryLevel, RewriteStatement } from "./rewrite.ts";
import { holdsOwnRows, uniqueKeys } from "./rewrite-kit.ts";

export interface Parent {
  readonly relation: Relation;
  /** Its key, which the column refers to. */
  readonly column: string;
  /** Name of the foreign key. */
  readonly constraint: string;
}

/**
 * The table that lists every value of a column: a validated, immediate foreign key of this one column, to a unique column without
 * nulls of the same type, whose rows all may be read. The column itself must not be null, or some rows would be in no parent's list.
 */
export function parentOf({ table, column, notNull }: ColumnUse, catalog: CatalogView): Parent | null {
  if (!notNull || !holdsOwnRows(table.relation, catalog)) return null;
  for (const constraint of table.relation.constraints) {
    const { kind, validated, references, columns, definition } = constraint;
    if (kind !== "foreign-key" || !validated || !references || columns.length !== 1 || columns[0] !== column.name) continue;
    const immediate = !/\bDEFERRABLE\b/i.test(definition) || /\bNOT DEFERRABLE\b/i.test(definition);
    const relation = catalog.find(references.relation);
    const referenced = references.columns[0];
    const own = relation?.columns.find((each) => each.name === referenced);
    if (!immediate || /\bPERIOD\b|NOT ENFORCED/i.test(definition) || !relation || !own || relation.rowSecurity) continue;
    if (!holdsOwnRows(relation, catalog) || !own.notNull || own.type !== column.type || own.collation !== column.collation) continue;
    if (!uniqueKeys(relation, catalog).some((key) => key.length === 1 && key[0] === own.name)) continue;
    return { relation, column: own.name, constraint: constraint.name };
  }
  return null;
}

/** The table as a FROM item; without its schema where it is public's and no other schema has a table of that name. */
export function fromTable(relation: Relation, alias: string, catalog: CatalogView): Node {
  const isOnly = catalog.all.relations.every((each) => each.name !== relation.name || each.schema === relation.schema);
  const named = relation.schema === "public" && isOnly ? {} : { schemaname: relation.schema };
  return { RangeVar: { ...named, relname: relation.name, inh: true, relpersistence: "p", alias: { aliasname: alias } } };
}

/** An expression of one level with the columns of a table under another alias, and all others qualified; null when it cannot be moved. */
export function underAlias(level: QueryLevel, node: Node, { from, to }: { readonly from: FromTable; readonly to: string }): Node | null {
  const qualified = level.qualify(node);
  if (!qualified || from.alias === to) return qualified;
  return replaceNodes(qualified, (each) => {
    const use = level.column(each);
    return use?.table === from ? columnRef(to, use.column.name) : each;
  });
}

/** Every SELECT of the statement, set operations among them, outermost first. */
export function selectsIn(statement: RewriteStatement): readonly SelectStmt[] {
  const found: SelectStmt[] = [];
  const visit = (select: SelectStmt) => {
    found.push(select);
    for (const arm of [select.larg, select.rarg]) if (arm) visit(arm);
  };
  walk(statement.node, (node) => {
    if ("SelectStmt" in node) visit(node.SelectStmt);
    return undefined;
  });
  return [...new Set(found)];
}

/** True when a subquery below the level reads one of its tables: what is moved would leave it behind. */
export function isReadBelow(statement: RewriteStatement, level: QueryLevel): boolean {
  return statement.levels.some((each) => {
    for (let above = each.parent; above; above = above.parent) if (above === level && each.place !== "cte") return true;
    return false;
  });
}
