export type { Node, SelectStmt } from "@pgsql/types";
export type { CandidateKey, IndexDefinition } from "../domain/candidate.ts";
export type { Column, ColumnStatistics, Constraint, Index, Relation } from "../domain/catalog.ts";
export { ident, literal, objectName, qualified, readableIdent, readableQualified } from "../domain/identifier.ts";
export { type AccessMethod, type RelationName, relationKey, sameRelation } from "../domain/postgres.ts";
export type { ColumnDefinition, ConstraintDefinition, RelationLock, RelationWork, SchemaChange } from "../domain/schema-change.ts";
export { bytes, milliseconds, plural } from "../domain/units.ts";
export type { Compared, Predicate, Scan, ScanExpression, SortKey } from "../domain/workload.ts";
export { parseArrayText } from "../syntax/array-text.ts";
export { brinClass, brinStorage, type PlacedColumn, physicalOrder, placedColumns } from "./brin.ts";
export { filterOrders, findsOneRow, joinOrders, sortOrders, worthTrying } from "./btree-orders.ts";
export { type BtreeScan, btreeScan, byDistinct, mayBeBtreeKey } from "./btree-scan.ts";
export { figure, index, key, minRowsOption, sortedKey } from "./build.ts";
export type { CatalogView } from "./catalog-view.ts";
export { armKeys, bestPerExpression, type ClassKey, classIndex, classKey, classKeys, holdsPoint } from "./class-key.ts";
export { averageWidth, coveringOrders } from "./covering-orders.ts";
export { type CoveringDoubt, type CoveringTerms, coveringDoubt, usualTerms } from "./covering-pays.ts";
export { type ExpressionOrder, expressionOrders, hasBtreeOrder, whyNotImmutable } from "./expression-order.ts";
export { foreignKeyCheck, servesEquality } from "./foreign-key.ts";
export { heapPagesNeeded, indexedColumns } from "./heap-size.ts";
export { covers, mustStay, sameIndex } from "./index-overlap.ts";
export { type KeyColumn, keyColumnSql, keyUse } from "./key-column.ts";
export { alreadyGiven, type KeyOrder, keyOrder, mirrored, sortOrderKeys } from "./key-order.ts";
export { type LoggedRange, type LoggedUnderestimate, loggedRanges, loggedUnderestimates } from "./logged-underestimates.ts";
export {
  type LateVerdict,
  type MigrationContext,
  type MigrationRule,
  type MigrationState,
  migrationRule,
  type PastChange,
  type Runner,
  type Verdict,
} from "./migration.ts";
export { analyzedLater, indexOverPartitions, reachesAllRows } from "./migration-facts.ts";
export * from "./nodes.ts";
export { btreeGinTypes, btreeGistDistanceTypes, btreeGistTypes, type OperatorClass, operatorClassesFor } from "./operator-class.ts";
export { fractionKept, isNullOrFlagTest, partialIndexes } from "./partial.ts";
export { partitionObstacles } from "./partition-obstacles.ts";
export * from "./read-nodes.ts";
export type { ColumnUse, Filter, FromTable, QueryLevel, RewriteProposal, RewriteRule, RewriteStatement } from "./rewrite.ts";
export { rewriteRule } from "./rewrite.ts";
export * from "./rewrite-kit.ts";
export * from "./rewrite-lookups.ts";
export * from "./rewrite-numbered.ts";
export * from "./rewrite-order.ts";
export * from "./rewrite-parent.ts";
export { type Context, type IndexRule, indexRule, type Probe, type Proposal, type Source } from "./rule.ts";
export {
  alsoLocked,
  alterTable,
  columnList,
  constraintName,
  constraintSql,
  does,
  hasLockTimeout,
  indexSql,
  inLaterMigration,
  inUse,
  outsideTransaction,
  shortLockTimeout,
} from "./safe-form.ts";
export { sameSql } from "./same-sql.ts";
export { equalityColumns, indexableRelation, percent, rowsInWords, typeKind } from "./scan-facts.ts";
export { selectivity } from "./selectivity.ts";
export { servedBy } from "./served.ts";
export type { ColumnState, ConstraintState, IndexOnTable, IndexState, TableState, TypeState } from "./table-state.ts";
export { constantPattern, hasTrigram, likeParts, regexPrefix } from "./text-pattern.ts";
export {
  boundText,
  nextStart,
  type PartitionLayout,
  partitionSuffix,
  timePartitions,
} from "./time-partitions.ts";
export * from "./time-range.ts";
export * from "./tuning-kit.ts";
export {
  type StatementShape,
  type Trial,
  type TuningContext,
  type TuningFamily,
  type TuningProposal,
  type TuningRule,
  tuningRule,
} from "./tuning-rule.ts";
export { statisticsTargets } from "./tuning-text.ts";
export { isHorizonHeld, isOverdue, mostCostLimit, overdueTimes, type VacuumLoad, vacuumLoads, vacuumPace } from "./vacuum-load.ts";
export { listed, rowsKept } from "./wording.ts";
export { wraparoundAdvice } from "./wraparound.ts";
export { type ZonedColumn, zonedColumn } from "./zoned-column.ts";
