import { literal, migrationRule, readableQualified, type SchemaChange } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new enum value used before it is committed",
  detects: "A value added by ALTER TYPE and used in the same transaction",
  effect: "PostgreSQL refuses it (SQLSTATE 55P04), so the migration fails",
  remedy: "Add the value in one file and use it in the next",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertype.html",
      says: "A value added by ALTER TYPE in a transaction block cannot be used until it is committed",
    },
  ],

  judge(change, before) {
    if (before.transaction.kind === "none") return null;
    const used = usedLabels(change);
    if (used === null) return null;
    for (const { change: past, transaction } of before.earlier) {
      if (transaction !== before.transaction.id || past.kind !== "add-enum-value") continue;
      if (!used.includes(literal(past.value))) continue;
      return {
        message: `The value ${literal(past.value)} of ${readableQualified(past.type)} is used in the transaction that adds it`,
        safer: ["-- in the next migration: the statement that uses the value"],
      };
    }
    return null;
  },
});

/** SQL in which a label may stand; null when a change holds none. */
function usedLabels(change: SchemaChange): string | null {
  switch (change.kind) {
    case "update":
    case "delete":
    case "insert":
    case "query":
      return change.literals.join(" ");
    case "set-column-default":
      return change.default?.sql ?? null;
    case "add-column":
      return change.column.default?.sql ?? null;
    case "create-index":
      return change.predicate;
    case "add-constraint":
      return change.constraint.expression;
    default:
      return null;
  }
}
