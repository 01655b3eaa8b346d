import { type LockMode, lockModes, type RelationName, relationKey } from "../domain/postgres.ts";
import type { RelationLock, RelationWork } from "../domain/schema-change.ts";
import type { Observed } from "../judge/judgement.ts";
import type { DatabaseState, RelationState } from "./database-state.ts";

/** What one statement did in the scratch database, which holds the schema and no rows. */
export interface Observation {
  /** Strongest lock on each relation that was there before; null for a statement that commits by itself: its locks are gone by then. */
  readonly locks: readonly RelationLock[] | null;
  /** Tables and materialised views whose file was replaced. */
  readonly rewrites: readonly RelationName[];
  /** Indexes built or rebuilt on relations that were there before. */
  readonly builds: readonly { readonly index: RelationName; readonly on: RelationName }[];
  /** Relations whose rows it says it would read to verify them. */
  readonly scans: readonly RelationName[];
  /** Relations and indexes that are gone after it. */
  readonly dropped: readonly RelationName[];
  /** Tables that hold a foreign key whose rows it would check. */
  readonly foreignKeyChecks: readonly RelationName[];
  readonly error: { readonly sqlState: string; readonly message: string } | null;
  /** False: it was not run, or its refusal says nothing about production. */
  readonly ran: boolean;
}

/** As the judge takes it; null for a statement that was not run. */
export function observedOf(observation: Observation): Observed | null {
  if (!observation.ran) return null;
  const rewritten = new Set(observation.rewrites.map(relationKey));
  const work = (kind: RelationWork["kind"], relations: readonly RelationName[]) => relations.map((relation) => ({ relation, kind }));
  return {
    locks: observation.locks,
    work: [
      ...work("rewrite", observation.rewrites),
      ...work(
        "index-build",
        // A rewrite builds every index anew: that is part of it.
        observation.builds.map((build) => build.on).filter((table) => !rewritten.has(relationKey(table))),
      ),
      ...work("scan", observation.scans),
      ...work("foreign-key-check", observation.foreignKeyChecks),
    ],
    sees: observation.error ? [] : ["rewrite", "index-build", "scan", "foreign-key-check"],
    error: observation.error,
  };
}

/** Relations whose lock matters to others; an index's lock is its table's affair. */
const lockedKinds = ["r", "p", "m", "v", "f", "S"];

/** What a statement did, from the state before and after it and the server's DEBUG1 messages (tablecmds.c, index.c: observed on 18). */
export function observedBetween(
  before: DatabaseState,
  after: DatabaseState,
  statement: { readonly sql: string; readonly messages: readonly string[] },
): Observation {
  const names = new Map([...before.relations.values()].map((relation) => [relation.name, relation]));
  const rewrites = [...before.relations.values()].filter(
    (relation) => ["r", "m"].includes(relation.kind) && changedFile(relation, after) && !/^truncate\b/i.test(statement.sql),
  );
  return {
    locks: newLocks(before, after),
    rewrites: sorted(rewrites.map(nameOf)),
    builds: builtIndexes(before, after),
    scans: sorted(verifiedRelations(statement.messages, names)),
    foreignKeyChecks: sorted(checkedTables(statement.messages, after)),
    dropped: sorted([...before.relations.values()].filter((relation) => !after.relations.has(relation.oid)).map(nameOf)),
    error: null,
    ran: true,
  };
}

function changedFile(relation: RelationState, after: DatabaseState): boolean {
  const now = after.relations.get(relation.oid);
  return now !== undefined && now.file !== relation.file && relation.file !== 0;
}

/** Relations that the statement made itself are nobody's to wait for. */
function newLocks(before: DatabaseState, after: DatabaseState): RelationLock[] {
  const strongest = new Map<number, LockMode>();
  for (const { oid, mode } of after.locks) {
    const relation = before.relations.get(oid);
    if (!relation || !lockedKinds.includes(relation.kind)) continue;
    const known = strongest.get(oid);
    if (known === undefined || lockModes.indexOf(mode) > lockModes.indexOf(known)) strongest.set(oid, mode);
  }
  return [...strongest]
    .map(([oid, mode]) => ({ relation: nameOf(before.relations.get(oid)!), mode }))
    .toSorted((a, b) => lockModes.indexOf(b.mode) - lockModes.indexOf(a.mode) || compare(a.relation, b.relation));
}

/** New indexes with a file on tables there before, and those whose file was replaced. */
function builtIndexes(before: DatabaseState, after: DatabaseState): Observation["builds"] {
  const found = [...after.relations.values()].flatMap((index) => {
    if (index.kind !== "i" || index.table === null || before.relations.get(index.oid)?.file === index.file) return [];
    const table = before.relations.get(index.table);
    return table ? [{ index: nameOf(index), on: nameOf(table) }] : [];
  });
  return found.toSorted((a, b) => compare(a.index, b.index));
}

/** `verifying table "t"`: tablecmds.c, ATRewriteTable, DEBUG1. */
function verifiedRelations(messages: readonly string[], names: ReadonlyMap<string, RelationState>): RelationName[] {
  const found = messages.map((message) => /^verifying table "(.+)"$/.exec(message)?.[1]);
  return unique(found.flatMap((name) => (name === undefined ? [] : (names.get(name) ?? []))));
}

/** `validating foreign key constraint "f"`: tablecmds.c, validateForeignKeyConstraint, DEBUG1. */
function checkedTables(messages: readonly string[], after: DatabaseState): RelationName[] {
  const names = new Set(messages.flatMap((message) => /^validating foreign key constraint "(.+)"$/.exec(message)?.[1] ?? []));
  const tables = after.foreignKeys.filter((key) => names.has(key.name)).flatMap((key) => after.relations.get(key.table) ?? []);
  return unique(tables);
}

function unique(relations: readonly RelationName[]): RelationName[] {
  return [...new Map(relations.map((relation) => [relationKey(relation), nameOf(relation)])).values()];
}

function nameOf({ schema, name }: RelationName): RelationName {
  return { schema, name };
}

function sorted(names: readonly RelationName[]): RelationName[] {
  return names.toSorted(compare);
}

function compare(a: RelationName, b: RelationName): number {
  return relationKey(a) < relationKey(b) ? -1 : 1;
}
