import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemaSource } from "../../src/collect/schema-source.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";
import { catalogOnly } from "./catalog-only.ts";

/** The snapshot of a schema on paper: DDL and rows run in the embedded PostgreSQL and analysed. */
export async function schemaSnapshot(parser: SqlParser, sql: string): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-schema-"));
  try {
    const schemaFile = join(folder, "schema.sql");
    await writeFile(schemaFile, sql);
    const now = new Date("2026-01-01T00:00:00Z");
    return await schemaSource(parser, { ...catalogOnly, readEnds: true, schemaFile, now }).read({});
  } finally {
    await rm(folder, { recursive: true });
  }
}
