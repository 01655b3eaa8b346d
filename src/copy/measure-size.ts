import type { MeasuredSize, SizeTarget } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { blockSizeBytes, type RelationName } from "../domain/postgres.ts";
import { bytes } from "../domain/units.ts";
import { sqlStateOf } from "../errors.ts";
import { sampledHeap, statedHeap } from "./measure-heap.ts";
import { provideStatTuple } from "./stat-tuple.ts";

export interface SizeLimits {
  /** Longest look at one relation. */
  readonly timeoutMs: number;
  /** All of them together. */
  readonly enoughMs: number;
}

/** A larger B-tree is not built a second time: our choice, November 2026. */
const mostIndexBytes = 10 * 1024 ** 3;
/** Leaf pages of a B-tree that is built are filled so far unless it says otherwise (nbtree.h, BTREE_DEFAULT_FILLFACTOR). */
const leafFill = 90;
const lockTimeoutMs = 5_000;

/** `measureSize` under one limit for all that is asked. */
export function sizeMeter(session: SqlSession, limits: SizeLimits): (target: SizeTarget) => Promise<MeasuredSize> {
  let spentMs = 0;
  return async (target) => {
    if (spentMs >= limits.enoughMs) return { kind: "unknown", why: `looking at sizes has taken ${Math.round(spentMs / 1000)} s already` };
    const started = performance.now();
    try {
      return await measureSize(session, target, limits);
    } finally {
      spentMs += performance.now() - started;
    }
  };
}

/** Of the relation as the copy has it. */
export interface CopyRelation {
  readonly bytes: number;
  readonly pages: number;
  readonly toastBytes: number;
  readonly fillfactor: number;
  readonly definition: string;
}

/**
 * What the copy's rows, or the entries of an index, take when they are written anew, beside what they take there now. Whatever is made for it is
 * rolled back. Unknown, with the reason, where the copy has no such relation, refuses, or is not done in time.
 */
export async function measureSize(session: SqlSession, { relation, index }: SizeTarget, limits: SizeLimits): Promise<MeasuredSize> {
  const target = index ?? relation;
  const found = await rolledBack(session, limits.timeoutMs, () => factsOf(session, target));
  if (found === null) return { kind: "unknown", why: `it has no ${index === null ? "table" : "index"} of that name` };
  if ("why" in found) return found;
  const tries =
    index === null
      ? [() => sampledHeap(session, relation, found), () => statedHeap(session, relation, found)]
      : [() => builtIndex(session, index, found), () => statedIndex(session, index, found)];
  const reasons: string[] = [];
  for (const attempt of tries) {
    const result = await rolledBack(session, limits.timeoutMs, attempt);
    if (result.kind === "measured") return result;
    reasons.push(result.why);
  }
  return { kind: "unknown", why: reasons.join(", and ") };
}

async function factsOf(session: SqlSession, relation: RelationName): Promise<CopyRelation | null> {
  const [row] = await session.query<{ bytes: string; toast: string; options: string[] | null; definition: string | null; kind: string }>(
    `select pg_relation_size(c.oid)::text as bytes, coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0)::text as toast,
       c.reloptions::text[] as options, c.relkind as kind, case when c.relkind = 'i' then pg_get_indexdef(c.oid) end as definition
     from pg_class c where c.oid = to_regclass($1) and c.relkind in ('r', 'm', 'i')`,
    [qualified(relation)],
  );
  if (!row) return null;
  const said = row.options?.find((each) => each.startsWith("fillfactor="));
  const size = Number(row.bytes);
  return {
    bytes: size,
    pages: size / blockSizeBytes,
    toastBytes: Number(row.toast),
    fillfactor: said === undefined ? (row.kind === "i" ? leafFill : 100) : Number(said.slice("fillfactor=".length)),
    definition: row.definition ?? "",
  };
}

/** The index once more, in a transaction that is rolled back. Its build counts its entries. */
async function builtIndex(session: SqlSession, index: RelationName, found: CopyRelation): Promise<MeasuredSize> {
  if (found.bytes > mostIndexBytes) return { kind: "unknown", why: `at ${bytes(found.bytes)} it is too large to be built there once more` };
  const made = { schema: index.schema, name: "plansmith_size" };
  // `ON ONLY` is how pg_get_indexdef() writes an index of a partitioned table, which has no pages.
  const sql = found.definition.replace(/^(CREATE (?:UNIQUE )?INDEX) (?:"(?:[^"]|"")+"|\S+) ON /, `$1 ${ident(made.name)} ON `);
  await session.query(sql);
  const [row] = await session.query<{ bytes: string; rows: number }>(
    "select pg_relation_size(oid)::text as bytes, reltuples::float8 as rows from pg_class where oid = to_regclass($1)",
    [qualified(made)],
  );
  return { kind: "measured", neededBytes: Number(row!.bytes), copyBytes: found.bytes, copyRows: row!.rows, how: "built once more" };
}

/** Its leaves as full as they are when it is built: duplicates that an older version kept apart stay so. */
async function statedIndex(session: SqlSession, index: RelationName, found: CopyRelation): Promise<MeasuredSize> {
  const schema = await provideStatTuple(session);
  if (schema === null) return { kind: "unknown", why: "it has no pgstattuple" };
  const [row] = await session.query<{ leaves: number; density: number; internal: number; rows: number }>(
    `select s.leaf_pages::float8 as leaves, s.avg_leaf_density::float8 as density, s.internal_pages::float8 as internal, c.reltuples::float8 as rows
     from ${ident(schema)}.pgstatindex($1::text) s, pg_class c where c.oid = to_regclass($1)`,
    [qualified(index)],
  );
  // No leaf at all: the density is NaN.
  const needed = row!.leaves === 0 ? 0 : (row!.leaves * row!.density) / found.fillfactor + row!.internal;
  return { kind: "measured", neededBytes: needed * blockSizeBytes, copyBytes: found.bytes, copyRows: row!.rows, how: "by pgstatindex" };
}

type Unknown = Extract<MeasuredSize, { kind: "unknown" }>;

async function rolledBack<T>(session: SqlSession, timeoutMs: number, work: () => Promise<T>): Promise<T | Unknown> {
  await session.query("begin");
  try {
    await session.query(`set local statement_timeout = ${Math.round(timeoutMs)}`);
    await session.query(`set local lock_timeout = ${lockTimeoutMs}`);
    return await work();
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return { kind: "unknown", why: `it refuses: ${(error as Error).message} (SQLSTATE ${sqlState})` };
  } finally {
    await session.query("rollback");
  }
}
