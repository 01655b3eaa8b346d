import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "varchar with a length",
  detects: "A new column of type varchar(n)",
  effect: "A later, longer value needs DDL",
  remedy: "Use text with a CHECK on the length",
  severity: "note",
  offByDefault: true,
  sources: [{ url: "https://www.postgresql.org/docs/current/datatype.html", says: "The types and what each of them stores" }],

  judge(change) {
    if (change.kind !== "create-table" && change.kind !== "add-column") return null;
    const columns = change.kind === "create-table" ? change.columns : [change.column];
    const found = columns.find((each) => each.type.name === "varchar" && each.type.modifiers.length > 0);
    if (!found) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(found.name)} is limited to ${found.type.modifiers[0]} characters by its type`,
      about: change.relation,
      safer: [],
    };
  },
});
