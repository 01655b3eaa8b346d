import { migrationRule, type PastChange } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "transaction never committed",
  detects: "BEGIN without COMMIT before the end of the file",
  effect: "The connection closes and everything is rolled back, or the locks stay until it does",
  remedy: "End the file with COMMIT",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-begin.html",
      says: "BEGIN inside a transaction block warns and changes nothing; COMMIT ends the whole block",
    },
  ],

  *conclude(after) {
    let open: PastChange | null = null;
    for (const at of after.earlier) {
      if (at.change.kind !== "transaction") continue;
      if (at.change.action === "begin") open ??= at;
      if (at.change.action === "commit" || at.change.action === "rollback") open = null;
    }
    if (open)
      yield { at: open, message: "The transaction that begins here is never committed, so nothing in it is applied", safer: ["COMMIT"] };
  },
});
