import type { SqlSession } from "../contract/sql-session.ts";
import type { Candidate } from "../domain/candidate.ts";
import { ident, qualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import type { RelationName } from "../domain/postgres.ts";
import { sqlStateOf } from "../errors.ts";
import type { Bench, Caution } from "./bench.ts";
import { indexPrefix, type Manifest } from "./manifest.ts";

/** Longest index build, and longest ANALYZE. */
export const buildTimeoutMs = 3_600_000;

/** An index that was really built on the copy. */
export interface BuiltIndex {
  /** `Candidate.id`. */
  readonly id: string;
  readonly index: RelationName;
  /** The table that it is on. */
  readonly relation: RelationName;
  /** As plans name it: its own name, and those of its parts on partitions. */
  readonly names: ReadonlySet<string>;
  readonly bytes: number;
  readonly buildMs: number;
}

/** The index, in its own transaction, under our prefix. Null for a drop; a caution when the copy refuses it. */
export async function buildIndex({ session, manifest }: Bench, candidate: Candidate): Promise<BuiltIndex | Caution | null> {
  const { change } = candidate;
  if (change.kind !== "create-index") return null;
  const index = { schema: change.index.relation.schema, name: `${indexPrefix}${candidate.id}` };
  try {
    for (const extension of [change.index.extension, ...(change.index.otherExtensions ?? [])])
      if (extension !== null) await provide(session, manifest, extension);
    await manifest.recordIndex(index);
    await session.query(`set statement_timeout = ${buildTimeoutMs}`);
    const started = performance.now();
    await session.query(createIndexSql(change.index, { name: index.name }));
    const buildMs = performance.now() - started;
    // ANALYZE gathers the statistics that an expression of the index has from now on.
    if (change.index.keys.some((key) => key.column === null)) await session.query(`analyze ${qualified(change.index.relation)}`);
    const parts = await session.query<{ name: string; bytes: string }>(
      `with recursive part (oid) as (
         select to_regclass($1)::oid union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
       select relname::text as name, pg_relation_size(oid)::text as bytes from part join pg_class using (oid)`,
      [qualified(index)],
    );
    const bytes = parts.reduce((sum, part) => sum + Number(part.bytes), 0);
    return { id: candidate.id, index, relation: change.index.relation, names: new Set(parts.map(({ name }) => name)), bytes, buildMs };
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    const text = `It could not be built on the copy: ${(error as Error).message} (SQLSTATE ${sqlState}).`;
    return { relation: change.index.relation, text };
  } finally {
    await session.query("reset statement_timeout");
  }
}

async function provide(session: SqlSession, manifest: Manifest, extension: string): Promise<void> {
  const [there] = await session.query<{ there: boolean }>("select exists (select from pg_extension where extname = $1) as there", [
    extension,
  ]);
  if (there?.there) return;
  await manifest.recordExtension(extension);
  await session.query(`create extension if not exists ${ident(extension)} cascade`);
}
