import type { Node, SubLink } from "@pgsql/types";
import { functionName } from "./query-shape.ts";
import { namesOf } from "./resolve-expression.ts";

/** parse_target.c, FigureColname: the name that an unnamed output, or an expression in an index, gets; null: it suggests none. */
export function impliedName(node: Node): string | null {
  return suggested(node)?.name ?? null;
}

/** FigureColnameInternal. A weak name gives way to that of a type or of CASE around it. */
function suggested(node: Node | undefined): { readonly name: string; readonly weak: boolean } | null {
  if (node === undefined) return null;
  const strong = (name: string | undefined) => (name === undefined ? null : { name, weak: false });
  if ("ColumnRef" in node) return strong(namesOf(node.ColumnRef.fields)?.at(-1));
  if ("FuncCall" in node) return strong(functionName(node.FuncCall));
  if ("A_Expr" in node) return node.A_Expr.kind === "AEXPR_NULLIF" ? strong("nullif") : null;
  if ("CoalesceExpr" in node) return strong("coalesce");
  if ("MinMaxExpr" in node) return strong(node.MinMaxExpr.op === "IS_GREATEST" ? "greatest" : "least");
  if ("CollateClause" in node) return suggested(node.CollateClause.arg);
  if ("TypeCast" in node) {
    const inner = suggested(node.TypeCast.arg);
    const type = namesOf(node.TypeCast.typeName?.names)?.at(-1);
    return (inner === null || inner.weak) && type !== undefined ? { name: type, weak: true } : inner;
  }
  if ("CaseExpr" in node) {
    const inner = suggested(node.CaseExpr.defresult);
    return inner === null || inner.weak ? { name: "case", weak: true } : inner;
  }
  if ("SubLink" in node) return subqueryName(node.SubLink);
  if ("A_Indirection" in node) {
    const field = node.A_Indirection.indirection?.findLast((each) => "String" in each);
    return field && "String" in field ? strong(field.String.sval) : suggested(node.A_Indirection.arg);
  }
  return null;
}

/** An index holds no subquery: this is of outputs alone. */
function subqueryName({ subLinkType, subselect }: SubLink): ReturnType<typeof suggested> {
  if (subLinkType === "EXISTS_SUBLINK") return { name: "exists", weak: false };
  if (subLinkType === "ARRAY_SUBLINK") return { name: "array", weak: false };
  if (subLinkType !== "EXPR_SUBLINK" || !subselect || !("SelectStmt" in subselect)) return null;
  const [only] = subselect.SelectStmt.targetList ?? [];
  if (!only || !("ResTarget" in only)) return null;
  return only.ResTarget.name === undefined ? suggested(only.ResTarget.val) : { name: only.ResTarget.name, weak: false };
}
