import { does, inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table access method changed",
  detects: "`ALTER TABLE … SET ACCESS METHOD`",
  effect: "The table is written anew, or copied, under ACCESS EXCLUSIVE: nobody reads or writes meanwhile",
  remedy: "Make a new table with the access method and move the rows in batches",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "set-access-method" || !inUse(before, change.relation) || !does(context, "rewrite")) return null;
    return {
      message: `Changing the access method of ${readableQualified(change.relation)} writes every row anew while nobody can read it`,
      about: change.relation,
      rests: "rewrite",
      safer: [],
    };
  },
});
