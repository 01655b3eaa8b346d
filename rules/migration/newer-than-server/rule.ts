import { migrationRule } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "syntax newer than the server",
  detects: "A form of SQL, or a built-in function, that the server version does not have yet",
  effect:
    "PostgreSQL refuses it (SQLSTATE 42601, for a function 42883), so the migration fails, though it runs on a newer development server",
  remedy: "Use the form that the server knows",
  severity: "error",
  refuses: true,
  sources: [
    {
      url: "https://www.postgresql.org/docs/release/",
      says: "Release notes: what each major version added. src/change/versioned-forms.ts has the list",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "DETACH PARTITION CONCURRENTLY, CREATE OR REPLACE TRIGGER, column compression, SQL function bodies",
      source: { url: "https://www.postgresql.org/docs/release/14.0/", says: "Allow partitions to be detached in a non-blocking manner" },
    },
    {
      from: 15,
      changes: "SET ACCESS METHOD, NULLS NOT DISTINCT, MERGE, security_invoker views",
      source: { url: "https://www.postgresql.org/docs/release/15.0/", says: "Allow ALTER TABLE to change the access method of a table" },
    },
    {
      from: 16,
      changes: "STORAGE in CREATE TABLE, SQL/JSON constructors, any_value()",
      source: { url: "https://www.postgresql.org/docs/release/16.0/", says: "Allow the STORAGE type to be specified by CREATE TABLE" },
    },
    {
      from: 17,
      changes: "SET EXPRESSION, JSON_TABLE, MERGE … RETURNING",
      source: {
        url: "https://www.postgresql.org/docs/release/17.0/",
        says: "Allow ALTER TABLE to change the expression of a generated column",
      },
    },
    {
      from: 18,
      changes: "VIRTUAL columns, NOT NULL as a constraint of the table, NOT ENFORCED, WITHOUT OVERLAPS, uuidv7()",
      source: {
        url: "https://www.postgresql.org/docs/release/18.0/",
        says: "NOT NULL constraints are in pg_constraint and may be NOT VALID; CHECK and foreign keys may be NOT ENFORCED",
      },
    },
  ],

  *conclude(after, context) {
    for (const at of after.earlier) {
      const [newest] = at.needs;
      if (!newest || context.postgres >= newest.from) continue;
      yield {
        at,
        message: `${newest.form} came with PostgreSQL ${newest.from}, and the server has ${context.postgres}`,
        safer: [],
      };
    }
  },
});
