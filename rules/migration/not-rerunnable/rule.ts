import { migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "statement that cannot be repeated",
  detects: "CREATE or DROP without IF [NOT] EXISTS outside a transaction",
  effect: "If a later statement fails, running the file again stops at this one",
  remedy: "Add IF [NOT] EXISTS, or run the file in a transaction",
  severity: "note",
  offByDefault: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createtable.html",
      says: "The parts of a table definition and what each of them locks",
    },
  ],

  judge(change, before) {
    if (before.transaction.kind !== "none") return null;
    const unguarded =
      ((change.kind === "create-table" || change.kind === "create-index" || change.kind === "add-column") && !change.ifNotExists) ||
      ((change.kind === "drop" || change.kind === "drop-column") && !change.ifExists);
    if (!unguarded) return null;
    return { message: "Outside a transaction this statement stops a second run of the file", safer: [] };
  },
});
