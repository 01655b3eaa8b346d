import {
  alterTable,
  indexSql,
  type MigrationContext,
  type MigrationState,
  migrationRule,
  outsideTransaction,
  readableIdent,
  readableQualified,
  type SchemaChange,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "concurrent command inside a transaction",
  detects: "CONCURRENTLY inside BEGIN, or under a tool that runs the file in a transaction",
  effect: "PostgreSQL refuses it (SQLSTATE 25001), so the migration fails, half applied where it has no transaction of its own",
  remedy: "Put the statement in a file of its own and tell the tool to run it without a transaction",
  severity: "error",
  insteadOf: ["work-under-access-exclusive", "index-concurrently-retry-keeps-invalid"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
    {
      url: "https://www.postgresql.org/docs/current/sql-begin.html",
      says: "BEGIN inside a transaction block warns and changes nothing; COMMIT ends the whole block",
    },
  ],

  judge(change, before, context) {
    const command = concurrent(change);
    const { kind } = before.transaction;
    if (command === null || kind === "none") return null;
    const { runner } = context;
    const where = kind === "block" ? "a transaction block" : `the transaction that ${runner.name} opens`;
    const impossible = kind === "wrapped" && !runner.canRunOutsideTransaction;
    return {
      message: `${command} cannot run inside ${where}`,
      help: impossible
        ? `${runner.name} runs every migration in a transaction: run the statement by hand before the deployment, and keep the plain form with IF NOT EXISTS or IF EXISTS in the migration`
        : kind === "wrapped" && runner.outsideTransaction !== null
          ? `Give the statement a file of its own: ${runner.outsideTransaction}`
          : "Move the statement behind COMMIT, into a file of its own",
      safer: safer(change, before, context),
    };
  },
});

/** The command in words; null when it is none of those that refuse a transaction block. */
function concurrent(change: SchemaChange): string | null {
  switch (change.kind) {
    case "create-index":
      return change.concurrently ? "CREATE INDEX CONCURRENTLY" : null;
    case "drop":
      return change.what === "index" && change.concurrently ? "DROP INDEX CONCURRENTLY" : null;
    case "reindex":
      return change.concurrently ? "REINDEX CONCURRENTLY" : null;
    case "detach-partition":
      return change.concurrently ? "DETACH PARTITION CONCURRENTLY" : null;
    default:
      return null;
  }
}

function safer(change: SchemaChange, before: MigrationState, context: MigrationContext): string[] {
  if (change.kind === "create-index") return outsideTransaction(context, before, indexSql(change, true));
  if (change.kind === "drop")
    return outsideTransaction(
      context,
      before,
      ...change.names.map((name) => `DROP INDEX CONCURRENTLY ${change.ifExists ? "IF EXISTS " : ""}${readableQualified(name)}`),
    );
  if (change.kind === "detach-partition")
    return outsideTransaction(
      context,
      before,
      `${alterTable(change.relation)} DETACH PARTITION ${readableQualified(change.partition)} CONCURRENTLY`,
    );
  if (change.kind === "reindex" && change.name)
    return outsideTransaction(
      context,
      before,
      `REINDEX ${change.what.toUpperCase()} CONCURRENTLY ${change.what === "index" || change.what === "table" ? readableQualified(change.name) : readableIdent(change.name.name)}`,
    );
  return [];
}
