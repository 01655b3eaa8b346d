import { aboutTable, columnsSql, evidence, readableIdent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A table has no primary key",
  severity: "warning",
  detects: "tables with rows and no primary key",
  effect: "double rows creep in, one row cannot be named, and logical replication cannot tell which one changed",
  remedy: "Make one of a unique index over columns that are never null, or add an identity column",
  leaveAlone: "the table is a log or a staging area nobody updates, deletes from or replicates",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS",
      says: "Relational database theory dictates that every table must have a primary key. This rule is not enforced by PostgreSQL, but it is usually best to follow it",
    },
  ],
  options: { minRows: { default: 1_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" } },

  *advise({ tables, catalog, options }) {
    for (const table of tables) {
      const rows = catalog.rows(table) ?? 0;
      // A partition gets its key from the parent.
      if (table.kind !== "table" || table.partitionBound !== null || table.parents.length > 0 || rows < options.minRows) continue;
      if (table.constraints.some((each) => each.kind === "primary-key")) continue;
      const required = new Set(table.columns.filter((each) => each.notNull).map((each) => each.name));
      const candidate = table.indexes.find(
        (each) =>
          each.unique &&
          each.valid &&
          each.predicate === null &&
          each.accessMethod === "btree" &&
          each.constraint === null &&
          each.keys.every((key) => key.column !== null && required.has(key.column) && !key.descending),
      );
      const name = readableQualified(table);
      const unique = table.constraints.find((each) => each.kind === "unique" && each.columns.every((column) => required.has(column)));
      const changed = (table.activity?.rowsUpdated ?? 0) + (table.activity?.rowsDeleted ?? 0);
      yield {
        about: aboutTable(table),
        severity: changed > 0 ? "warning" : "note",
        message: candidate
          ? `It has no primary key, and its unique index ${candidate.name} could be one`
          : unique
            ? `It has no primary key, though (${unique.columns.join(", ")}) is unique and never null`
            : "It has no primary key and no unique columns that could be one",
        evidence: [evidence("rows", rows, "rows"), evidence("updates and deletes", changed, "rows")],
        apply: candidate
          ? [`ALTER TABLE ${name} ADD PRIMARY KEY USING INDEX ${readableIdent(candidate.name)}`]
          : unique
            ? [`ALTER TABLE ${name} ADD PRIMARY KEY (${columnsSql(unique.columns)})`]
            : [],
        undo: [],
        help: candidate
          ? "This takes a moment under ACCESS EXCLUSIVE and scans nothing"
          : unique
            ? "It builds a second index under ACCESS EXCLUSIVE; on a large table build it CONCURRENTLY first and drop the old constraint after"
            : "Find columns that name a row, or add: id bigint GENERATED ALWAYS AS IDENTITY, which copies the table",
        trial: {
          kind: "arithmetic",
          formula: "pg_constraint holds no primary key of the table; its unique indexes and NOT NULL columns are read from the catalog",
        },
      };
    }
  },
});
