import {
  and,
  type ColumnUse,
  exists,
  type FromTable,
  innerJoins,
  isPlain,
  levelOf,
  matchesOneRow,
  type Node,
  type QueryLevel,
  replaceFilters,
  rewriteRule,
  type SelectStmt,
  sameTable,
  selectOf,
  selectOne,
  targetsOf,
  underAlias,
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
      const outer = testexpr && level.column(testexpr);
      const [shown, ...more] = query ? targetsOf(query) : [];
      const inner = own && shown && own.column(shown.val);
      const joined = own && innerJoins(own);
      if (!query || !own || !joined || !outer || !inner || more.length > 0 || inner.table.level !== own || !isPlain(query)) return null;
      const { table } = inner;
      const others = joined.tables.filter((each) => each !== table);
      if (table.renamed || outer.table.renamed || outer.table.nullable || outer.table.level !== level) return null;
      if (!sameTable(table, outer.table) || inner.column.name !== outer.column.name || !outer.notNull) return null;
      if (!matchesOneRow(table, new Set([inner.column.name]), catalog) || joined.conditions.length === 0) return null;
      if (others.some((each) => each.alias === outer.table.alias)) return null;
      const moved = joined.conditions.map((condition) => underAlias(own, condition, { from: table, to: outer.table.alias }));
      const conditions = moved.flatMap((condition, n): Node[] =>
        condition && !isKeyNotNull(joined.conditions[n]!, inner, own) ? [condition] : [],
      );
      if (moved.includes(null) || conditions.length === 0) return null;
      return {
        to: others.length === 0 ? and(...conditions) : partnerOf(others, conditions),
        because: "the key finds the very same row, so its conditions can be asked of the row itself",
        assumes: ["the key is unique: checked, its index is valid and the column is NOT NULL"],
      };
    })(statement, context);
  },
});

/** `key IS NOT NULL`, as Prisma adds it: the key never is. */
function isKeyNotNull(node: Node, key: ColumnUse, level: QueryLevel): boolean {
  if (!("NullTest" in node) || node.NullTest.nulltesttype !== "IS_NOT_NULL" || !key.notNull) return false;
  const use = level.column(node.NullTest.arg);
  return use?.table === key.table && use.column === key.column;
}

/** What was joined to the row inside is asked for as a row that exists. */
function partnerOf(tables: readonly FromTable[], conditions: readonly Node[]): Node {
  return exists(
    selectOf({
      targetList: [...selectOne],
      fromClause: tables.map((table) => table.node),
      whereClause: and(...conditions),
    }),
  );
}
