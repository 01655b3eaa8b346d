import { liveSource } from "../../src/collect/live-source.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { readTextPlan } from "../../src/logs/text-plan.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { catalogOnly } from "./catalog-only.ts";

/** A schema with rows, analysed in the embedded PostgreSQL, and what a collector read of it. */
export interface AnalyzedDatabase {
  readonly parser: SqlParser;
  /** No statements, and no change of a table since its ANALYZE. */
  readonly read: Snapshot;
  run(sql: string): Promise<void>;
  /** The plan of a run (EXPLAIN ANALYZE) as a log holds it. */
  explained(sql: string): Promise<Plan>;
  /** Whole rows as text, of the ones where the condition holds. */
  sampled(table: string, condition: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Several statements; ANALYZE is among them. */
export async function analyzedDatabase(schema: string): Promise<AnalyzedDatabase> {
  const database = await bootEmbedded({ collation: "libc-utf8" });
  const parser = await openParser();
  await database.run(schema);
  const options = { ...catalogOnly, readEnds: true, origin: "demo", now: new Date("2026-01-01T00:00:00Z") } as const;
  const read = await liveSource(database.session, options).read({});
  // What was loaded before ANALYZE: the counters are flushed late.
  const relations = read.catalog.relations.map((each) => ({
    ...each,
    activity: each.activity && { ...each.activity, rowsModifiedSinceAnalyze: 0 },
  }));
  return {
    parser,
    read: { ...read, catalog: { ...read.catalog, relations } },
    run: (sql) => database.run(sql),
    explained: async (sql) => {
      const rows = await database.session.query<{ "QUERY PLAN": string }>(`explain (analyze, buffers off) ${sql}`);
      return readTextPlan(rows.map((row) => row["QUERY PLAN"]))!;
    },
    sampled: async (table, condition) => {
      const rows = await database.session.query<{ row: string }>(`select t::text as row from ${table} t where ${condition}`);
      return rows.map((each) => each.row);
    },
    close: async () => {
      await parser.close();
      await database.close();
    },
  };
}

/** The snapshot with these rows of a table of schema public sampled; null: as it is. */
export function withSample(snapshot: Snapshot, name: string, rows: readonly string[] | null): Snapshot {
  return rows === null ? snapshot : { ...snapshot, rowSamples: [{ schema: "public", name, rows }] };
}

/** What comes of work with the shadow planner of a snapshot, which is closed behind it. */
export async function withShadow<Result>(snapshot: Snapshot, work: (planner: Planner) => Promise<Result>): Promise<Result> {
  const planner = await openShadowPlanner(snapshot);
  try {
    return await work(planner);
  } finally {
    await planner.close();
  }
}
