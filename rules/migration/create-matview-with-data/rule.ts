import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "large query inside a migration",
  detects: "`CREATE MATERIALIZED VIEW`, or CREATE TABLE AS, that fills itself from tables in use",
  effect: "The migration lasts as long as the query, holding its locks and a snapshot that keeps VACUUM from cleaning up",
  remedy: "Make it WITH NO DATA and fill it later",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-creatematerializedview.html",
      says: "The query runs and fills the view unless WITH NO DATA is given",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "create-table-as" || !change.withRows || change.temporary || (change.ifNotExists && before.table(change.relation)))
      return null;
    const reads = change.reads.filter((each) => inUse(before, each) && (!before.hasCatalog || before.table(each) !== null));
    const [first] = reads;
    if (!first) return null;
    const figures = context.hasFigures ? before.table(first)?.before : null;
    if (figures && figures.rows !== null && reads.length === 1 && figures.bytes < 10_485_760) return null;
    return {
      message: `Filling ${readableQualified(change.relation)} runs a query over ${reads.map(readableQualified).join(", ")} inside the migration`,
      about: first,
      safer: [],
    };
  },
});
