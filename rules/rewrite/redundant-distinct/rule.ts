import {
  equalityOn,
  type FromTable,
  identifiesRow,
  innerJoins,
  isPlain,
  isPlainDistinct,
  matchesOneRow,
  namesOfColumns,
  outputColumns,
  type QueryLevel,
  rewriteRule,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "DISTINCT over rows that cannot repeat",
  effect: "All rows are sorted or hashed to look for copies that the keys rule out",
  remedy: "Drop DISTINCT",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-DISTINCT",
      says: "SELECT DISTINCT eliminates duplicate rows from the result",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const { select } = level;
      if (!isPlainDistinct(select) || !isPlain(select, ["distinctClause", "sortClause", "limitCount", "limitOffset", "withClause"]))
        continue;
      const joined = innerJoins(level);
      if (!joined || level.aliases.length !== joined.tables.length) continue;
      const shown = outputColumns(level);
      const [first] = joined.tables.filter((table) => identifiesRow(table, namesOfColumns(shown, table), catalog));
      if (!first || !everyOtherOnce(first, joined, level, catalog)) continue;
      yield {
        node: withSelect(statement, level, { distinctClause: undefined }),
        because: "a unique key is among the columns shown and no join repeats a row, so there are no copies to look for",
        assumes: [`the unique key of "${first.alias}" holds: checked, its index is valid and its columns are NOT NULL`],
        contract: "same-result",
      };
    }
  },
});

/** Each further table is joined by a unique key of its own to tables already there. */
function everyOtherOnce(
  first: FromTable,
  { tables, conditions }: NonNullable<ReturnType<typeof innerJoins>>,
  level: QueryLevel,
  catalog: Parameters<typeof identifiesRow>[2],
): boolean {
  const reached = new Set([first]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const table of tables) {
      if (reached.has(table)) continue;
      const columns = conditions.flatMap((condition) => {
        const found = equalityOn(level, condition, table);
        return found && [...level.tablesIn(found.other)].every((each) => reached.has(each) || each.level !== level)
          ? [found.own.column.name]
          : [];
      });
      if (!matchesOneRow(table, new Set(columns), catalog)) continue;
      reached.add(table);
      grown = true;
    }
  }
  return reached.size === tables.length;
}
