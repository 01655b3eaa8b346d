/** A schema-qualified name, unquoted, as the catalog stores it. */
export interface RelationName {
  readonly schema: string;
  readonly name: string;
}

/** Lock modes in `pg_locks` spelling, weakest first. https://www.postgresql.org/docs/current/explicit-locking.html */
export const lockModes = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
] as const;
export type LockMode = (typeof lockModes)[number];

/** Access methods we know how to propose and size. pgvector adds the last two. */
export const accessMethods = ["btree", "hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat"] as const;
export type AccessMethod = (typeof accessMethods)[number];

/** One string key for maps; the separator cannot occur in an unquoted part by accident because both parts are quoted. */
export function relationKey(relation: RelationName): string {
  return `${JSON.stringify(relation.schema)}.${JSON.stringify(relation.name)}`;
}

export function sameRelation(a: RelationName, b: RelationName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** Bytes of one heap or index block unless PostgreSQL was rebuilt (`block_size`). */
export const blockSizeBytes = 8192;

/** The newest major whose forms the rules know. */
export const newestMajor = 18;
/** The latest that may be named: a release or two behind, what the rules say holds all the same. */
export const latestMajor = newestMajor + 2;
