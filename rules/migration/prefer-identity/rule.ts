import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "serial column",
  detects: "A new serial or bigserial column",
  effect: "Its sequence has grants of its own, and copying the table shares it",
  remedy: "Use GENERATED ALWAYS AS IDENTITY",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-identity-columns.html",
      says: "An identity column is filled from a sequence of its own",
    },
  ],

  judge(change) {
    if (change.kind !== "create-table" && change.kind !== "add-column") return null;
    const columns = change.kind === "create-table" ? change.columns : [change.column];
    const found = columns.find((each) => each.serial);
    if (!found) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(found.name)} is a serial, not an identity`,
      about: change.relation,
      safer: [],
    };
  },
});
