import { inUse, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "NOT NULL dropped",
  detects: "`DROP NOT NULL` on a column whose readers rely on a value",
  effect: "Nulls arrive that NOT IN, joins and comparisons treat unlike any value, and application types may not expect",
  remedy: "Check the readers first; the change itself is instant",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop-not-null" || !inUse(before, change.relation)) return null;
    const column = before.table(change.relation)?.columns.find((each) => each.name === change.column);
    if (before.table(change.relation)?.complete && column?.notNull === false) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(change.column)} may hold nulls from now on`,
      about: change.relation,
      safer: [],
    };
  },
});
