import type { Node, RangeVar } from "@pgsql/types";
import { literal } from "../domain/identifier.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import { walk } from "../syntax/tree.ts";
import { type ChangeNames, relationOf, relationsRead, sqlOf, stringsOf } from "./describe-definitions.ts";

/** What a statement reads and writes; null for one that is no query and changes no rows. */
export function describeRows(node: Node, names: ChangeNames): SchemaChange | null {
  if ("UpdateStmt" in node) {
    const { relation, whereClause, fromClause } = node.UpdateStmt;
    const allRows = alwaysTrue(whereClause) && (fromClause ?? []).length === 0;
    return {
      kind: "update",
      relation: relationOf(relation, names),
      allRows,
      where: whereClause ? sqlOf(whereClause) : null,
      literals: literalsOf(node),
    };
  }
  if ("DeleteStmt" in node) {
    const { relation, whereClause, usingClause } = node.DeleteStmt;
    const allRows = alwaysTrue(whereClause) && (usingClause ?? []).length === 0;
    return {
      kind: "delete",
      relation: relationOf(relation, names),
      allRows,
      where: whereClause ? sqlOf(whereClause) : null,
      literals: literalsOf(node),
    };
  }
  if ("InsertStmt" in node) {
    const { relation, selectStmt } = node.InsertStmt;
    const reads = selectStmt ? relationsRead(selectStmt, names) : [];
    return { kind: "insert", relation: relationOf(relation, names), fromQuery: reads.length > 0, reads, literals: literalsOf(node) };
  }
  if ("MergeStmt" in node) {
    const { relation, sourceRelation } = node.MergeStmt;
    const reads = sourceRelation ? relationsRead(sourceRelation, names) : [];
    return { kind: "insert", relation: relationOf(relation, names), fromQuery: reads.length > 0, reads, literals: literalsOf(node) };
  }
  if ("SelectStmt" in node)
    return {
      kind: "query",
      reads: relationsRead(node, names),
      writes: relationsWritten(node, names),
      locksRowsOf: relationsLocked(node, names),
      literals: literalsOf(node),
    };
  return null;
}

/** What a SELECT writes by its WITH. */
function relationsWritten(tree: Node, names: ChangeNames): RelationName[] {
  const written = new Map<string, RelationName>();
  walk(tree, (node) => {
    const target = changedBy(node);
    if (target) written.set(relationKey(relationOf(target, names)), relationOf(target, names));
    return undefined;
  });
  return [...written.values()];
}

function changedBy(node: Node): RangeVar | undefined {
  if ("InsertStmt" in node) return node.InsertStmt.relation;
  if ("UpdateStmt" in node) return node.UpdateStmt.relation;
  if ("DeleteStmt" in node) return node.DeleteStmt.relation;
  return "MergeStmt" in node ? node.MergeStmt.relation : undefined;
}

/** Whose rows FOR UPDATE or SHARE locks, in a SELECT or one inside it: what its FROM names, or its OF alone; a WITH is not reached. */
function relationsLocked(tree: Node, names: ChangeNames): RelationName[] {
  const known = new Set(relationsRead(tree, names).map(relationKey));
  const locked = new Map<string, RelationName>();
  walk(tree, (node) => {
    if (!("SelectStmt" in node)) return undefined;
    const clauses = (node.SelectStmt.lockingClause ?? []).flatMap((each) => ("LockingClause" in each ? [each.LockingClause] : []));
    const items = clauses.length === 0 ? [] : (node.SelectStmt.fromClause ?? []).flatMap(fromItems);
    for (const { lockedRels = [] } of clauses) {
      const of = new Set(lockedRels.flatMap((each) => ("RangeVar" in each ? [each.RangeVar.relname] : [])));
      for (const item of items.filter(({ name }) => of.size === 0 || of.has(name)))
        for (const each of relationsRead(item.node, names)) if (known.has(relationKey(each))) locked.set(relationKey(each), each);
    }
    return undefined;
  });
  return [...locked.values()];
}

/** Tables and subqueries of a FROM, those of its joins too, by the names that they have there. */
function fromItems(node: Node): { readonly name: string | undefined; readonly node: Node }[] {
  if ("JoinExpr" in node) return [node.JoinExpr.larg, node.JoinExpr.rarg].flatMap((side) => (side ? fromItems(side) : []));
  if ("RangeVar" in node) return [{ name: node.RangeVar.alias?.aliasname ?? node.RangeVar.relname, node }];
  return "RangeSubselect" in node ? [{ name: node.RangeSubselect.alias?.aliasname, node }] : [];
}

function literalsOf(tree: Node): string[] {
  const found = new Set<string>();
  walk(tree, (node) => {
    if ("A_Const" in node && node.A_Const.sval) found.add(literal(node.A_Const.sval.sval ?? ""));
    return undefined;
  });
  return [...found].sort();
}

/** No condition, `true`, or two equal constants (`1 = 1`). */
function alwaysTrue(node: Node | undefined): boolean {
  if (!node) return true;
  if ("A_Const" in node) return node.A_Const.boolval?.boolval === true;
  if ("BoolExpr" in node) {
    const { boolop, args = [] } = node.BoolExpr;
    if (boolop === "AND_EXPR") return args.every(alwaysTrue);
    return boolop === "OR_EXPR" && args.some(alwaysTrue);
  }
  if (!("A_Expr" in node) || stringsOf(node.A_Expr.name).at(-1) !== "=") return false;
  const { lexpr, rexpr } = node.A_Expr;
  return !!lexpr && !!rexpr && "A_Const" in lexpr && "A_Const" in rexpr && sqlOf(lexpr) === sqlOf(rexpr);
}
