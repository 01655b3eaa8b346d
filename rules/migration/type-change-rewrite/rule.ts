import {
  alsoLocked,
  alterTable,
  does,
  inUse,
  migrationRule,
  objectName,
  readableIdent,
  readableQualified,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "type change that writes the table anew",
  detects: "`ALTER COLUMN TYPE` between types whose values are not stored alike",
  effect:
    "The whole table and its indexes are written anew under ACCESS EXCLUSIVE; foreign keys on the column are checked again and lock their other side",
  remedy: "Add a new column, keep both current with a trigger, fill old rows in batches, then swap the names",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "alter-column-type" || !inUse(before, change.relation) || !does(context, "rewrite")) return null;
    const { relation, column } = change;
    const old = before.table(relation)?.columns.find((each) => each.name === column)?.type.sql ?? "";
    const others = alsoLocked(context, "AccessExclusiveLock", relation, ...before.children(relation)).map(readableQualified);
    const fresh = objectName(column, "new");
    return {
      message: `Changing ${readableQualified(relation)}.${readableIdent(column)}${old === "" ? "" : ` from ${old}`} to ${change.type.sql} writes every row of the table anew${others.length > 0 ? ` and locks ${others.join(", ")} as well` : ""}`,
      about: relation,
      rests: "rewrite",
      safer: [
        shortLockTimeout,
        `${alterTable(relation)} ADD COLUMN ${readableIdent(fresh)} ${change.type.sql}`,
        "-- a trigger that keeps both, the old rows filled in batches, then in one transaction:",
        `${alterTable(relation)} RENAME COLUMN ${readableIdent(column)} TO ${readableIdent(objectName(column, "old"))}`,
        `${alterTable(relation)} RENAME COLUMN ${readableIdent(fresh)} TO ${readableIdent(column)}`,
      ],
    };
  },
});
