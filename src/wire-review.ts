import { readFile } from "node:fs/promises";
import { loadMigrationRules, loadRules } from "../rules/index.ts";
import { audit } from "./audit/audit.ts";
import type { SnapshotSource } from "./contract/snapshot-source.ts";
import type { Report } from "./domain/report.ts";
import type { Gap, Snapshot } from "./domain/snapshot.ts";
import type { CollationClass, EmbeddedDatabase } from "./embedded/embedded-database.ts";
import { sqlStateOf } from "./embedded/sql-state.ts";
import { judge } from "./judge/judge.ts";
import { reviewChecks } from "./review/finding.ts";
import { type ReviewInput, type ReviewTools, review } from "./review/review.ts";
import type { Ground, OpenScratch } from "./review/run-files.ts";
import type { SqlParser } from "./syntax/parse-sql.ts";
import { advisorVersion, type Hooks } from "./wire.ts";

export interface ReviewRun extends Omit<ReviewInput, "stop" | "onProgress" | "advisorVersion"> {
  /** False: nothing is run, not even in a scratch database; text and catalog decide. */
  readonly scratch: boolean;
  /** Directory for boot templates; null: none; absent: the default place. */
  readonly cacheDirectory?: string | null;
  /** Processor time that one statement may take in the scratch database, where tables are empty. Default 20 s. */
  readonly longestStatementMs?: number;
}

/** Reviews migrations. Throws AdvisorError when nothing useful could be said. */
export async function runReview(input: ReviewRun, hooks: Hooks, parser: SqlParser): Promise<Report> {
  const { AdvisorError } = await import("./errors.ts");
  const { openShadowPlanner } = await import("./shadow/shadow-planner.ts");
  const cache = input.cacheDirectory === undefined ? {} : { cacheDirectory: input.cacheDirectory };
  const scratch = { ...cache, timeoutMs: input.longestStatementMs ?? 20_000 };
  const version = await advisorVersion();
  const openPlanner = (snapshot: Snapshot) => openShadowPlanner(snapshot, { ...cache, signal: hooks.signal });
  const rules = await loadMigrationRules();
  const known = new Set([...rules.keys(), ...Object.values(reviewChecks).map((check) => check.id)]);
  const unknown = Object.keys(input.levels).find((id) => !known.has(id));
  if (unknown !== undefined)
    throw new AdvisorError("CONFIG_INVALID", `"levels" names a rule that does not exist: "${unknown}".`, {
      hint: "Run: plansmith rules migration/",
    });
  const tools: ReviewTools = {
    parser,
    rules,
    judge,
    openScratch: input.scratch ? (ground) => openScratch(ground, scratch) : null,
    readCatalog: (database) => readCatalog(database),
    openPlanner,
    advise: async (snapshot) => {
      const source: SnapshotSource = { read: async () => snapshot };
      const quiet = { ...hooks, onProgress: () => {} };
      return audit({ source, parser, rules: await loadRules(), openPlanner }, { ...advice, ...quiet, advisorVersion: version });
    },
  };
  const stop = () => {
    if (hooks.signal.aborted) throw new AdvisorError("ABORTED", "The review was interrupted.");
  };
  return review(tools, { ...input, onProgress: hooks.onProgress, stop, advisorVersion: version });
}

/** Each statement of a change is advised on for itself: no budget takes one's index for another's. */
const advice = { ruleOptions: {}, maxIndexes: null, maxGrowth: null, maxBytes: null, withValues: false, timeBudgetMs: 60_000 };

const reading = { top: 100_000, minCalls: 0, includeSchemas: [], excludeSchemas: [], readEnds: false, redactValues: false, statements: [] };

async function readCatalog(database: EmbeddedDatabase): Promise<Snapshot> {
  const { liveSource } = await import("./collect/live-source.ts");
  return liveSource(database.session, { ...reading, now: new Date(0), origin: "schema-file" }).read({});
}

interface ScratchOptions {
  readonly cacheDirectory?: string | null;
  readonly timeoutMs: number;
}

/** A database with the ground's schema and no rows. */
async function openScratch(ground: Ground, options: ScratchOptions): Promise<OpenScratch> {
  if (ground.kind === "snapshot") return fromSnapshot(ground.snapshot, options);
  const text = ground.kind === "none" ? "" : await readFile(ground.name, "utf8");
  const database = await bootFor(text, options);
  const limits = { missingExtensions: [], complete: true, hasTriggersAndPolicies: true };
  if (ground.kind === "none") return { database, limits, gaps: [], sessionSql: "reset all" };
  try {
    const { runSchema } = await import("./collect/run-schema.ts");
    const gaps = await runSchema(database, text, { path: ground.name });
    await database.run("reset all"); // a dump empties its session's search_path
    // A statement that was passed over may have made what a migration wants.
    const missingExtensions = gaps.flatMap((gap) => /^extension (\S+) and what/.exec(gap.what)?.[1] ?? []);
    const complete = !gaps.some((gap) => gap.what.startsWith("statement "));
    return { database, limits: { ...limits, missingExtensions, complete }, gaps: [], sessionSql: "reset all" };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** In a thread that can be ended: a migration may loop for ever. Rows of a dump go through files, which are out of reach there. */
async function bootFor(schema: string, options: ScratchOptions & { readonly collation?: CollationClass }): Promise<EmbeddedDatabase> {
  if (/\bfrom\s+stdin\b/i.test(schema)) return (await import("./embedded/embedded-database.ts")).bootEmbedded(options);
  const { bootGuarded } = await import("./embedded/guarded-database.ts");
  return bootGuarded(options);
}

async function fromSnapshot(snapshot: Snapshot, options: ScratchOptions): Promise<OpenScratch> {
  const { collationClass } = await import("./restore/collation-class.ts");
  const { restoreSchema } = await import("./restore/restore-schema.ts");
  const database = await bootFor("", { ...options, collation: collationClass(snapshot.server) });
  try {
    // Without row counts the restore puts no end rows into the tables.
    const relations = snapshot.catalog.relations.map((relation) => ({ ...relation, rows: null }));
    const { gaps } = await restoreSchema(database, { ...snapshot, catalog: { ...snapshot.catalog, relations } });
    const path = snapshot.settings.find((setting) => setting.name === "search_path")?.value ?? "";
    const sessionSql = path === "" ? "reset all" : `reset all; set search_path = ${path}`;
    await database.run(sessionSql);
    const limits = {
      missingExtensions: gaps.flatMap((gap) => /^extension "(.+)"$/.exec(gap.what)?.[1] ?? []),
      complete: !gaps.some(makesRelation),
      hasTriggersAndPolicies: await makeTriggersAndPolicies(database, snapshot),
    };
    return { database, limits, gaps, sessionSql };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * What no plan depends on and a migration may name: made in the scratch database alone. False when the snapshot does not hold them,
 * or one cannot be made here. A function of a trigger that cannot be made is told by its trigger.
 */
async function makeTriggersAndPolicies(database: EmbeddedDatabase, { catalog }: Snapshot): Promise<boolean> {
  const made = async ({ definition }: { readonly definition: string }) => {
    try {
      await database.run(definition);
      return true;
    } catch (error) {
      if (sqlStateOf(error) === null) throw error;
      return false;
    }
  };
  // The restore leaves out functions that no plan can call.
  await database.run("set check_function_bodies = off");
  for (const each of catalog.functions) if (/\breturns (?:event_)?trigger\b/i.test(each.definition)) await made(each);
  let whole = true;
  for (const { triggers, policies } of catalog.relations) {
    if (triggers === undefined || policies === undefined) whole = false;
    for (const each of [...(triggers ?? []), ...(policies ?? [])]) if (!(await made(each))) whole = false;
  }
  await database.run("reset check_function_bodies");
  return whole;
}

/** Something is missing that a migration may name. */
function makesRelation(gap: Gap): boolean {
  return /^(table|view|materiali[sz]ed view|enum|domain|composite|range|sequence|stand-in|place)\b/.test(gap.what);
}
