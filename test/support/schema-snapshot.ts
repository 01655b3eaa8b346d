import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemaSource } from "../../src/collect/schema-source.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";

/** The snapshot of a schema on paper: DDL and rows run in the embedded PostgreSQL and analysed. */
export async function schemaSnapshot(parser: SqlParser, sql: string): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-schema-"));
  try {
    const schemaFile = join(folder, "schema.sql");
    await writeFile(schemaFile, sql);
    const source = schemaSource(parser, {
      schemaFile,
      statements: [],
      top: 1000,
      minCalls: 0,
      includeSchemas: [],
      excludeSchemas: [],
      readEnds: true,
      redactValues: false,
      now: new Date("2026-01-01T00:00:00Z"),
    });
    return await source.read({});
  } finally {
    await rm(folder, { recursive: true });
  }
}
