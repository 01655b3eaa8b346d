import { literal, migrationRule, outsideTransaction, readableQualified } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "enum value added in a transaction before PostgreSQL 12",
  detects: "`ALTER TYPE … ADD VALUE` in a transaction block on PostgreSQL 11 or older",
  effect: "PostgreSQL refuses it (SQLSTATE 25001), so the migration fails",
  remedy: "Put the statement in a file of its own that runs without a transaction",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertype.html",
      says: "A value added by ALTER TYPE in a transaction block cannot be used until it is committed",
    },
  ],
  gates: [
    {
      from: 12,
      changes: "ADD VALUE may run in a transaction block",
      source: {
        url: "https://www.postgresql.org/docs/release/12.0/",
        says: "Allow enumerated values to be added more flexibly: in a transaction block",
      },
    },
  ],

  judge(change, before, context) {
    if (
      change.kind !== "add-enum-value" ||
      context.postgres >= 12 ||
      before.transaction.kind === "none" ||
      before.type(change.type)?.createdHere
    )
      return null;
    return {
      message: `Before PostgreSQL 12 ADD VALUE to ${readableQualified(change.type)} cannot run inside a transaction`,
      safer: outsideTransaction(context, before, `ALTER TYPE ${readableQualified(change.type)} ADD VALUE ${literal(change.value)}`),
    };
  },
});
