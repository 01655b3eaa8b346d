import { equalitiesOf, literalOf, type Node, type QueryLevel, rewriteRule, sameTree } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "One column compared with several constants by OR",
  effect: "Before PostgreSQL 18 each arm is an index search of its own in a bitmap, and the order of an index is lost",
  remedy: "Write one IN list",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-comparisons.html#FUNCTIONS-COMPARISONS-IN-SCALAR",
      says: "expression IN (value, …) is a shorthand for comparisons with = joined by OR",
    },
  ],
  gates: [
    {
      from: 18,
      changes: "The planner turns OR clauses on one column into = ANY of an array by itself",
      source: {
        url: "https://www.postgresql.org/docs/18/release-18.html",
        says: "Convert some OR clauses to arrays for faster index processing",
      },
    },
  ],

  *rewrite(statement, { postgres }) {
    if (postgres >= 18) return;
    for (const level of statement.levels)
      for (const condition of level.where) {
        const list = listOf(condition, level);
        if (!list) continue;
        const to: Node = {
          A_Expr: { kind: "AEXPR_IN", name: [{ String: { sval: "=" } }], lexpr: list.column, rexpr: { List: { items: list.values } } },
        };
        const because = "one = ANY over a list can walk the index in order, which the OR of searches cannot";
        yield { node: statement.replace([condition, to]), because, assumes: [], contract: "same-result" };
      }
  },
});

function listOf(node: Node, level: QueryLevel): { readonly column: Node; readonly values: Node[] } | null {
  if (!("BoolExpr" in node) || node.BoolExpr.boolop !== "OR_EXPR") return null;
  const arms = (node.BoolExpr.args ?? []).map((arm) => equalitiesOf(arm).find(({ left }) => level.column(left)) ?? null);
  const [first] = arms;
  if (!first) return null;
  const values: Node[] = [];
  const kinds = new Set<string>();
  for (const arm of arms) {
    const literal = literalOf(arm?.right);
    if (!arm || !literal || !sameTree(arm.left, first.left)) return null;
    kinds.add(`${literal.kind} ${literal.type}`);
    values.push(arm.right);
  }
  // A list of mixed types is compared in one common type, the arms each in their own.
  return kinds.size === 1 ? { column: first.left, values } : null;
}
