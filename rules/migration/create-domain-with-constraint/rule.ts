import { migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "domain with a constraint",
  detects: "`CREATE DOMAIN` with CHECK or NOT NULL",
  effect: "Each new column of the domain rewrites its table, and each change of the constraint reads every table with it",
  remedy: "Keep the domain bare and put the CHECK on the table",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createdomain.html",
      says: "Constraints of a domain are tested when a value is converted to it",
    },
  ],

  judge(change) {
    if (change.kind !== "create-domain" || !change.constrained) return null;
    return { message: `Adding a column of the domain ${readableQualified(change.type)} will rewrite its table`, safer: [] };
  },
});
