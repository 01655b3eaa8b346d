import { alterTable, constraintName, inLaterMigration, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "constraint never validated",
  detects: "A constraint added NOT VALID that no statement validates",
  effect: "Old rows may break it, and the planner does not rely on it",
  remedy: "Validate it in a later migration",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  *conclude(after, context) {
    for (const at of after.earlier) {
      const { change } = at;
      if (change.kind !== "add-constraint" || !change.constraint.notValid) continue;
      const name = constraintName(change.relation, change.constraint);
      const left = after.table(change.relation)?.constraints.find((each) => each.name === name && !each.validated);
      if (!left) continue;
      yield {
        at,
        message: `${readableIdent(name)} of ${readableQualified(change.relation)} is never validated`,
        about: change.relation,
        safer: inLaterMigration(context, after, `${alterTable(change.relation)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
      };
    }
  },
});
