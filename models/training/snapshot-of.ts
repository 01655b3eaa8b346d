import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemaSource } from "../../src/collect/schema-source.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";

/** Snapshot of a schema on paper, with figures in its comments, and of statements called once each. */
export async function snapshotOf(parser: SqlParser, schema: string, statements: readonly string[]): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-application-"));
  try {
    const schemaFile = join(folder, "schema.sql");
    await writeFile(schemaFile, schema);
    return await schemaSource(parser, {
      schemaFile,
      statements: statements.map((sql) => uncountedStatement(sql, null)),
      top: 10_000,
      minCalls: 0,
      includeSchemas: [],
      excludeSchemas: [],
      readEnds: true,
      redactValues: false,
      now: new Date("2026-01-01T00:00:00Z"),
    }).read({});
  } finally {
    await rm(folder, { recursive: true });
  }
}
