import { does, inUse, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table moved to another tablespace",
  detects: "`ALTER TABLE … SET TABLESPACE`",
  effect: "The table is written anew, or copied, under ACCESS EXCLUSIVE: nobody reads or writes meanwhile",
  remedy: "pg_repack moves a table with a short lock at the end",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "set-tablespace" || !inUse(before, change.relation) || !does(context, "rewrite")) return null;
    return {
      message: `Moving ${readableQualified(change.relation)} to the tablespace ${readableIdent(change.to)} copies it while nobody can read it`,
      about: change.relation,
      rests: "rewrite",
      safer: [],
    };
  },
});
