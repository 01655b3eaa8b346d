import {
  alterTable,
  inUse,
  migrationRule,
  readableIdent,
  readableQualified,
  sameRelation,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "column renamed",
  detects: "`RENAME COLUMN` of a table that is in use",
  effect: "The change is instant, and statements of the running application that use the old name fail at once",
  remedy: "Add a column under the new name, write both, move readers, then drop the old one",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "RENAME changes the name at once for everybody; ACCESS EXCLUSIVE is held",
    },
  ],

  judge(change, before) {
    if (change.kind !== "rename-column" || !inUse(before, change.relation)) return null;
    const { relation, column, to } = change;
    const known = before.table(relation)?.columns.find((each) => each.name === column);
    // The swap at the end of a type change: the new column takes the old one's name.
    const swapped = before.earlier.some(
      ({ change: past }) => past.kind === "rename-column" && sameRelation(past.relation, relation) && past.column === to,
    );
    if (known?.addedHere || swapped) return null;
    const type = known?.type.sql;
    return {
      message: `${readableQualified(relation)}.${readableIdent(column)} becomes ${readableIdent(to)} at once: statements that use the old name fail`,
      about: relation,
      safer: type
        ? [
            shortLockTimeout,
            `${alterTable(relation)} ADD COLUMN ${readableIdent(to)} ${type}`,
            "-- then a trigger that keeps both, the old rows filled in batches, and the old column dropped a release later",
          ]
        : [],
    };
  },
});
