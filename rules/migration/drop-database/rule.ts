import { migrationRule, readableIdent } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "database dropped",
  detects: "`DROP DATABASE`",
  effect: "The whole database is gone, at once and for good",
  remedy: "Leave that to a person",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-dropdatabase.html",
      says: "DROP DATABASE removes the data directory and cannot be undone",
    },
  ],

  judge(change) {
    if (change.kind !== "drop-database") return null;
    return { message: `DROP DATABASE ${readableIdent(change.name)} removes everything, and cannot run in a transaction`, safer: [] };
  },
});
