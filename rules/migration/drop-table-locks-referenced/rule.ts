import {
  alsoLocked,
  alterTable,
  inUse,
  migrationRule,
  readableIdent,
  readableQualified,
  sameRelation,
  shortLockTimeout,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "dropping a table locks those it refers to",
  detects: "`DROP TABLE` of a table with foreign keys to tables in use",
  effect: "ACCESS EXCLUSIVE on each referenced table as well: all use of it waits behind the drop",
  remedy: "Drop the foreign keys first, each with a short lock_timeout and retries",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-droptable.html",
      says: "CASCADE drops objects that depend on the table, views for example",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "drop" || change.what !== "table") return null;
    const others = alsoLocked(
      context,
      "AccessExclusiveLock",
      ...change.names,
      ...change.names.flatMap((each) => before.children(each)),
    ).filter((each) => inUse(before, each));
    const [name] = change.names;
    const keys = name
      ? (before
          .table(name)
          ?.constraints.filter((each) => each.references && others.some((other) => sameRelation(other, each.references!.relation))) ?? [])
      : [];
    if (!name || keys.length === 0) return null;
    return {
      message: `Dropping ${readableQualified(name)} locks out every query on ${others.map(readableQualified).join(", ")} too`,
      about: name,
      safer: [shortLockTimeout, ...keys.map((each) => `${alterTable(name)} DROP CONSTRAINT ${readableIdent(each.name)}`)],
    };
  },
});
