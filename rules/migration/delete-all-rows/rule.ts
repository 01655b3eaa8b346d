import { inUse, migrationRule, reachesAllRows, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "all rows deleted at once",
  detects: "`DELETE` without a WHERE that limits it",
  effect: "Every row is locked until the end, and its space comes back only with VACUUM",
  remedy: "Delete in batches by key; TRUNCATE, where nobody uses the table",
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
    if (change.kind !== "delete" || !inUse(before, change.relation) || !reachesAllRows(change, before)) return null;
    const known = before.table(change.relation)?.before;
    if (context.hasFigures && known && known.rows !== null && known.bytes < context.options.minBytes) return null;
    const rows = context.hasFigures && known?.rows ? `, about ${Math.round(known.rows)} rows,` : "";
    return {
      message: `DELETE reaches all rows of ${readableQualified(change.relation)}${rows} in one statement`,
      about: change.relation,
      safer: [],
    };
  },
});
