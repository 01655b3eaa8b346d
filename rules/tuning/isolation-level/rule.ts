import { aboutServer, evidence, percent, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Strict isolation with many rollbacks",
  severity: "note",
  detects: "repeatable read or serializable as default where many transactions are rolled back",
  effect: "transactions that meet another's change fail and have to be run again",
  remedy: "Ask for the strict level only in the transactions that need it, keep those short, and retry them",
  leaveAlone: "the rollbacks are the application's own, and not failures to serialize",
  needs: ["database", "settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/transaction-iso.html",
      says: "Applications using this level must be prepared to retry transactions due to serialization failures",
    },
  ],
  options: { minShare: { default: 0.05, min: 0.001, max: 1, unit: "of the transactions", doc: "Part of the transactions rolled back" } },

  *advise({ health, setting, options }) {
    const level = setting("default_transaction_isolation");
    const { database } = health;
    if (!database || (level !== "serializable" && level !== "repeatable read")) return;
    const total = database.commits + database.rollbacks;
    const share = total === 0 ? 0 : database.rollbacks / total;
    if (share < options.minShare) return;
    yield {
      about: aboutServer,
      message: `default_transaction_isolation is ${level}, and ${percent(share)} of the transactions are rolled back`,
      evidence: [
        evidence("rolled back", database.rollbacks, "transactions"),
        evidence("committed", database.commits, "transactions"),
        evidence("default_transaction_isolation", level),
      ],
      // A change of meaning: only who knows the transactions may make it.
      apply: [],
      undo: [],
      help: "First write SET TRANSACTION ISOLATION LEVEL into the transactions that rely on it; only then set default_transaction_isolation to read committed, for one role or database at a time",
      trial: {
        kind: "arithmetic",
        formula: `xact_rollback ÷ (xact_commit + xact_rollback) = ${percent(share)}; the counter does not tell why`,
      },
    };
  },
});
