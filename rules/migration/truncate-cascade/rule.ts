import { alsoLocked, inUse, migrationRule, readableQualified, shortLockTimeout } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "CASCADE empties more tables",
  detects: "`TRUNCATE … CASCADE`",
  effect: "Every table that refers to it, and on, is emptied and locked as well",
  remedy: "List the tables, so that a reader sees them",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-truncate.html",
      says: "TRUNCATE takes ACCESS EXCLUSIVE on each table it works on; CASCADE adds all that refer to them",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "truncate" || !change.cascade || !change.relations.some((each) => inUse(before, each))) return null;
    const others = alsoLocked(context, "AccessExclusiveLock", ...change.relations);
    const [first] = change.relations;
    return {
      message: `TRUNCATE … CASCADE empties ${change.relations.map(readableQualified).join(", ")}${others.length > 0 ? ` and also ${others.map(readableQualified).join(", ")}` : " and every table that refers to it"}`,
      ...(first ? { about: first } : {}),
      safer:
        others.length === 0 ? [] : [shortLockTimeout, `TRUNCATE ${[...change.relations, ...others].map(readableQualified).join(", ")}`],
    };
  },
});
