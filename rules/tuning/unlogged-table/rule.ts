import { aboutTable, evidence, figure, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A table is unlogged",
  severity: "note",
  detects: "unlogged tables with many rows",
  effect: "a crash empties them, and replicas have none of their rows",
  remedy: "Make it logged, unless its rows can be made again",
  leaveAlone: "it is a cache or a staging area whose loss costs a reload",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED",
      says: "they are not crash-safe: an unlogged table is automatically truncated after a crash or unclean shutdown. The contents of an unlogged table are also not replicated to standby servers",
    },
  ],
  options: { minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" } },

  *advise({ tables, catalog, families, options }) {
    for (const table of tables) {
      const rows = catalog.rows(table) ?? 0;
      if (table.kind !== "table" || !table.unlogged || rows < options.minRows) continue;
      const referencing = table.constraints.filter((each) => each.kind === "foreign-key").length;
      const reads = families.filter((family) =>
        family.scans.some((scan) => scan.relation.name === table.name && scan.relation.schema === table.schema),
      );
      yield {
        about: aboutTable(table),
        message: `Its ${figure(rows)} rows are gone after a crash, and are on no replica`,
        evidence: [evidence("rows", rows, "rows"), evidence("statements that use it", reads.length), evidence("foreign keys", referencing)],
        apply: [`ALTER TABLE ${readableQualified(table)} SET LOGGED`],
        undo: [`ALTER TABLE ${readableQualified(table)} SET UNLOGGED`],
        help: "The change copies the table under ACCESS EXCLUSIVE and writes it to WAL",
        trial: { kind: "arithmetic", formula: "pg_class.relpersistence = u, and its rows by the planner's count" },
      };
    }
  },
});
