import { readFile } from "node:fs/promises";
import type { SnapshotSource } from "../contract/snapshot-source.ts";
import { readableQualified } from "../domain/identifier.ts";
import type { Gap, Snapshot, StatementStats } from "../domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { AdvisorError } from "../errors.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { applyFigures } from "./apply-figures.ts";
import { type LiveOptions, liveSource } from "./live-source.ts";
import { redactValues } from "./redact-values.ts";
import { runSchema } from "./run-schema.ts";

export interface SchemaOptions extends Omit<LiveOptions, "origin" | "statements"> {
  /** DDL, and any INSERT that makes rows; a plain pg_dump too. */
  readonly schemaFile: string;
  readonly statements: readonly StatementStats[];
  /** Of the embedded PostgreSQL's boot template; null = none. */
  readonly cacheDirectory?: string | null;
}

/**
 * A schema on paper: runs the file in an embedded PostgreSQL, analyses it and reads the result as a server. Comments
 * `-- plansmith: <table> rows=2000000 <column>.distinct=40000` give a table figures it has no rows for.
 */
export function schemaSource(parser: SqlParser, options: SchemaOptions): SnapshotSource {
  return {
    async read({ signal, onProgress }) {
      const path = options.schemaFile;
      const text = await readFile(path, "utf8").catch((cause: unknown) => {
        throw new AdvisorError("INPUT_INVALID", `The schema file "${path}" cannot be read.`, { hint: "Check the path.", cause });
      });
      refuseBinary(text, path);
      onProgress?.("schema", 0, null);
      // Most production databases sort by a language, and there LIKE 'x%' needs text_pattern_ops; byte order would promise too much.
      const cache = options.cacheDirectory === undefined ? {} : { cacheDirectory: options.cacheDirectory };
      const database = await bootEmbedded({ ...cache, collation: "icu" });
      try {
        const lines = text.split("\n").length;
        const gaps = await runSchema(database, text, { path, signal, onStatement: (line) => onProgress?.("schema", line, lines) });
        await settle(database);
        const live = liveSource(database.session, { ...options, redactValues: false, origin: "schema-file" });
        const read = await live.read({ ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) });
        const snapshot = applyFigures(withoutCounters(read), text, path);
        const marked = { ...snapshot, gaps: [...gaps, ...snapshot.gaps, ...emptyTables(snapshot)] };
        return options.redactValues ? await redactValues(marked, parser) : marked;
      } finally {
        await database.close();
      }
    },
  };
}

/** The file's own settings end with it; the planner's go back to PostgreSQL's defaults, which PGlite's command line changes. */
async function settle(database: EmbeddedDatabase): Promise<void> {
  await database.run("reset all");
  await database.run(
    `select set_config(name, boot_val, false) from pg_settings
     where source = 'command line' and context in ('user', 'superuser') and (category like 'Query Tuning%' or name like 'max_parallel%')`,
  );
  await database.run("vacuum analyze");
}

/** Loading the file is no workload: an index nothing has scanned yet is not unused, rows put in are not writes. */
function withoutCounters(snapshot: Snapshot): Snapshot {
  const relations = snapshot.catalog.relations.map((relation) => ({
    ...relation,
    activity: null,
    indexes: relation.indexes.map((index) => ({ ...index, scans: null, lastScan: null })),
  }));
  return { ...snapshot, catalog: { ...snapshot.catalog, relations } };
}

/** A plan over no rows says nothing: the report must not look as if it did. */
function emptyTables(snapshot: Snapshot): Gap[] {
  const empty = snapshot.catalog.relations.filter((relation) => relation.kind === "table" && (relation.rows ?? 0) === 0);
  if (empty.length === 0) return [];
  const names = empty.slice(0, 5).map(readableQualified).join(", ");
  return [
    {
      area: "statistics",
      what: `figures of ${empty.length === 1 ? "table" : `${empty.length} tables:`} ${names}${empty.length > 5 ? ", …" : ""}`,
      why: "the schema file puts no row into them, so no index can be shown to help",
      remedy: `Insert rows, or state figures in a comment: -- plansmith: ${empty[0]!.name} rows=1000000`,
    },
  ];
}

/** A NUL, which no SQL text holds: UTF-16, an archive of pg_dump, or no text at all. */
function refuseBinary(text: string, path: string): void {
  if (!text.startsWith("PGDMP") && !text.slice(0, 8000).includes("\0")) return;
  throw new AdvisorError("INPUT_INVALID", `The schema file "${path}" is no SQL text in UTF-8.`, {
    hint: text.startsWith("PGDMP")
      ? "It is an archive of pg_dump: write SQL with pg_dump --schema-only --format=plain."
      : "Write it with pg_dump --schema-only, or save it as UTF-8.",
  });
}
