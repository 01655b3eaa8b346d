import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "schema dropped",
  detects: "`DROP SCHEMA` of a schema that was there before",
  effect: "All its tables and rows are gone with CASCADE; without it the statement fails where anything is left",
  remedy: "Drop its tables one by one, each after its use has ended",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-droptable.html",
      says: "CASCADE drops objects that depend on the table, views for example",
    },
  ],

  judge(change, before) {
    if (change.kind !== "drop" || change.what !== "schema") return null;
    const schemas = change.names.map((each) => each.name);
    const tables = before.tables().filter((each) => schemas.includes(each.schema) && !each.createdHere && each.kind !== "view");
    return {
      message: `Dropping the schema ${schemas.map(readableIdent).join(", ")} ${change.cascade ? `takes ${tables.length > 0 ? tables.map(readableQualified).join(", ") : "all that is in it"}` : "takes its name from whoever still uses it"}`,
      safer: [],
    };
  },
});
