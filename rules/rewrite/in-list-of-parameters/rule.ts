import { cast, isParameter, type Node, operationOf, replaceFilters, rewriteRule, treeText } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "IN with a long list of parameters",
  effect: "Each length of the list is another statement to parse, to plan and to keep in pg_stat_statements",
  remedy: "Send one array parameter and compare with = ANY",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-comparisons.html#FUNCTIONS-COMPARISONS-ANY-SOME",
      says: "expression operator ANY (array expression) is true if any element compares true",
    },
    {
      url: "https://www.postgresql.org/docs/18/release-18.html",
      says: "since PostgreSQL 18 pg_stat_statements counts lists of constants of any length as one statement",
    },
  ],
  options: {
    minParameters: { default: 50, min: 2, max: 1e5, unit: "parameters", doc: "Leave shorter lists alone" },
  },

  *rewrite(statement, context) {
    const number = statement.parameterCount + 1;
    yield* replaceFilters<{ minParameters: { default: number; min: number; max: number; unit: string; doc: string } }>(
      ({ node, level }, { options }) => {
        const found = operationOf(node, "AEXPR_IN");
        const members = found && "List" in found.right ? (found.right.List.items ?? []) : [];
        const type = found && level.column(found.left)?.column.baseType;
        if (found?.operator !== "=" || !type || members.length < options.minParameters) return null;
        if (!members.every((member) => isParameter(member)) || new Set(members.map(treeText)).size < 2) return null;
        const array: Node = cast({ ParamRef: { number } }, `_${type}`);
        return {
          to: { A_Expr: { kind: "AEXPR_OP_ANY", name: [{ String: { sval: "=" } }], lexpr: found.left, rexpr: array } },
          because: "one statement serves lists of every length, and one parameter is bound instead of many",
          assumes: ["the application sends the list as one array parameter"],
          contract: "different-contract",
        };
      },
    )(statement, context);
  },
});
