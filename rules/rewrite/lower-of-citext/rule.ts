import {
  type ColumnUse,
  cast,
  equalitiesOf,
  type Node,
  operation,
  operationOf,
  plainCall,
  type QueryLevel,
  rangeIndex,
  replaceFilters,
  rewriteRule,
  textConst,
  textOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "lower() of a citext column in an equality",
  effect: "citext folds case itself: lower() makes it text, which no index on the column can serve",
  remedy: "Compare the bare column with a citext value",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/citext.html",
      says: "citext calls lower internally when comparing values, with the database's default collation, and compares the results",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    const found = equality(node, level) ?? list(node, level);
    return (
      found && {
        to: found.to,
        because: "the bare column, which ignores case already, can be looked up in an index and estimated from its statistics",
        suggests: rangeIndex(found.use, catalog),
      }
    );
  }),
});

interface Found {
  readonly to: Node;
  readonly use: ColumnUse;
}

function equality(node: Node, level: QueryLevel): Found | null {
  for (const { left, right } of equalitiesOf(node)) {
    const folded = loweredColumn(left, level);
    const value = folded && foldedValue(right, level);
    if (folded && value) return { to: operation(folded.column, "=", value), use: folded.use };
  }
  return null;
}

/** `lower(column) IN ('a', 'b')`. */
function list(node: Node, level: QueryLevel): Found | null {
  const found = operationOf(node, "AEXPR_IN");
  const folded = found?.operator === "=" ? loweredColumn(found.left, level) : null;
  const items = found && "List" in found.right ? (found.right.List.items ?? []) : [];
  if (!folded || !("A_Expr" in node) || items.length === 0 || !items.every((item) => isFoldedLiteral(item))) return null;
  // Beside a value of type text, citext is compared as text.
  const untyped = items.map((item) => textConst(textOf(item) ?? ""));
  return { to: { A_Expr: { ...node.A_Expr, lexpr: folded.column, rexpr: { List: { items: untyped } } } }, use: folded.use };
}

/** `column` of `lower(column)` or `lower(column::text)`. A collation of its own folds in another way than citext does. */
function loweredColumn(node: Node, level: QueryLevel): { readonly column: Node; readonly use: ColumnUse } | null {
  const [arg] = plainCall(node, "lower") ?? [];
  const column = arg && "TypeCast" in arg && level.type(arg) === "text" ? arg.TypeCast.arg : arg;
  const use = level.column(column);
  return column && use?.column.baseType === "citext" && use.column.collation === null ? { column, use } : null;
}

/** What lower() is equal to, as a value whose case does not matter; null where the case of the value decides. */
function foldedValue(node: Node, level: QueryLevel): Node | null {
  if (isFoldedLiteral(node)) return textConst(textOf(node) ?? "");
  const [value] = plainCall(node, "lower") ?? [];
  if (!value || !level.isFixed(value)) return null;
  const text = textOf(value);
  if (text !== null) return textConst(text);
  return "ParamRef" in value || level.type(value) === "text" ? cast(cast(value, "text"), "citext") : null;
}

/** Lower case already; of letters beyond ASCII the server's locale knows. */
function isFoldedLiteral(node: Node): boolean {
  const text = textOf(node);
  return text !== null && /^[\x20-\x40\x5b-\x7e]*$/.test(text);
}
