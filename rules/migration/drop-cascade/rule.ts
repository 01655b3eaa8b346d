import { inUse, migrationRule, readableIdent, readableQualified, sameRelation } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "CASCADE drops what is not named",
  detects: "`CASCADE` on DROP TABLE, VIEW, TYPE, SCHEMA, COLUMN or CONSTRAINT",
  effect: "Views, foreign keys, policies, defaults and columns that depend on it go without being listed",
  remedy: "Name and drop each dependent object",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-droptable.html",
      says: "CASCADE drops objects that depend on the table, views for example",
    },
  ],

  judge(change, before) {
    const cascades =
      (change.kind === "drop" && change.what !== "index") || change.kind === "drop-column" || change.kind === "drop-constraint"
        ? change.cascade
        : false;
    if (!cascades) return null;
    if (change.kind === "drop") {
      const there =
        change.what === "type" || change.what === "domain"
          ? change.names.filter((each) => !before.type(each)?.createdHere)
          : change.names.filter((each) => change.what === "schema" || inUse(before, each));
      const gone =
        before.hasCatalog &&
        change.ifExists &&
        ["table", "view", "materialized-view"].includes(change.what) &&
        change.names.every((each) => before.table(each) === null);
      if (there.length === 0 || gone) return null;
      const keys = before
        .tables()
        .filter((table) =>
          table.constraints.some((each) => each.references && change.names.some((name) => sameRelation(name, each.references!.relation))),
        );
      const known = keys.length > 0 ? `, among them foreign keys of ${keys.map(readableQualified).join(", ")}` : "";
      return {
        message: `CASCADE drops whatever depends on ${there.map((each) => (change.what === "schema" ? readableIdent(each.name) : readableQualified(each))).join(", ")}${known}`,
        safer: [],
      };
    }
    if (change.kind !== "drop-column" && change.kind !== "drop-constraint") return null;
    if (!inUse(before, change.relation)) return null;
    return {
      message: `CASCADE drops whatever depends on ${change.kind === "drop-column" ? readableIdent(change.column) : readableIdent(change.name)} of ${readableQualified(change.relation)}`,
      about: change.relation,
      safer: [],
    };
  },
});
