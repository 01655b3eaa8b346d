import { columnList, inUse, migrationRule, outsideTransaction, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index lost with a column",
  detects: "`DROP COLUMN` of a column that a multi-column index, or a constraint, also holds",
  effect: "The whole index goes, and with it the plans on its other columns",
  remedy: "Build an index on the remaining columns first",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "DROP COLUMN also drops indexes and constraints that use the column",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "drop-column" || !inUse(before, change.relation)) return null;
    const { relation, column } = change;
    const lost = (before.table(relation)?.indexes ?? []).filter((each) => {
      const columns = [...each.keys.map((key) => key.column), ...each.include];
      const mentioned =
        columns.includes(column) ||
        mentions(each.predicate, column) ||
        each.keys.some((key) => key.column === null && mentions(key.sql, column));
      return mentioned && columns.some((name) => name !== column);
    });
    const [first] = lost;
    if (!first || first.addedHere) return null;
    const rest = first.keys.flatMap((each) => (each.column !== null && each.column !== column ? [each.column] : []));
    return {
      message: `${lost.map((each) => readableIdent(each.name)).join(", ")} of ${readableQualified(relation)} ${lost.length === 1 ? "goes" : "go"} with ${readableIdent(column)}`,
      about: relation,
      safer:
        rest.length === 0
          ? []
          : outsideTransaction(context, before, `CREATE INDEX CONCURRENTLY ON ${readableQualified(relation)} ${columnList(rest)}`),
    };
  },
});

function mentions(sql: string | null, column: string): boolean {
  return sql !== null && new RegExp(`(?<![\\w"])"?${column.replaceAll(/\W/g, "\\$&")}"?(?![\\w"])`).test(sql);
}
