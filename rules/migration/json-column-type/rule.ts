import { alterTable, migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "json column",
  detects: "A new column of type json",
  effect: "json has no equality: DISTINCT, GROUP BY and UNION over the row fail, no GIN index fits, and each access parses the text again",
  remedy: "Use jsonb, unless the exact text must be kept",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/datatype-json.html",
      says: "json keeps the text as written and has no equality; jsonb is decomposed, indexable and comparable",
    },
  ],

  judge(change) {
    const columns = change.kind === "add-column" ? [change.column] : change.kind === "create-table" ? change.columns : [];
    const column = columns.find((each) => each.type.name === "json" && !each.type.array);
    if (!column || (change.kind !== "add-column" && change.kind !== "create-table")) return null;
    return {
      message: `${readableQualified(change.relation)}.${readableIdent(column.name)} is json, which can be neither compared nor indexed`,
      about: change.relation,
      safer: change.kind === "add-column" ? [`${alterTable(change.relation)} ADD COLUMN ${readableIdent(column.name)} jsonb`] : [],
    };
  },
});
