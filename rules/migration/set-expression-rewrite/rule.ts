import { does, inUse, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "expression of a stored generated column changed",
  detects: "`ALTER COLUMN … SET EXPRESSION` on a stored generated column",
  effect: "The whole table is written anew under ACCESS EXCLUSIVE",
  remedy: "Add a new column, fill it in batches, then swap the names",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-generated-columns.html",
      says: "A stored generated column is computed when written and takes space; a virtual one when read",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "set-expression" || !inUse(before, change.relation) || !does(context, "rewrite")) return null;
    return {
      message: `The new expression of ${readableQualified(change.relation)}.${readableIdent(change.column)} writes every row of the table anew`,
      about: change.relation,
      rests: "rewrite",
      safer: [],
    };
  },
});
