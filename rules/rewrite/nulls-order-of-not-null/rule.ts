import { changed, orderKeys, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "NULLS FIRST or NULLS LAST for columns that are never null",
  effect: "An index in this order cannot be read in place of the sort, as it would put nulls elsewhere",
  remedy: "Leave NULLS FIRST and NULLS LAST out",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-ordering.html",
      says: "B-tree indexes store nulls last in ascending order; an index can only satisfy an ORDER BY with the same position of nulls",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const { sortClause } = level.select;
      const keys = orderKeys(level) ?? [];
      const odd = keys.filter(({ use, descending, nullsFirst }) => use.notNull && nullsFirst !== descending);
      // ROLLUP and CUBE make nulls of their own.
      const grouped = (level.select.groupClause ?? []).some((node) => "GroupingSet" in node);
      if (!sortClause || odd.length === 0 || grouped) continue;
      const nodes = new Set(odd.map(({ node }) => node));
      const plain = sortClause.map((node) =>
        nodes.has(node) && "SortBy" in node ? { SortBy: { ...node.SortBy, sortby_nulls: "SORTBY_NULLS_DEFAULT" as const } } : node,
      );
      yield {
        node: statement.replace([level.select, changed(level.select, { sortClause: plain })]),
        because: "an index on the column can be read in this order, from either end",
        assumes: ["the columns are never null: checked, they are NOT NULL and no outer join can leave them out"],
        contract: "same-result",
      };
    }
  },
});
