import { migrationRule, percent, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index that ends HOT updates",
  detects: "A new index on a table that is updated all the time, mostly in place so far",
  effect: "An update of an indexed column writes to every index of the table instead of none, and leaves more for VACUUM",
  remedy: "Leave out columns that change often, or make the index partial",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/storage-hot.html",
      says: "An update changes no index as long as it leaves all indexed columns alone",
    },
  ],
  gates: [
    {
      from: 16,
      changes: "Columns only in BRIN indexes no longer prevent HOT updates",
      source: { url: "https://www.postgresql.org/docs/release/16.0/", says: "Allow HOT updates if only BRIN-indexed columns are updated" },
    },
  ],
  options: {
    minUpdates: {
      default: 100_000,
      min: 0,
      max: 1e12,
      unit: "updates",
      doc: "Updates since the counters were reset that make a table write-hot",
    },
    minHotPercent: { default: 50, min: 0, max: 100, unit: "%", doc: "Part of the updates that change no index so far" },
  },

  judge(change, before, context) {
    if (change.kind !== "create-index" || (change.accessMethod === "brin" && context.postgres >= 16)) return null;
    const table = before.table(change.relation);
    const activity = table?.before?.activity ?? null;
    if (!table || !activity || !context.hasFigures || activity.rowsUpdated < context.options.minUpdates) return null;
    const hot = activity.rowsHotUpdated / Math.max(1, activity.rowsUpdated);
    const indexed = new Set(table.indexes.flatMap((each) => [...each.keys.map((key) => key.column), ...each.include]));
    const fresh = change.keys.flatMap((each) => (each.column !== null && !indexed.has(each.column) ? [each.column] : []));
    if (hot * 100 < context.options.minHotPercent || fresh.length === 0) return null;
    return {
      message: `${percent(hot)} of the ${activity.rowsUpdated} updates of ${readableQualified(change.relation)} change no index; those that set ${fresh.map(readableIdent).join(", ")} will write to all of them`,
      about: change.relation,
      safer: [],
    };
  },
});
