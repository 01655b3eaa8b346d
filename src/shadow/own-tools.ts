import { literal, qualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Step } from "./apply-steps.ts";

/** Schema of what the shadow needs for itself. */
const toolSchema = "plansmith_shadow";
/** Gives pg_buffercache_evict_relation() (PostgreSQL 18); production's own copy of it is not restored. */
export const toolExtension = "pg_buffercache";

export function ownToolSteps(database: EmbeddedDatabase): Step[] {
  database.provideExtension(toolExtension);
  return [
    { what: `schema ${toolSchema}`, sql: `create schema ${toolSchema}` },
    { what: `extension ${toolExtension}`, sql: `create extension ${toolExtension} schema ${toolSchema}` },
  ];
}

/**
 * Writes the relation's pages out of shared buffers and drops them there, so that its file may be patched. Do this
 * before the relation is first planned: the planner keeps what a B-tree's meta page said.
 */
export async function evictPages(database: EmbeddedDatabase, relation: RelationName): Promise<void> {
  await database.scalar(`select ${toolSchema}.pg_buffercache_evict_relation(${literal(qualified(relation))}::regclass)`);
}
