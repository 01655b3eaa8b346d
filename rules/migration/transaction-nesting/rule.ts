import { migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "transaction inside a transaction",
  detects: "BEGIN or COMMIT inside the transaction that the runner, or the file, has opened",
  effect: "BEGIN only warns; the first COMMIT ends the outer transaction, and what follows is neither atomic nor recorded with it",
  remedy: "Leave BEGIN and COMMIT to the tool, or tell it to run the file without a transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-begin.html",
      says: "BEGIN inside a transaction block warns and changes nothing; COMMIT ends the whole block",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "transaction") return null;
    const { kind } = before.transaction;
    const { runner } = context;
    if (change.action === "begin" && kind !== "none")
      return {
        message: `BEGIN runs inside ${kind === "wrapped" ? `the transaction that ${runner.name} opens` : "a transaction block"} and starts nothing`,
        safer: [],
      };
    // A COMMIT that goes with such a BEGIN is the same mistake.
    const begun = before.earlier.some((past) => past.change.kind === "transaction" && past.change.action === "begin");
    if (change.action !== "commit" || kind !== "wrapped" || begun) return null;
    return { message: `COMMIT ends the transaction that ${runner.name} opened: what follows runs without it`, safer: [] };
  },
});
