import { comparisonsOf, type Node, type Operation, type QueryLevel, rewriteRule, row, sameTree } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A position in an order spelled out: a > x OR (a = x AND b > y)",
  effect: "The OR keeps an index on (a, b) from being entered at the position; rows before it are read and dropped",
  remedy: "Compare rows: (a, b) > (x, y), which an index on (a, b) serves as one range",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-comparisons.html#ROW-WISE-COMPARISON",
      says: "rows are compared from left to right, stopping as soon as an unequal or null pair is found",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels)
      for (const condition of level.where) {
        const pairs = positionOf(condition, level);
        const [first] = pairs ?? [];
        if (!pairs || !first) continue;
        const to: Node = {
          A_Expr: {
            kind: "AEXPR_OP",
            name: [{ String: { sval: pairs.at(-1)!.operator } }],
            lexpr: row(...pairs.map((pair) => pair.left)),
            rexpr: row(...pairs.map((pair) => pair.right)),
          },
        };
        const because = `the row comparison is one range of an index on its ${pairs.length} columns, entered where the page begins`;
        yield { node: statement.replace([condition, to]), because, assumes: [], contract: "same-result" };
      }
  },
});

/** Column, operator and bound of each step; null when the condition is not exactly a position in one direction. */
function positionOf(node: Node, level: QueryLevel): Operation[] | null {
  if (!("BoolExpr" in node) || node.BoolExpr.boolop !== "OR_EXPR") return null;
  const [one, other, ...more] = node.BoolExpr.args ?? [];
  if (!one || !other || more.length > 0) return null;
  return steps(one, other, level) ?? steps(other, one, level);
}

function steps(ahead: Node, tied: Node, level: QueryLevel): Operation[] | null {
  if (!("BoolExpr" in tied) || tied.BoolExpr.boolop !== "AND_EXPR") return null;
  for (const first of comparisonsOf(ahead)) {
    if (!level.column(first.left) || !level.isFixed(first.right) || (first.operator !== ">" && first.operator !== "<")) continue;
    const parts = tied.BoolExpr.args ?? [];
    const equal = parts.find((part) =>
      comparisonsOf(part).some((each) => each.operator === "=" && sameTree(each.left, first.left) && sameTree(each.right, first.right)),
    );
    const [rest, ...others] = parts.filter((part) => part !== equal);
    if (!equal || !rest || others.length > 0) continue;
    const deeper = positionOf(rest, level);
    if (deeper && deeper[0]?.operator === first.operator) return [first, ...deeper];
    // The last step may include the bound: the row comparison then is >= or <=.
    for (const last of comparisonsOf(rest))
      if (
        level.column(last.left) &&
        level.isFixed(last.right) &&
        (last.operator === first.operator || last.operator === `${first.operator}=`)
      )
        return [first, last];
  }
  return null;
}
