import { alterTable, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "autovacuum switched off",
  detects: "`SET (autovacuum_enabled = false)`",
  effect: "Dead rows pile up, statistics grow stale, and a forced vacuum against transaction id wraparound comes at the worst time",
  remedy: "Tune its thresholds for the table instead",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM",
      says: "Autovacuum keeps dead rows, statistics and transaction ids in bounds",
    },
  ],

  judge(change) {
    if (
      change.kind !== "set-storage-parameters" ||
      !change.parameters.some((each) => /^(toast\.)?autovacuum_enabled=(false|off|0|no|f|n)$/.test(each))
    )
      return null;
    return {
      message: `Autovacuum no longer cares for ${readableQualified(change.relation)}`,
      about: change.relation,
      safer: [`${alterTable(change.relation)} SET (autovacuum_vacuum_scale_factor = 0.02)`],
    };
  },
});
