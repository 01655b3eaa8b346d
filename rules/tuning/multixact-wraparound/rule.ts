import { tuningRule, wraparoundAdvice } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Multixacts near wraparound",
  severity: "warning",
  detects: "databases and tables whose oldest multixact has outlived the age at which autovacuum should have frozen it",
  effect: "near the end the server stops taking writes until a vacuum has frozen the table",
  remedy: "Find what keeps VACUUM from freezing (old transactions, slots, prepared transactions), then vacuum the oldest tables",
  leaveAlone: "a vacuum against wraparound runs at this moment and its table gets younger",
  needs: ["settings", "database", "maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND",
      says: "multixact IDs are stored as a 32-bit counter, so they require careful aging management, storage cleanup, and wraparound handling",
    },
  ],
  options: {
    overdue: {
      default: 1.5,
      min: 1,
      max: 10,
      unit: "times autovacuum_multixact_freeze_max_age",
      doc: "Age from which a vacuum is overdue",
    },
    errorAt: { default: 0.6, min: 0.1, max: 1, unit: "of the range", doc: "Part of the range from which it is an error" },
  },

  advise: (context) =>
    wraparoundAdvice({ age: "multixactAge", limit: "autovacuum_multixact_freeze_max_age", one: "multixact", unit: "multixacts" }, context),
});
