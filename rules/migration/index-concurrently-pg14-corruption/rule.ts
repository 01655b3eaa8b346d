import { migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "concurrent build on PostgreSQL 14.0 to 14.3",
  detects: "An index built or rebuilt CONCURRENTLY on PostgreSQL 14.0 to 14.3",
  effect: "Rows changed during the build can be missing from the index: queries that use it lose rows",
  remedy: "Upgrade to 14.4 or later first, and REINDEX what was built before",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/release/14.4/",
      says: "Corrects CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY, which could leave index entries out",
    },
  ],

  judge(change, _before, context) {
    const builds = (change.kind === "create-index" || change.kind === "reindex") && change.concurrently;
    const { serverVersion } = context;
    if (!builds || serverVersion === null || serverVersion < 140_000 || serverVersion > 140_003) return null;
    return { message: `PostgreSQL 14.${serverVersion % 100} can leave rows out of an index that it builds concurrently`, safer: [] };
  },
});
