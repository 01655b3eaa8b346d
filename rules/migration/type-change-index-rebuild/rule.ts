import { does, inUse, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "type change that builds indexes anew",
  detects: "`ALTER COLUMN TYPE` that keeps the rows but changes how an index compares them: another collation, citext, timestamptz",
  effect: "Each index on the column is built anew under ACCESS EXCLUSIVE",
  remedy: "Add a new column with its index built CONCURRENTLY, and swap",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "alter-column-type" || !inUse(before, change.relation) || !does(context, "index-build") || does(context, "rewrite"))
      return null;
    const { relation, column } = change;
    const indexes =
      before.table(relation)?.indexes.filter((each) => each.keys.some((key) => key.column === column || key.column === null)) ?? [];
    return {
      message: `The new type of ${readableQualified(relation)}.${readableIdent(column)} keeps the rows, but ${indexes.map((each) => readableIdent(each.name)).join(", ") || "its indexes"} must be built anew while nobody can read the table`,
      about: relation,
      rests: "index-build",
      safer: [],
    };
  },
});
