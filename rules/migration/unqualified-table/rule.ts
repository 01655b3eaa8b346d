import { migrationRule, readableIdent } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table named without its schema",
  detects: "A new table or index whose statement names no schema",
  effect: "Which schema it lands in depends on search_path",
  remedy: "Write schema.table",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createtable.html",
      says: "The parts of a table definition and what each of them locks",
    },
  ],

  judge(change) {
    if (change.kind !== "create-table" || change.qualified || change.temporary) return null;
    return {
      message: `${readableIdent(change.relation.name)} is made in the first schema of search_path`,
      about: change.relation,
      safer: [],
    };
  },
});
