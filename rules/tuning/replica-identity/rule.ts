import { aboutTable, evidence, readableIdent, readableQualified, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "A published table has no good replica identity",
  severity: "warning",
  detects: "published tables without a key to tell rows by, or with REPLICA IDENTITY FULL although there is a key",
  effect: "without one, updates and deletes fail; with FULL, whole old rows go into WAL and the subscriber searches its table for each",
  remedy: "Give the table a primary key, or name a unique index as identity",
  leaveAlone: "the subscriber needs the old values of all columns, as change capture may",
  needs: ["maintenance"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY",
      says: "If a table without a replica identity is added to a publication that replicates UPDATE or DELETE operations then subsequent UPDATE or DELETE operations will cause an error on the publisher",
    },
  ],

  *advise({ tables, maintenance }) {
    for (const table of tables) {
      const state = maintenance(table);
      if (table.kind !== "table" || !state?.published) continue;
      const primary = table.indexes.find((each) => each.primary);
      const required = new Set(table.columns.filter((each) => each.notNull).map((each) => each.name));
      const unique = table.indexes.find(
        (each) =>
          each.unique && each.valid && each.predicate === null && each.keys.every((key) => key.column !== null && required.has(key.column)),
      );
      const missing = state.replicaIdentity === "nothing" || (state.replicaIdentity === "default" && !primary);
      const costly = state.replicaIdentity === "full" && (primary || unique);
      if (!missing && !costly) continue;
      const name = readableQualified(table);
      const changed = (table.activity?.rowsUpdated ?? 0) + (table.activity?.rowsDeleted ?? 0);
      yield {
        about: aboutTable(table),
        // Rows that are only inserted need no identity.
        severity: !missing ? "note" : changed > 0 ? "error" : "warning",
        message: missing
          ? "It is published and has no replica identity: an update or delete of it fails"
          : "It is published with REPLICA IDENTITY FULL although it has a key: every update and delete writes the whole old row to WAL",
        evidence: [
          evidence("replica identity", state.replicaIdentity),
          evidence("updates and deletes", changed, "rows"),
          evidence("key", primary?.name ?? unique?.name ?? "none"),
        ],
        apply: primary
          ? [`ALTER TABLE ${name} REPLICA IDENTITY DEFAULT`]
          : unique
            ? [`ALTER TABLE ${name} REPLICA IDENTITY USING INDEX ${readableIdent(unique.name)}`]
            : [],
        undo: state.replicaIdentity === "full" ? [`ALTER TABLE ${name} REPLICA IDENTITY FULL`] : [],
        trial: {
          kind: "arithmetic",
          formula: "pg_class.relreplident, pg_publication_tables and the table's unique indexes over NOT NULL columns",
        },
      };
    }
  },
});
