import { inUse, migrationRule, reachesAllRows, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "all rows updated at once",
  detects: "`UPDATE` without a WHERE that limits it",
  effect: "Every row is locked until the end and stored a second time: the table doubles, replicas lag, VACUUM has to catch up",
  remedy: "Update in batches by key, each in its own transaction, outside the migration",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/routine-vacuuming.html",
      says: "An UPDATE or DELETE leaves the old row version behind until VACUUM",
    },
  ],
  options: {
    minBytes: { default: 10_485_760, min: 0, max: 1e15, unit: "bytes", doc: "Leave smaller tables alone, where their size is known" },
  },

  judge(change, before, context) {
    if (change.kind !== "update" || !inUse(before, change.relation) || !reachesAllRows(change, before)) return null;
    const known = before.table(change.relation)?.before;
    if (context.hasFigures && known && known.rows !== null && known.bytes < context.options.minBytes) return null;
    const rows = context.hasFigures && known?.rows ? `, about ${Math.round(known.rows)} rows,` : "";
    return {
      message: `UPDATE reaches all rows of ${readableQualified(change.relation)}${rows} in one statement`,
      about: change.relation,
      safer: [],
    };
  },
});
