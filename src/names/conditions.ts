import type { A_Expr, Node } from "@pgsql/types";
import { expressionKey } from "./expression-key.ts";
import { comparisonNode, negator, operatorName, operatorNode } from "./operators.ts";

/**
 * The conjuncts of a resolved condition in one form: ANDs flattened, NOT pushed to the leaves, BETWEEN and row equality split,
 * `x = true` reduced to `x`, one-item IN lists to `=`, and what every arm of an OR repeats taken out of it
 * (prepqual.c, canonicalize_qual). An OR stays one conjunct whose arguments are arms, each a single condition or an AND of such.
 */
export function conjuncts(node: Node): Node[] {
  if ("BoolExpr" in node) {
    const { boolop, args = [] } = node.BoolExpr;
    if (boolop === "AND_EXPR") return args.flatMap(conjuncts);
    if (boolop === "OR_EXPR") return disjunction(args.flatMap(orArms).map(conjuncts));
    const [arg] = args;
    const negated = arg ? negation(arg) : null;
    if (negated) return conjuncts(negated);
  }
  if ("A_Expr" in node) return comparison(node, node.A_Expr);
  return [node];
}

/** The arms of an OR, nested ones flattened; anything else is one arm. */
function orArms(node: Node): Node[] {
  return "BoolExpr" in node && node.BoolExpr.boolop === "OR_EXPR" ? (node.BoolExpr.args ?? []).flatMap(orArms) : [node];
}

function disjunction(arms: readonly (readonly Node[])[]): Node[] {
  const [first = []] = arms;
  if (arms.length === 1) return [...first];
  const keys = arms.map((arm) => new Set(arm.map(expressionKey)));
  const common = first.filter((each) => keys.every((set) => set.has(expressionKey(each))));
  const repeated = new Set(common.map(expressionKey));
  const rest = arms.map((arm) => arm.filter((each) => !repeated.has(expressionKey(each))));
  // (A AND B) OR A is A.
  if (rest.some((arm) => arm.length === 0)) return common;
  return [...common, { BoolExpr: { boolop: "OR_EXPR", args: rest.map(allOf) } }];
}

function allOf(parts: readonly Node[]): Node {
  return parts.length === 1 ? parts[0]! : { BoolExpr: { boolop: "AND_EXPR", args: [...parts] } };
}

/** The parts of one arm of an OR conjunct. */
export function armParts(arm: Node): readonly Node[] {
  return "BoolExpr" in arm && arm.BoolExpr.boolop === "AND_EXPR" ? (arm.BoolExpr.args ?? []) : [arm];
}

function comparison(node: Node, expression: A_Expr): Node[] {
  const { kind, lexpr, rexpr } = expression;
  if (!lexpr || !rexpr) return [node];
  const items = "List" in rexpr ? (rexpr.List.items ?? []) : [];
  const [low, high] = items;
  switch (kind) {
    case "AEXPR_BETWEEN":
      return low && high ? [comparisonNode(lexpr, ">=", low), comparisonNode(lexpr, "<=", high)] : [node];
    case "AEXPR_NOT_BETWEEN":
      return low && high ? [anyOf([comparisonNode(lexpr, "<", low), comparisonNode(lexpr, ">", high)])] : [node];
    case "AEXPR_BETWEEN_SYM":
      return low && high ? [anyOf([between(lexpr, low, high), between(lexpr, high, low)])] : [node];
    case "AEXPR_IN":
      return inList(node, lexpr, items, operatorName(expression.name));
    case "AEXPR_OP":
      return plainComparison(node, lexpr, operatorName(expression.name), rexpr);
    default:
      return [node];
  }
}

function anyOf(args: Node[]): Node {
  return { BoolExpr: { boolop: "OR_EXPR", args } };
}

function between(on: Node, low: Node, high: Node): Node {
  return allOf([comparisonNode(on, ">=", low), comparisonNode(on, "<=", high)]);
}

function inList(node: Node, on: Node, items: readonly Node[], operator: string): Node[] {
  if (items.length === 1) return conjuncts(comparisonNode(on, operator, items[0]!));
  if ("RowExpr" in on && operator === "=") return disjunction(items.map((item) => conjuncts(comparisonNode(on, "=", item))));
  return [node];
}

function plainComparison(node: Node, left: Node, operator: string, right: Node): Node[] {
  const a = "RowExpr" in left ? (left.RowExpr.args ?? []) : null;
  const b = "RowExpr" in right ? (right.RowExpr.args ?? []) : null;
  if (operator === "=" && a && b && a.length === b.length)
    return a.flatMap((each, position) => conjuncts(comparisonNode(each, "=", b[position]!)));
  if (operator !== "=" && operator !== "<>") return [node];
  // clauses.c, simplify_boolean_equality()
  const truth = booleanConstant(right) ?? booleanConstant(left);
  if (truth === null) return [node];
  const other = booleanConstant(right) === null ? right : left;
  return truth === (operator === "=") ? conjuncts(other) : conjuncts(not(other));
}

function booleanConstant(node: Node): boolean | null {
  return "A_Const" in node && node.A_Const.boolval ? (node.A_Const.boolval.boolval ?? false) : null;
}

function not(node: Node): Node {
  return { BoolExpr: { boolop: "NOT_EXPR", args: [node] } };
}

/** clauses.c, negate_clause(): NOT of a condition without the NOT; null when it has to stay. */
function negation(node: Node): Node | null {
  if ("BoolExpr" in node) {
    const { boolop, args = [] } = node.BoolExpr;
    if (boolop === "NOT_EXPR") return args[0] ?? null;
    return { BoolExpr: { boolop: boolop === "AND_EXPR" ? "OR_EXPR" : "AND_EXPR", args: args.map(not) } };
  }
  if ("NullTest" in node) {
    const nulltesttype = node.NullTest.nulltesttype === "IS_NULL" ? "IS_NOT_NULL" : "IS_NULL";
    return { NullTest: { ...node.NullTest, nulltesttype } };
  }
  if ("BooleanTest" in node) {
    const { booltesttype = "IS_TRUE" } = node.BooleanTest;
    const opposite = booltesttype.includes("IS_NOT_") ? booltesttype.replace("IS_NOT_", "IS_") : booltesttype.replace("IS_", "IS_NOT_");
    // Every value of the enum has its opposite under that name.
    return { BooleanTest: { ...node.BooleanTest, booltesttype: opposite as typeof booltesttype } };
  }
  return "A_Expr" in node ? negatedExpression(node.A_Expr) : null;
}

function negatedExpression(expression: A_Expr): Node | null {
  const opposite = negator(operatorName(expression.name));
  const rows = [expression.lexpr, expression.rexpr].some((side) => side && "RowExpr" in side);
  switch (expression.kind) {
    case "AEXPR_BETWEEN":
      return { A_Expr: { ...expression, kind: "AEXPR_NOT_BETWEEN", name: operatorNode("NOT BETWEEN") } };
    case "AEXPR_NOT_BETWEEN":
      return { A_Expr: { ...expression, kind: "AEXPR_BETWEEN", name: operatorNode("BETWEEN") } };
    case "AEXPR_DISTINCT":
      return { A_Expr: { ...expression, kind: "AEXPR_NOT_DISTINCT" } };
    case "AEXPR_NOT_DISTINCT":
      return { A_Expr: { ...expression, kind: "AEXPR_DISTINCT" } };
    case "AEXPR_OP_ANY":
      return opposite ? { A_Expr: { ...expression, kind: "AEXPR_OP_ALL", name: operatorNode(opposite) } } : null;
    case "AEXPR_OP_ALL":
      return opposite ? { A_Expr: { ...expression, kind: "AEXPR_OP_ANY", name: operatorNode(opposite) } } : null;
    case "AEXPR_OP":
    case "AEXPR_IN":
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
    case "AEXPR_SIMILAR":
      return opposite && !rows ? { A_Expr: { ...expression, name: operatorNode(opposite) } } : null;
    default:
      return null;
  }
}
