import { migrationRule, readableIdent, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "type change that dependents forbid",
  detects: "`ALTER COLUMN TYPE` of a column that a view, a materialised view, a generated column or a policy uses",
  effect: "PostgreSQL refuses it (SQLSTATE 0A000), so the migration fails",
  remedy: "Drop what depends on it and make it again, in one transaction",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],

  judge(change, before) {
    if (change.kind !== "alter-column-type") return null;
    const { relation, column } = change;
    const word = new RegExp(`(?<![\\w"])"?${column.replaceAll(/\W/g, "\\$&")}"?(?![\\w"])`);
    const names = new RegExp(`(?<![\\w"])"?${relation.name.replaceAll(/\W/g, "\\$&")}"?(?![\\w"])`);
    const views = before
      .tables()
      .filter((each) => each.before?.viewDefinition && names.test(each.before.viewDefinition) && word.test(each.before.viewDefinition));
    const generated = before
      .table(relation)
      ?.columns.find((each) => each.generated !== null && each.name !== column && each.default && word.test(each.default.sql));
    const [view] = views;
    if (!view && !generated) return null;
    return {
      message: view
        ? `The view ${views.map(readableQualified).join(", ")} uses ${readableQualified(relation)}.${readableIdent(column)}, whose type cannot be changed before the view is dropped`
        : `The generated column ${readableIdent(generated!.name)} uses ${readableQualified(relation)}.${readableIdent(column)}, whose type cannot be changed before it is dropped`,
      about: relation,
      safer: [],
    };
  },
});
