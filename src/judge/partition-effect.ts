import type { RelationName } from "../domain/postgres.ts";
import type { SchemaChange } from "../domain/schema-change.ts";
import type { MigrationState } from "../rule/migration.ts";
import { type EffectDraft, family, withRows } from "./change-effect.ts";
import { partitionProven } from "./partition-proof.ts";

/** False when the change makes no table and moves no partition. */
export function partitionEffect(change: SchemaChange, draft: EffectDraft): boolean {
  const { state, lock, work } = draft;
  switch (change.kind) {
    case "create-table": {
      if (change.ifNotExists && state.table(change.relation)) return true;
      const references = [...change.constraints, ...change.columns.flatMap((each) => each.constraints)].flatMap(
        (each) => each.references ?? [],
      );
      lock("ShareRowExclusiveLock", ...references.map((each) => each.relation).filter((each) => !isSame(each, change.relation)));
      lock("ShareUpdateExclusiveLock", ...change.inherits);
      lock("AccessShareLock", ...change.like);
      if (!change.partitionOf) return true;
      lock("AccessExclusiveLock", change.partitionOf);
      lock("ShareRowExclusiveLock", ...foreignTables(state, change.partitionOf));
      const other = change.isDefaultPartition ? null : defaultPartition(state, change.partitionOf);
      if (!other) return true;
      lock("AccessExclusiveLock", other);
      work("scan", ...withRows(state, other));
      return true;
    }
    case "attach-partition": {
      lock("ShareUpdateExclusiveLock", change.relation);
      lock("AccessExclusiveLock", ...family(state, change.partition));
      lock("ShareRowExclusiveLock", ...foreignTables(state, change.relation));
      if (!partitionProven(change, state)) work("scan", ...withRows(state, change.partition));
      if (missesIndexes(state, change)) work("index-build", ...withRows(state, change.partition));
      const other = change.isDefault ? null : defaultPartition(state, change.relation);
      if (!other) return true;
      lock("AccessExclusiveLock", other);
      work("scan", ...withRows(state, other));
      return true;
    }
    case "detach-partition": {
      const other = defaultPartition(state, change.relation);
      lock(change.concurrently ? "ShareUpdateExclusiveLock" : "AccessExclusiveLock", change.relation);
      // ATExecDetachPartition() took the weaker lock before 14 brought CONCURRENTLY.
      lock(draft.postgres < 14 ? "ShareUpdateExclusiveLock" : "AccessExclusiveLock", change.partition);
      lock("AccessExclusiveLock", ...(other ? [other] : []));
      return true;
    }
    default:
      return false;
  }
}

function isSame(a: RelationName, b: RelationName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

function defaultPartition(state: MigrationState, parent: RelationName): RelationName | null {
  return state.children(parent).find((each) => each.bound === "DEFAULT" && each.parents.some((own) => isSame(own, parent))) ?? null;
}

/** Tables that the parent refers to: a partition gets the same foreign keys. */
function foreignTables(state: MigrationState, parent: RelationName): RelationName[] {
  return (state.table(parent)?.constraints ?? []).flatMap((each) => (each.references ? [each.references.relation] : []));
}

/** An index of the parent for which the partition has no equal one is built on the way. */
function missesIndexes(state: MigrationState, change: Extract<SchemaChange, { kind: "attach-partition" }>): boolean {
  const [parent, child] = [state.table(change.relation), state.table(change.partition)];
  if (!parent?.complete || !child?.complete) return false;
  const keys = (index: (typeof parent.indexes)[number]) =>
    `${index.accessMethod} ${index.unique} ${index.predicate} ${index.keys.map((key) => key.sql).join()}`;
  const there = new Set(child.indexes.filter((each) => each.valid).map(keys));
  return parent.indexes.some((each) => !there.has(keys(each)));
}
