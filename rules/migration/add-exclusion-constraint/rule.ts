import { does, inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "exclusion constraint built under lock",
  detects: "`ADD EXCLUDE` on a table that is in use",
  effect: "Its index is built under ACCESS EXCLUSIVE, and there is no concurrent way",
  remedy: "Make a new table with the constraint and move the rows, or take a maintenance window",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (
      change.kind !== "add-constraint" ||
      change.constraint.kind !== "exclusion" ||
      !inUse(before, change.relation) ||
      !does(context, "index-build")
    )
      return null;
    return {
      message: `Adding an exclusion constraint builds its index while nobody can read ${readableQualified(change.relation)}`,
      about: change.relation,
      rests: "index-build",
      safer: [],
    };
  },
});
