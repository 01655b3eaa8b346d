import { objectName, readableIdent, readableQualified } from "../domain/identifier.ts";
import type { LockMode, RelationName } from "../domain/postgres.ts";
import type { ConstraintDefinition, RelationWork, SchemaChange } from "../domain/schema-change.ts";
import type { MigrationContext, MigrationState } from "./migration.ts";

/** Seconds that a statement which queues everybody behind it may wait itself: strong_migrations and GitLab use 5 to 10. */
export const shortLockTimeout = "SET lock_timeout = '5s'";

/** True for a relation that others use already: neither made by this migration nor temporary. */
export function inUse(before: MigrationState, relation: RelationName): boolean {
  const table = before.table(relation);
  return !table?.createdHere && !table?.temporary;
}

/** True when a lock_timeout keeps a statement from queueing everybody behind it for long. */
export function hasLockTimeout(before: MigrationState): boolean {
  const value = before.setting("lock_timeout");
  return value !== null && !/^0+(?:ms|s)?$/.test(value);
}

export function does({ work }: Pick<MigrationContext, "work">, kind: RelationWork["kind"]): boolean {
  return work.some((each) => each.kind === kind);
}

/** Relations that get this lock, apart from those named. */
export function alsoLocked({ locks }: Pick<MigrationContext, "locks">, mode: LockMode, ...but: readonly RelationName[]): RelationName[] {
  return locks
    .filter((each) => each.mode === mode && !but.some((own) => own.schema === each.relation.schema && own.name === each.relation.name))
    .map((each) => each.relation);
}

export function alterTable(relation: RelationName): string {
  return `ALTER TABLE ${readableQualified(relation)}`;
}

/** The columns of a list, as written in SQL. */
export function columnList(columns: readonly string[]): string {
  return `(${columns.map(readableIdent).join(", ")})`;
}

/** Statements that PostgreSQL refuses in a transaction, with a comment that says how the runner in use can run them. */
export function outsideTransaction(
  { runner }: Pick<MigrationContext, "runner">,
  before: Pick<MigrationState, "transaction">,
  ...statements: readonly string[]
): string[] {
  if (before.transaction.kind === "none" && !runner.wrapsInTransaction) return [...statements];
  if (before.transaction.kind === "block" && !runner.wrapsInTransaction)
    return ["-- after COMMIT, outside the transaction block", ...statements];
  if (!runner.canRunOutsideTransaction)
    return [`-- ${runner.name} runs every migration in a transaction: run this by hand before it`, ...statements];
  const how = runner.outsideTransaction === null ? "" : `: ${runner.outsideTransaction}`;
  return [`-- in a file of its own that ${runner.name} runs without a transaction${how}`, ...statements];
}

/** Statements for the next migration, because the locks of the first must be gone. */
export function inLaterMigration(
  { runner }: Pick<MigrationContext, "runner">,
  before: Pick<MigrationState, "transaction">,
  ...statements: readonly string[]
): string[] {
  if (before.transaction.kind === "none" && !runner.wrapsInTransaction) return [...statements];
  return ["-- in the next migration, when the locks of this one are gone", ...statements];
}

/** A constraint as ADD CONSTRAINT takes it, under the name given. */
export function constraintSql(constraint: ConstraintDefinition, name: string): string {
  const columns = columnList(constraint.columns);
  switch (constraint.kind) {
    case "check":
      return `ADD CONSTRAINT ${readableIdent(name)} CHECK (${constraint.expression})`;
    case "foreign-key": {
      const target = constraint.references;
      const keys = target && target.columns.length > 0 ? ` ${columnList(target.columns)}` : "";
      const action = target && target.onDelete !== "NO ACTION" ? ` ON DELETE ${target.onDelete}` : "";
      return `ADD CONSTRAINT ${readableIdent(name)} FOREIGN KEY ${columns} REFERENCES ${target ? readableQualified(target.relation) : ""}${keys}${action}`;
    }
    case "not-null":
      return `ADD CONSTRAINT ${readableIdent(name)} NOT NULL ${constraint.columns.map(readableIdent).join(", ")}`;
    default:
      return `ADD CONSTRAINT ${readableIdent(name)} ${constraint.kind === "primary-key" ? "PRIMARY KEY" : "UNIQUE"} ${columns}`;
  }
}

/** Constraint names as PostgreSQL picks them. */
export function constraintName(relation: RelationName, constraint: ConstraintDefinition): string {
  const suffix = { check: "check", "foreign-key": "fkey", "primary-key": "pkey", unique: "key", exclusion: "excl", "not-null": "not_null" };
  const columns = constraint.kind === "primary-key" ? [] : constraint.columns;
  return constraint.name ?? objectName(relation.name, columns.join("_"), suffix[constraint.kind]);
}

/** `CREATE INDEX` as written, with or without CONCURRENTLY. */
export function indexSql(change: Extract<SchemaChange, { kind: "create-index" }>, concurrently: boolean, name = change.name): string {
  const keys = change.keys.map((key) => {
    const words = [key.column === null && !/^[\w.]+\(.*\)$/.test(key.sql) ? `(${key.sql})` : key.sql];
    if (key.collation !== null) words.push(`COLLATE ${key.collation}`);
    if (key.operatorClass !== null) words.push(key.operatorClass);
    if (key.descending) words.push("DESC");
    if (key.nullsFirst !== key.descending) words.push(key.nullsFirst ? "NULLS FIRST" : "NULLS LAST");
    return words.join(" ");
  });
  return [
    change.unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX",
    ...(concurrently ? ["CONCURRENTLY"] : []),
    ...(change.ifNotExists && name !== null ? ["IF NOT EXISTS"] : []),
    ...(name === null ? [] : [readableIdent(name)]),
    `ON ${readableQualified(change.relation)}`,
    ...(change.accessMethod === "btree" ? [] : [`USING ${change.accessMethod}`]),
    `(${keys.join(", ")})`,
    ...(change.include.length > 0 ? [`INCLUDE ${columnList(change.include)}`] : []),
    ...(change.predicate === null ? [] : [`WHERE ${change.predicate}`]),
  ].join(" ");
}
