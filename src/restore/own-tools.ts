import { posix } from "node:path";
import { literal, qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Step } from "./apply-steps.ts";

/** Schema of what the shadow needs for itself. */
const toolSchema = "plansmith_shadow";
/** Gives pg_buffercache_evict_relation() (PostgreSQL 18); production's own copy of it is not restored. */
export const toolExtension = "pg_buffercache";

/** First version with pg_buffercache_evict_relation(). A server that is not embedded may lack the extension, and does without. */
const evictSince = 180_000;

function canEvict({ server, versionNumber }: EmbeddedDatabase): boolean {
  return server === undefined && versionNumber >= evictSince;
}

export function ownToolSteps(database: EmbeddedDatabase): Step[] {
  if (!canEvict(database)) return [];
  database.provideExtension(toolExtension);
  return [
    { what: `schema ${toolSchema}`, sql: `create schema ${toolSchema}` },
    { what: `extension ${toolExtension}`, sql: `create extension ${toolExtension} schema ${toolSchema}` },
  ];
}

/** File numbers of moved relations: above any OID a fresh cluster reaches, below those of what-if indexes. */
const movedFiles = 3_000_000_000;

/**
 * Where the relation's file may be patched without the server having its pages in shared buffers: the embedded 18 writes them out and drops them;
 * elsewhere the small file gets a copy under a number that the buffers do not know. Do this after a checkpoint, and before the
 * relation is first planned: the planner keeps what a B-tree's meta page said.
 */
export async function patchablePath(database: EmbeddedDatabase, relation: RelationName, path: string): Promise<string> {
  const oid = `${literal(qualified(relation))}::regclass`;
  if (canEvict(database)) {
    await database.scalar(`select ${toolSchema}.pg_buffercache_evict_relation(${oid})`);
    return path;
  }
  const moved = posix.join(posix.dirname(path), String(movedFiles + Number(await database.scalar(`select ${oid}::oid::int8`))));
  const pages: Uint8Array[] = [];
  for (let page = database.files.readPage(path, 0); page !== null; page = database.files.readPage(path, pages.length)) pages.push(page);
  database.files.writePages(moved, Buffer.concat(pages));
  await database.run(`update pg_class set relfilenode = ${posix.basename(moved)} where oid = ${oid}`);
  return moved;
}
