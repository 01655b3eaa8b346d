import {
  alterTable,
  constraintName,
  constraintSql,
  inLaterMigration,
  migrationRule,
  readableIdent,
  readableQualified,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "NOT VALID foreign key on a partitioned table",
  detects: "`ADD FOREIGN KEY … NOT VALID` on a partitioned table before PostgreSQL 18",
  effect: "PostgreSQL refuses it (SQLSTATE 42809), so the migration fails",
  remedy: "Add and validate the key on each partition, then add it to the parent, which finds them valid",
  severity: "error",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html",
      says: "How partitions are added, attached and detached with the least locking",
    },
  ],
  gates: [
    {
      from: 18,
      changes: "A foreign key of a partitioned table can be NOT VALID",
      source: {
        url: "https://www.postgresql.org/docs/release/18.0/",
        says: "Allow NOT VALID foreign key constraints on partitioned tables",
      },
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "add-constraint" || !change.constraint.references || !change.constraint.notValid || context.postgres >= 18)
      return null;
    const { relation, constraint } = change;
    if (before.table(relation)?.kind !== "partitioned-table") return null;
    const name = constraintName(relation, constraint);
    return {
      message: `${readableQualified(relation)} is partitioned and takes no NOT VALID foreign key before PostgreSQL 18`,
      about: relation,
      safer: [
        ...before
          .children(relation)
          .flatMap((each) => [
            `${alterTable(each)} ${constraintSql(constraint, name)} NOT VALID`,
            ...inLaterMigration(context, before, `${alterTable(each)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
          ]),
        `${alterTable(relation)} ${constraintSql(constraint, name)}`,
      ],
    };
  },
});
