import {
  does,
  indexSql,
  inUse,
  type MigrationContext,
  type MigrationState,
  migrationRule,
  objectName,
  outsideTransaction,
  readableQualified,
  type SchemaChange,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "index built while writes wait",
  detects: "`CREATE INDEX` without CONCURRENTLY on a table that is in use",
  effect: "SHARE lets nobody insert, update or delete until the whole index is built",
  remedy: "Build it CONCURRENTLY, as a statement of its own outside a transaction",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY",
      says: "CREATE INDEX locks out writes until it is done; CONCURRENTLY does not, and cannot run in a transaction block",
    },
    {
      url: "https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES",
      says: "ACCESS EXCLUSIVE conflicts with every other table lock, that of SELECT included",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "create-index" || change.concurrently || !inUse(before, change.relation) || !does(context, "index-build"))
      return null;
    const table = before.table(change.relation);
    const name = change.name ?? objectName(change.relation.name, ...change.keys.map((each) => each.column ?? "expr"), "idx");
    const message = `Building an index on ${readableQualified(change.relation)} lets no write through until it is done`;
    if (table?.kind === "partitioned-table")
      return { message, about: change.relation, rests: "index-build", safer: overPartitions(change, name, before, context) };
    return {
      message,
      about: change.relation,
      rests: "index-build",
      safer: outsideTransaction(context, before, indexSql({ ...change, ifNotExists: false }, true, name)),
    };
  },
});

/** The parent's index alone, then one per partition without blocking, then tied together: CONCURRENTLY takes no partitioned table. */
function overPartitions(
  change: Extract<SchemaChange, { kind: "create-index" }>,
  name: string,
  before: MigrationState,
  context: Pick<MigrationContext, "runner">,
): string[] {
  const leaves = before.children(change.relation).filter((each) => each.kind === "table");
  const onParent = indexSql({ ...change, ifNotExists: false }, false, name).replace(" ON ", " ON ONLY ");
  return [
    onParent,
    ...leaves.flatMap((each) => [
      ...outsideTransaction(
        context,
        before,
        indexSql({ ...change, relation: each, ifNotExists: false }, true, objectName(each.name, name)),
      ),
      `ALTER INDEX ${readableQualified({ schema: change.relation.schema, name })} ATTACH PARTITION ${readableQualified({ schema: each.schema, name: objectName(each.name, name) })}`,
    ]),
  ];
}
