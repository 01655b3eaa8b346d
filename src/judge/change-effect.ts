import { type LockMode, lockModes, type RelationName, relationKey } from "../domain/postgres.ts";
import type { RelationLock, RelationWork, SchemaChange } from "../domain/schema-change.ts";
import type { MigrationState } from "../rule/migration.ts";
import { columnEffect } from "./column-effect.ts";
import { constraintEffect } from "./constraint-effect.ts";
import { dropEffect } from "./drop-effect.ts";
import { partitionEffect } from "./partition-effect.ts";

export interface ChangeEffect {
  /** The strongest mode per relation, in the order of names; relations that the statement itself makes are left out. */
  readonly locks: readonly RelationLock[];
  readonly work: readonly RelationWork[];
}

/** Collects what one change locks and does. */
export interface EffectDraft {
  readonly state: MigrationState;
  readonly postgres: number;
  lock(mode: LockMode, ...relations: readonly RelationName[]): void;
  work(kind: RelationWork["kind"], ...relations: readonly RelationName[]): void;
}

/**
 * Table locks and work of one change: table "Conflicting Lock Modes" and AlterTableGetLockLevel(), every line held against
 * pg_locks and debug messages of a running server (bench/migrations.ts).
 */
export function effectOf(change: SchemaChange, state: MigrationState, postgres: number): ChangeEffect {
  const locks = new Map<string, RelationLock>();
  const work = new Map<string, RelationWork>();
  const draft: EffectDraft = {
    state,
    postgres,
    lock(mode, ...relations) {
      for (const { schema, name } of relations) {
        // Nobody else sees a temporary table.
        if (state.table({ schema, name })?.temporary) continue;
        const relation = { schema, name };
        const known = locks.get(relationKey(relation));
        if (!known || lockModes.indexOf(known.mode) < lockModes.indexOf(mode)) locks.set(relationKey(relation), { relation, mode });
      }
    },
    work(kind, ...relations) {
      for (const { schema, name } of relations)
        if (!state.table({ schema, name })?.temporary)
          work.set(`${kind} ${relationKey({ schema, name })}`, { relation: { schema, name }, kind });
    },
  };
  if (!columnEffect(change, draft) && !constraintEffect(change, draft) && !partitionEffect(change, draft) && !dropEffect(change, draft))
    otherEffect(change, draft);
  // What is rewritten is neither scanned nor its indexes built by themselves.
  const rewritten = new Set([...work.values()].filter((each) => each.kind === "rewrite").map((each) => relationKey(each.relation)));
  return {
    locks: [...locks.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each),
    work: [...work.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, each]) => each)
      .filter((each) => each.kind === "rewrite" || each.kind === "foreign-key-check" || !rewritten.has(relationKey(each.relation))),
  };
}

/** The table and, where its partitions or inheritance children go along, these. */
export function family(state: MigrationState, relation: RelationName): RelationName[] {
  return [relation, ...state.children(relation)];
}

/** Those of a family that hold rows. */
export function withRows(state: MigrationState, relation: RelationName): RelationName[] {
  return family(state, relation).filter((each) => state.table(each)?.kind !== "partitioned-table");
}

function otherEffect(change: SchemaChange, draft: EffectDraft): void {
  const { state, lock, work } = draft;
  switch (change.kind) {
    case "create-table-as":
      lock("AccessShareLock", ...change.reads);
      return;
    case "create-view":
      lock("AccessShareLock", ...change.reads);
      if (state.table(change.relation)) lock("AccessExclusiveLock", change.relation);
      return;
    case "create-index":
      createIndexEffect(change, draft);
      return;
    case "rename-table":
    case "set-schema":
      lock("AccessExclusiveLock", change.relation);
      return;
    case "rename-column":
    case "rename-constraint":
      lock("AccessExclusiveLock", ...family(state, change.relation));
      return;
    case "set-logged":
    case "set-unlogged": {
      lock("AccessExclusiveLock", change.relation);
      const already = state.table(change.relation)?.complete && state.table(change.relation)?.unlogged === (change.kind === "set-unlogged");
      if (!already) work("rewrite", change.relation);
      return;
    }
    case "set-tablespace":
    case "set-access-method": {
      lock("AccessExclusiveLock", change.relation);
      const table = state.table(change.relation);
      const already = change.kind === "set-access-method" && table?.accessMethod === change.to;
      if (table?.kind !== "partitioned-table" && !already) work("rewrite", change.relation);
      return;
    }
    case "enable-rls":
    case "disable-rls":
    case "replica-identity":
    case "create-policy":
    case "alter-policy":
      lock("AccessExclusiveLock", change.relation);
      return;
    case "set-storage-parameters":
      lock(
        change.parameters.some((each) => each.startsWith("user_catalog_table")) || state.table(change.relation)?.kind === "view"
          ? "AccessExclusiveLock"
          : "ShareUpdateExclusiveLock",
        change.relation,
      );
      return;
    case "toggle-trigger":
      lock("ShareRowExclusiveLock", ...family(state, change.relation));
      return;
    case "create-trigger":
      lock("ShareRowExclusiveLock", ...family(state, change.relation), ...(change.from ? [change.from] : []));
      return;
    case "inherit":
      lock("AccessExclusiveLock", change.relation);
      lock("ShareUpdateExclusiveLock", change.parent);
      return;
    case "alter-table":
      lock(subcommandLocks[change.subcommand] ?? "AccessExclusiveLock", change.relation);
      return;
    case "alter-domain":
      if (change.action === "other" || change.notValid) return;
      for (const table of tablesWithType(state, change.type)) {
        lock("ShareLock", table);
        work("scan", table);
      }
      return;
    case "truncate": {
      const reached = change.cascade ? referencingClosure(state, change.relations) : change.relations;
      lock("AccessExclusiveLock", ...reached.flatMap((each) => family(state, each)));
      return;
    }
    default:
      rowEffect(change, draft);
  }
}

/** AlterTableGetLockLevel() for subcommands that only change the catalog, and what CREATE STATISTICS and publications take; ACCESS EXCLUSIVE where nothing is said. */
const subcommandLocks: Readonly<Record<string, LockMode>> = {
  // COMMENT ON TABLE and COLUMN, which are no subcommand.
  Comment: "ShareUpdateExclusiveLock",
  CreateStatsStmt: "ShareUpdateExclusiveLock",
  CreatePublicationStmt: "ShareUpdateExclusiveLock",
  AlterPublicationStmt: "ShareUpdateExclusiveLock",
  SetStatistics: "ShareUpdateExclusiveLock",
  SetOptions: "ShareUpdateExclusiveLock",
  ResetOptions: "ShareUpdateExclusiveLock",
  ClusterOn: "ShareUpdateExclusiveLock",
  DropCluster: "ShareUpdateExclusiveLock",
  ResetRelOptions: "ShareUpdateExclusiveLock",
  EnableAlwaysTrig: "ShareRowExclusiveLock",
  EnableReplicaTrig: "ShareRowExclusiveLock",
};

function createIndexEffect(change: Extract<SchemaChange, { kind: "create-index" }>, { state, lock, work }: EffectDraft): void {
  const mode = change.concurrently ? "ShareUpdateExclusiveLock" : "ShareLock";
  const table = state.table(change.relation);
  const there = change.ifNotExists && table?.indexes.some((each) => each.name === change.name);
  if (there || (change.only && table?.kind === "partitioned-table")) {
    lock(mode, change.relation);
    return;
  }
  lock(mode, ...family(state, change.relation).slice(0, table?.kind === "partitioned-table" ? undefined : 1));
  work("index-build", ...(table?.kind === "partitioned-table" ? withRows(state, change.relation) : [change.relation]));
}

function rowEffect(change: SchemaChange, draft: EffectDraft): void {
  const { state, lock, work } = draft;
  switch (change.kind) {
    case "update":
    case "delete":
      lock("RowExclusiveLock", ...family(state, change.relation));
      work("update", ...withRows(state, change.relation));
      return;
    case "insert":
      lock("RowExclusiveLock", change.relation);
      lock("AccessShareLock", ...change.reads);
      return;
    case "query":
      lock("AccessShareLock", ...change.reads);
      lock("RowShareLock", ...change.locksRowsOf);
      lock("RowExclusiveLock", ...change.writes);
      return;
    case "reindex": {
      const table = change.what === "index" && change.name ? state.index(change.name)?.table : change.what === "table" ? change.name : null;
      if (!table) return;
      // Before 14, a partitioned table gets a WARNING and is skipped.
      const skipped = draft.postgres < 14 && state.table(table)?.kind === "partitioned-table";
      lock(change.concurrently ? "ShareUpdateExclusiveLock" : "ShareLock", ...(skipped ? [table] : family(state, table)));
      if (!skipped) work("index-build", ...withRows(state, table));
      return;
    }
    case "vacuum-full":
      lock("AccessExclusiveLock", ...change.relations.flatMap((each) => family(state, each)));
      work("rewrite", ...change.relations.flatMap((each) => withRows(state, each)));
      return;
    case "cluster":
      if (!change.relation) return;
      lock("AccessExclusiveLock", change.relation);
      work("rewrite", change.relation);
      return;
    case "analyze":
      lock("ShareUpdateExclusiveLock", ...change.relations);
      return;
    case "refresh":
      lock(change.concurrently ? "ExclusiveLock" : "AccessExclusiveLock", change.relation);
      if (change.withRows && !change.concurrently) work("rewrite", change.relation);
      return;
    case "lock-table":
      lock(change.mode, ...change.relations.flatMap((each) => family(state, each)));
      return;
    default:
      return;
  }
}

/** Tables with a column of this domain. */
function tablesWithType(state: MigrationState, type: RelationName): RelationName[] {
  return state
    .tables()
    .filter(
      (table) =>
        table.kind !== "view" &&
        table.columns.some((each) => each.type.name === type.name && (each.type.schema ?? type.schema) === type.schema),
    );
}

/** What TRUNCATE … CASCADE reaches: tables that refer to these, and on. */
function referencingClosure(state: MigrationState, relations: readonly RelationName[]): RelationName[] {
  const reached = new Map(relations.map((each) => [relationKey(each), each]));
  for (const relation of reached.values())
    for (const table of state.tables())
      if (table.constraints.some((each) => each.references && relationKey(each.references.relation) === relationKey(relation)))
        reached.set(relationKey(table), { schema: table.schema, name: table.name });
  return [...reached.values()];
}
