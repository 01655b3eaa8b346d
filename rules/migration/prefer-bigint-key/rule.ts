import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "key that counts in four bytes",
  detects: "A new serial or identity key of type integer or smallint",
  effect: "At 2,147,483,647 (or 32,767) inserts fail, and changing the type then rewrites the table and all that refers to it",
  remedy: "Use bigint for keys that count up",
  severity: "note",
  sources: [{ url: "https://www.postgresql.org/docs/current/datatype.html", says: "The types and what each of them stores" }],

  judge(change) {
    const columns = change.kind === "create-table" ? change.columns : change.kind === "add-column" ? [change.column] : [];
    if (change.kind !== "create-table" && change.kind !== "add-column") return null;
    if (change.kind === "create-table" && change.temporary) return null;
    const keys =
      change.kind === "create-table" ? change.constraints.flatMap((each) => (each.kind === "primary-key" ? each.columns : [])) : [];
    const small = columns.find(
      (each) =>
        (each.type.name === "int4" || each.type.name === "int2") &&
        (each.serial || each.identity) &&
        (keys.includes(each.name) || each.constraints.some((own) => own.kind === "primary-key")),
    );
    if (!small) return null;
    return {
      message: `The key ${readableQualified(change.relation)}.${readableIdent(small.name)} ends at ${small.type.name === "int4" ? "2,147,483,647" : "32,767"}`,
      about: change.relation,
      safer: [],
    };
  },
});
