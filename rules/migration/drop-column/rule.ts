import { inUse, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "column dropped",
  detects: "`DROP COLUMN` of a table that is in use",
  effect: "Statements of the running application that name the column fail at once, and the rows cannot be had back",
  remedy: "Deploy code that neither reads nor writes the column first",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "DROP COLUMN also drops indexes and constraints that use the column",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop-column" || !inUse(before, change.relation)) return null;
    const table = before.table(change.relation);
    const column = table?.columns.find((each) => each.name === change.column);
    if (column?.addedHere || (table?.complete && !column && change.ifExists)) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(change.column)} goes at once: statements that still name it fail`,
      about: change.relation,
      safer: [],
    };
  },
});
