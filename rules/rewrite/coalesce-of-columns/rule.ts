import {
  and,
  equalitiesOf,
  isNull,
  isPlainText,
  literalOf,
  type Node,
  operation,
  or,
  type QueryLevel,
  replaceFilters,
  rewriteRule,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "COALESCE or NULLIF over columns compared with one value",
  effect: "No index on the columns can serve the condition",
  remedy: "Compare each column, with IS NULL where the one before it must be missing",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-conditional.html#FUNCTIONS-COALESCE-NVL-IFNULL",
      says: "COALESCE returns the first of its arguments that is not null; NULLIF(a, b) returns null if a equals b, otherwise a",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    const isSound = (column: Node | undefined) => {
      const use = column && level.column(column);
      return use && (isPlainText(use, catalog) || exact.has(use.column.baseType)) ? use : null;
    };
    for (const { left, right } of equalitiesOf(node)) {
      if (!level.isFixed(right) || literalOf(right)?.kind === "null") continue;
      const because = "each column can be looked up in its own index, and the two found sets are joined by bitmap";
      if ("CoalesceExpr" in left) {
        const [first, second, ...more] = left.CoalesceExpr.args ?? [];
        if (!first || !second || more.length > 0 || !sameTypes(isSound(first), isSound(second))) continue;
        return { to: or(operation(first, "=", right), and(isNull(first), operation(second, "=", right))), because };
      }
      const nullif = nullIf(left);
      if (nullif && sameTypes(isSound(nullif[0]), isSound(nullif[1]))) {
        const [first, second] = nullif;
        return { to: and(operation(first, "=", right), or(operation(second, "<>", right), isNull(second))), because };
      }
    }
    return null;
  }),
});

const exact = new Set(["int2", "int4", "int8", "numeric", "date", "timestamp", "timestamptz", "uuid"]);

type Use = ReturnType<QueryLevel["column"]>;

/** One type and collation, so that the one `=` is the other's. */
function sameTypes(a: Use, b: Use): boolean {
  return a !== null && b !== null && a.column.type === b.column.type && a.column.collation === b.column.collation;
}

function nullIf(node: Node): readonly [Node, Node] | null {
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_NULLIF") return null;
  const { lexpr, rexpr } = node.A_Expr;
  return lexpr && rexpr ? [lexpr, rexpr] : null;
}
