import {
  and,
  isPlain,
  levelOf,
  matchesOneRow,
  type Node,
  replaceFilters,
  rewriteRule,
  type SelectStmt,
  sameTable,
  targetsOf,
  underAlias,
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A row of a table looked for by its key among rows of the same table",
  effect: "The table is read a second time to find the row one already has",
  remedy: "Ask the row itself",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-subquery.html#FUNCTIONS-SUBQUERY-IN",
      says: "IN is true if any equal subquery row is found, null if none is equal and a null is among them, else false",
    },
  ],

  *rewrite(statement, context) {
    yield* replaceFilters(({ node, level }, { catalog }) => {
      if (!("SubLink" in node) || node.SubLink.subLinkType !== "ANY_SUBLINK" || node.SubLink.operName) return null;
      const { testexpr, subselect } = node.SubLink;
      const query: SelectStmt | undefined = subselect && "SelectStmt" in subselect ? subselect.SelectStmt : undefined;
      const own = query && levelOf(statement, query);
      const [table] = own?.tables ?? [];
      const outer = testexpr && level.column(testexpr);
      const [shown, ...more] = query ? targetsOf(query) : [];
      const inner = own && shown && own.column(shown.val);
      if (!query || !own || !table || !outer || !inner || more.length > 0 || inner.table !== table || !isPlain(query)) return null;
      if (own.aliases.length !== 1 || table.renamed || outer.table.renamed || outer.table.nullable || outer.table.level !== level)
        return null;
      if (!sameTable(table, outer.table) || inner.column.name !== outer.column.name || !outer.notNull) return null;
      if (!matchesOneRow(table, new Set([inner.column.name]), catalog) || own.where.length === 0) return null;
      const moved = own.where.map((condition) => underAlias(own, condition, { from: table, to: outer.table.alias }));
      if (moved.some((condition) => condition === null)) return null;
      const conditions = moved.flatMap((condition): Node[] => (condition ? [condition] : []));
      return {
        to: conditions.length === 1 ? whereOf(conditions)! : and(...conditions),
        because: "the key finds the very same row, so its conditions can be asked of the row itself",
        assumes: ["the key is unique: checked, its index is valid and the column is NOT NULL"],
      };
    })(statement, context);
  },
});
