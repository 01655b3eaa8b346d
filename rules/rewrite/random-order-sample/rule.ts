import { changed, isPlain, plainCall, rewriteRule } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "ORDER BY random() LIMIT n over a table",
  effect: "All rows are read and sorted for a few of them",
  remedy: "Take a sample of the table's pages first, with TABLESAMPLE",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-FROM",
      says: "TABLESAMPLE SYSTEM does block-level sampling, so that rows of one block come together; the fraction is approximate",
    },
  ],
  volatileFunctions: true,
  options: {
    percent: { default: 1, min: 0.0001, max: 50, unit: "percent", doc: "Part of the table's pages to sample" },
    minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
  },

  *rewrite(statement, { catalog, options }) {
    for (const level of statement.levels) {
      const { select } = level;
      const [item, ...others] = select.sortClause ?? [];
      const [table, ...joined] = level.tables;
      if (!item || !("SortBy" in item) || others.length > 0 || plainCall(item.SortBy.node, "random")?.length !== 0) continue;
      if (!select.limitCount || !isPlain(select, ["sortClause", "limitCount"]) || !table || joined.length > 0 || level.aliases.length > 1)
        continue;
      if (table.relation.kind === "view" || (catalog.rows(table.relation) ?? 0) < options.minRows) continue;
      const sampled = {
        RangeTableSample: {
          relation: table.node,
          method: [{ String: { sval: "system" } }],
          args: [
            { A_Const: options.percent % 1 === 0 ? { ival: { ival: options.percent } } : { fval: { fval: String(options.percent) } } },
          ],
        },
      };
      yield {
        node: statement.replace([select, changed(select, { fromClause: [sampled] })]),
        because: "only the sampled pages are read and sorted",
        assumes: ["an uneven draw, in which rows of one page come together and fewer than asked may come, is good enough"],
        contract: "different-contract",
      };
    }
  },
});
