import { migrationRule, type SchemaChange } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "syntax newer than the server",
  detects: "A form of ALTER TABLE that the server version does not know yet",
  effect: "PostgreSQL refuses it (SQLSTATE 42601), so the migration fails, though it runs on a newer development server",
  remedy: "Use the form that the server knows",
  severity: "error",
  insteadOf: ["set-not-null-scan", "set-expression-rewrite", "set-access-method"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "DETACH PARTITION CONCURRENTLY",
      source: { url: "https://www.postgresql.org/docs/release/14.0/", says: "Allow partitions to be detached in a non-blocking manner" },
    },
    {
      from: 15,
      changes: "SET ACCESS METHOD",
      source: { url: "https://www.postgresql.org/docs/release/15.0/", says: "Allow ALTER TABLE to change the access method of a table" },
    },
    {
      from: 17,
      changes: "SET EXPRESSION",
      source: {
        url: "https://www.postgresql.org/docs/release/17.0/",
        says: "Allow ALTER TABLE to change the expression of a generated column",
      },
    },
    {
      from: 18,
      changes: "NOT NULL as a named constraint, NOT ENFORCED",
      source: {
        url: "https://www.postgresql.org/docs/release/18.0/",
        says: "NOT NULL constraints are in pg_constraint and may be NOT VALID; CHECK and foreign keys may be NOT ENFORCED",
      },
    },
  ],

  judge(change, _before, context) {
    const needed = firstVersion(change);
    if (needed === null || context.postgres >= needed.from) return null;
    return { message: `${needed.form} exists from PostgreSQL ${needed.from} on, and the server has ${context.postgres}`, safer: [] };
  },
});

function firstVersion(change: SchemaChange): { readonly from: number; readonly form: string } | null {
  switch (change.kind) {
    case "detach-partition":
      return change.concurrently ? { from: 14, form: "DETACH PARTITION CONCURRENTLY" } : null;
    case "set-access-method":
      return { from: 15, form: "SET ACCESS METHOD" };
    case "set-expression":
      return { from: 17, form: "SET EXPRESSION" };
    case "add-constraint":
      if (change.constraint.kind === "not-null") return { from: 18, form: "ADD CONSTRAINT … NOT NULL" };
      return change.constraint.enforced ? null : { from: 18, form: "NOT ENFORCED" };
    default:
      return null;
  }
}
