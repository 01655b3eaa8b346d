import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "timestamp without time zone",
  detects: "A new column of type timestamp",
  effect: "The same value means another moment in another session",
  remedy: "Use timestamptz",
  severity: "note",
  offByDefault: true,
  sources: [{ url: "https://www.postgresql.org/docs/current/datatype.html", says: "The types and what each of them stores" }],

  judge(change) {
    if (change.kind !== "create-table" && change.kind !== "add-column") return null;
    const columns = change.kind === "create-table" ? change.columns : [change.column];
    const found = columns.find((each) => each.type.name === "timestamp");
    if (!found) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(found.name)} holds no time zone`,
      about: change.relation,
      safer: [],
    };
  },
});
