import { inUse, migrationRule, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "domain constraint that reads every table",
  detects: "`ALTER DOMAIN … ADD CONSTRAINT` without NOT VALID, or SET NOT NULL",
  effect: "SHARE on every table with a column of the domain while all their rows are read: nobody writes to any of them",
  remedy: "Add the constraint NOT VALID, then VALIDATE it table by table traffic permitting",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-alterdomain.html",
      says: "Adding a constraint checks every column that uses the domain; NOT VALID leaves that for later",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "alter-domain" || change.notValid || (change.action !== "add-constraint" && change.action !== "set-not-null"))
      return null;
    if (before.type(change.type)?.createdHere) return null;
    const tables = context.locks.map((each) => each.relation).filter((each) => inUse(before, each));
    if (before.hasCatalog && tables.length === 0) return null;
    const [first] = tables;
    return {
      message: `The new constraint of ${readableQualified(change.type)} reads ${tables.length > 0 ? tables.map(readableQualified).join(", ") : "every table that uses the domain"} while writes wait`,
      ...(first ? { about: first, rests: "scan" as const } : {}),
      safer: [],
    };
  },
});
