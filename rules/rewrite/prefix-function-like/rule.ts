import {
  equalitiesOf,
  index,
  integerOf,
  isPlainText,
  key,
  like,
  type Node,
  plainCall,
  replaceFilters,
  rewriteRule,
  textConst,
  textOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "left() or substring() from the first character compared with a text of that length",
  effect: "Every value is cut before it is compared, and no index on the column can serve the condition",
  remedy: "Ask for the prefix with LIKE, which an index with text_pattern_ops serves",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-opclass.html",
      says: "text_pattern_ops supports LIKE with a fixed beginning when the collation is not C",
    },
  ],

  rewrite: replaceFilters(({ node, level }, { catalog }) => {
    for (const { left, right } of equalitiesOf(node)) {
      const prefix = textOf(right);
      const cut = prefix === null ? null : beginning(left);
      const use = cut && level.column(cut.column);
      if (!cut || !use || prefix === null || !isPlainText(use, catalog)) continue;
      if (prefix.length === 0 || [...prefix].length !== cut.length) continue;
      const pattern = textConst(`${prefix.replaceAll(/[\\%_]/g, "\\$&")}%`);
      return {
        to: like(cut.column, pattern),
        because: "a pattern with a fixed beginning is a range that an index with text_pattern_ops can find",
        suggests: [index(use.table.relation, "btree", [key(use.column.name, { operatorClass: `${use.column.baseType}_pattern_ops` })])],
      };
    }
    return null;
  }),
});

/** Column and length of left(c, n), substring(c, 1, n), substring(c from 1 for n) or substr(c, 1, n). */
function beginning(node: Node): { readonly column: Node; readonly length: number } | null {
  const left = plainCall(node, "left");
  const cut = plainCall(node, "substring") ?? plainCall(node, "substr");
  const column = (left ?? cut)?.[0];
  const length = left ? integerOf(left[1]) : cut?.length === 3 && integerOf(cut[1]) === 1n ? integerOf(cut[2]) : null;
  return column && length !== null && length > 0n ? { column, length: Number(length) } : null;
}
