import type { A_Expr, Node } from "@pgsql/types";

/**
 * Adds to one node the parentheses that pgsql-deparser 18.3.8 leaves out around its operands: it minds those of plain operators in
 * plain operators and of AND and OR in each other, and little else: `(a OR b) IS NULL` comes back as `a OR b IS NULL`.
 * Operator precedence: SQL manual 4.1.6.
 */
export function keepPrecedence(node: Node): Node {
  if ("A_Expr" in node) return { A_Expr: guardedOperands(node.A_Expr) };
  if ("NullTest" in node) return { NullTest: { ...node.NullTest, ...guard({ arg: node.NullTest.arg }) } };
  if ("BooleanTest" in node) return { BooleanTest: { ...node.BooleanTest, ...guard({ arg: node.BooleanTest.arg }) } };
  if ("JsonIsPredicate" in node) return { JsonIsPredicate: { ...node.JsonIsPredicate, ...guard({ expr: node.JsonIsPredicate.expr }) } };
  if ("CollateClause" in node) return { CollateClause: { ...node.CollateClause, ...guard({ arg: node.CollateClause.arg }) } };
  if ("SubLink" in node) return { SubLink: { ...node.SubLink, ...guard({ testexpr: node.SubLink.testexpr }) } };
  if ("A_Indirection" in node) {
    const { arg } = node.A_Indirection;
    return arg && !takesSubscript(arg) ? { A_Indirection: { ...node.A_Indirection, arg: inParentheses(arg) } } : node;
  }
  if ("FuncCall" in node && node.FuncCall.funcformat === "COERCE_SQL_SYNTAX" && node.FuncCall.args) {
    return { FuncCall: { ...node.FuncCall, args: node.FuncCall.args.map((arg) => guardedOperand(arg, nothing)) } };
  }
  return node;
}

function guardedOperands(expression: A_Expr): A_Expr {
  const { kind, lexpr, rexpr } = expression;
  if (kind === "AEXPR_OP") return { ...expression, ...guard({ lexpr, rexpr }, isOperator) };
  if (kind === "AEXPR_IN" || kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL" || kind === "AEXPR_NULLIF") {
    return { ...expression, ...guard({ lexpr }) };
  }
  if (rexpr && "List" in rexpr) {
    const bounds = rexpr.List.items?.map((bound) => guardedOperand(bound));
    return { ...expression, ...guard({ lexpr }), rexpr: { List: { ...rexpr.List, ...(bounds && { items: bounds }) } } };
  }
  // SIMILAR TO's pattern stands inside a call to similar_to_escape, which the deparser unwraps.
  if (kind === "AEXPR_SIMILAR" && rexpr && "FuncCall" in rexpr && rexpr.FuncCall.args) {
    const pattern = { FuncCall: { ...rexpr.FuncCall, args: rexpr.FuncCall.args.map((arg) => guardedOperand(arg)) } };
    return { ...expression, ...guard({ lexpr }), rexpr: pattern };
  }
  return { ...expression, ...guard({ lexpr, rexpr }) };
}

type Operands = Readonly<Record<string, Node | undefined>>;

/** The same fields, absent ones left out, with parentheses where an operand needs them and `isSafe` does not say otherwise. */
function guard<T extends Operands>(operands: T, isSafe = isTighter): { [K in keyof T]?: Node } {
  const guarded: { [K in keyof T]?: Node } = {};
  for (const key in operands) {
    const operand = operands[key];
    if (operand) guarded[key] = guardedOperand(operand, isSafe);
  }
  return guarded;
}

function guardedOperand(node: Node, isSafe: (node: Node) => boolean = isTighter): Node {
  return isOpen(node) && !isSafe(node) ? inParentheses(node) : node;
}

/** Could a neighbouring operator take a part of it away? Everything else brings its own brackets or keywords. */
function isOpen(node: Node): boolean {
  if ("SubLink" in node) return node.SubLink.subLinkType === "ANY_SUBLINK" || node.SubLink.subLinkType === "ALL_SUBLINK";
  if ("FuncCall" in node) return node.FuncCall.funcformat === "COERCE_SQL_SYNTAX" && node.FuncCall.args?.length === 2;
  return (
    ("A_Expr" in node && node.A_Expr.kind !== "AEXPR_NULLIF") ||
    "BoolExpr" in node ||
    "NullTest" in node ||
    "BooleanTest" in node ||
    "JsonIsPredicate" in node ||
    "CollateClause" in node
  );
}

/** AT TIME ZONE binds tighter than operators. */
function nothing(): boolean {
  return false;
}

/** The deparser sets these right below another plain operator. */
function isOperator(node: Node): boolean {
  return "A_Expr" in node && node.A_Expr.kind === "AEXPR_OP";
}

/** Operators other than comparisons bind tighter than LIKE, IN, BETWEEN and IS. */
function isTighter(node: Node): boolean {
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP") return false;
  const [name, ...rest] = node.A_Expr.name ?? [];
  return rest.length === 0 && name !== undefined && "String" in name && !/^(?:[<>=]|<=|>=|<>|!=)$/.test(name.String.sval ?? "");
}

/** What the deparser writes so that `[1]` or `.field` may follow. */
function takesSubscript(node: Node): boolean {
  const tags = ["ColumnRef", "ParamRef", "A_Expr", "SubLink", "RowExpr", "FuncCall", "TypeCast", "A_Indirection"];
  return tags.some((tag) => tag in node);
}

/** An implicit row of one column is how a tree can say `(…)`: the grammar reads it back as what is inside. */
function inParentheses(node: Node): Node {
  return { RowExpr: { args: [node], row_format: "COERCE_IMPLICIT_CAST" } };
}
