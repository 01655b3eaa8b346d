import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "char(n) column",
  detects: "A new column of type char(n)",
  effect: "Values are padded with blanks, which comparisons ignore and concatenation does not",
  remedy: "Use text or varchar",
  severity: "note",
  offByDefault: true,
  sources: [{ url: "https://www.postgresql.org/docs/current/datatype.html", says: "The types and what each of them stores" }],

  judge(change) {
    if (change.kind !== "create-table" && change.kind !== "add-column") return null;
    const columns = change.kind === "create-table" ? change.columns : [change.column];
    const found = columns.find((each) => each.type.name === "bpchar");
    if (!found) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(found.name)} is padded with blanks`,
      about: change.relation,
      safer: [],
    };
  },
});
