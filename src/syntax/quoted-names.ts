import type { A_Expr, Node } from "@pgsql/types";
import { ident, readableIdent } from "../domain/identifier.ts";

/**
 * Quotes in one node the names that pgsql-deparser 18.3.8 writes bare: of CTEs, windows, named arguments, join aliases, prepared
 * statements, conflict constraints and operators' schemas. The result is for that deparser only: its names are SQL, not names.
 */
export function keepNames(node: Node): Node {
  if ("CommonTableExpr" in node) return { CommonTableExpr: quoted(node.CommonTableExpr, "ctename") };
  if ("NamedArgExpr" in node) return { NamedArgExpr: quoted(node.NamedArgExpr, "name") };
  if ("PrepareStmt" in node) return { PrepareStmt: quoted(node.PrepareStmt, "name") };
  if ("WindowDef" in node) return { WindowDef: quotedWindow(node.WindowDef) };
  if ("FuncCall" in node && node.FuncCall.over) return { FuncCall: { ...node.FuncCall, over: quotedWindow(node.FuncCall.over) } };
  if ("A_Expr" in node) return { A_Expr: quotedOperator(node.A_Expr) };
  if ("JoinExpr" in node) {
    const { alias, join_using_alias: using } = node.JoinExpr;
    const aliases = { ...(alias && { alias: quoted(alias, "aliasname") }), ...(using && { join_using_alias: quoted(using, "aliasname") }) };
    return { JoinExpr: { ...node.JoinExpr, ...aliases } };
  }
  if ("InsertStmt" in node && node.InsertStmt.onConflictClause?.infer) {
    const { onConflictClause: clause } = node.InsertStmt;
    const infer = quoted(node.InsertStmt.onConflictClause.infer, "conname");
    return { InsertStmt: { ...node.InsertStmt, onConflictClause: { ...clause, infer } } };
  }
  return node;
}

type Window = Extract<Node, { WindowDef: unknown }>["WindowDef"];

function quotedWindow(window: Window): Window {
  // Inside OVER (…) even the words RANGE and PARTITION would be read as the start of the next clause.
  return quoted(window.refname ? { ...window, refname: ident(window.refname) } : window, "name");
}

/** `OPERATOR("My".+)`: all parts of the name but the last are schemas. */
function quotedOperator(expression: A_Expr): A_Expr {
  const { name = [] } = expression;
  if (name.length < 2) return expression;
  const parts = name.map((part, at) => (at < name.length - 1 && "String" in part ? { String: quoted(part.String, "sval") } : part));
  return { ...expression, name: parts };
}

function quoted<T extends object>(owner: T, field: keyof T & string): T {
  const name = owner[field];
  return typeof name === "string" && name !== "" ? { ...owner, [field]: readableIdent(name) } : owner;
}
