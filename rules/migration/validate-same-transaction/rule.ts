import {
  alterTable,
  constraintName,
  inLaterMigration,
  inUse,
  migrationRule,
  readableIdent,
  readableQualified,
  sameRelation,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "constraint validated in the transaction that added it",
  detects: "ADD CONSTRAINT … NOT VALID and VALIDATE CONSTRAINT in one transaction",
  effect: "The strong lock of the first is still held while the second reads the table: NOT VALID has gained nothing",
  remedy: "Validate in a transaction of its own: the next file, or after COMMIT",
  severity: "warning",
  insteadOf: ["work-under-access-exclusive"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-altertable.html",
      says: "ALTER TABLE takes ACCESS EXCLUSIVE unless its text says otherwise, and names the forms that scan or rewrite the table",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "validate-constraint" || before.transaction.kind === "none" || !inUse(before, change.relation)) return null;
    const { relation, name } = change;
    const added = before.earlier.some(
      ({ change: past, transaction }) =>
        transaction === before.transaction.id &&
        past.kind === "add-constraint" &&
        past.constraint.notValid &&
        sameRelation(past.relation, relation) &&
        constraintName(relation, past.constraint) === name,
    );
    if (!added) return null;
    const key = before.table(relation)?.constraints.find((each) => each.name === name)?.references;
    return {
      message: `${readableIdent(name)} is validated under the lock that adding it took: ${key ? `writes to ${readableQualified(relation)} and ${readableQualified(key.relation)} wait` : `all use of ${readableQualified(relation)} waits`} for the whole scan`,
      about: relation,
      safer: inLaterMigration(context, before, `${alterTable(relation)} VALIDATE CONSTRAINT ${readableIdent(name)}`),
    };
  },
});
