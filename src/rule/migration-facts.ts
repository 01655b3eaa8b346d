import { objectName, readableQualified } from "../domain/identifier.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import type { MigrationContext, MigrationState, PastChange } from "./migration.ts";
import { indexSql, outsideTransaction } from "./safe-form.ts";

/** True without WHERE, with one that is always true, or with one that a column added by this migration fulfils for every row. */
export function reachesAllRows(change: Extract<SchemaChange, { kind: "update" | "delete" }>, before: MigrationState): boolean {
  if (change.allRows) return true;
  const column = /^"?(?:\w+"?\."?)?([\w$]+)"? IS NULL$/i.exec(change.where ?? "")?.[1];
  const added = before.table(change.relation)?.columns.find((each) => each.name === column);
  return added?.addedHere === true && (added.default === null || added.default.isNull);
}

/** True when an ANALYZE of the relation, of a table it is a partition of, or of all, comes behind the change. */
export function analyzedLater(after: MigrationState, past: PastChange, relation: RelationName): boolean {
  return after.earlier.some(
    ({ statement, change }) =>
      statement > past.statement &&
      change.kind === "analyze" &&
      (change.relations.length === 0 ||
        // ANALYZE of a partitioned table analyzes its partitions: https://www.postgresql.org/docs/current/sql-analyze.html
        change.relations.some((each) => [each, ...after.children(each)].some((own) => sameRelation(own, relation)))),
  );
}

/** The parent's index alone, then one per partition without blocking, then tied together: CONCURRENTLY takes no partitioned table. */
export function indexOverPartitions(
  change: Extract<SchemaChange, { kind: "create-index" }>,
  before: MigrationState,
  context: Pick<MigrationContext, "runner">,
): string[] {
  const { schema } = change.relation;
  const name = change.name ?? change.pickedName;
  const plain = { ...change, ifNotExists: false };
  const leaves = before.children(change.relation).filter((each) => each.kind === "table");
  return [
    indexSql(plain, false, name).replace(" ON ", " ON ONLY "),
    ...leaves.flatMap((each) => {
      const own = { schema: each.schema, name: objectName(each.name, name) };
      return [
        ...outsideTransaction(context, before, indexSql({ ...plain, relation: each }, true, own.name)),
        `ALTER INDEX ${readableQualified({ schema, name })} ATTACH PARTITION ${readableQualified(own)}`,
      ];
    }),
  ];
}
