import { alterTable, inUse, migrationRule, objectName, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "table dropped",
  detects: "`DROP TABLE` of a table that was there before",
  effect: "Its rows are gone, and statements that still name it fail",
  remedy: "Rename it first, wait until nothing misses it, then drop it",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-droptable.html",
      says: "CASCADE drops objects that depend on the table, views for example",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop" || change.what !== "table") return null;
    const lost = change.names.filter(
      (name) => inUse(before, name) && !(before.hasCatalog && change.ifExists && before.table(name) === null),
    );
    const [first] = lost;
    if (!first) return null;
    return {
      message: `${lost.map(readableQualified).join(", ")} and all rows in ${lost.length === 1 ? "it" : "them"} are gone when this commits`,
      about: first,
      safer: lost.map((name) => `${alterTable(name)} RENAME TO ${readableIdent(objectName(name.name, "dropped"))}`),
    };
  },
});
