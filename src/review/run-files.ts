import type { Planner } from "../contract/planner.ts";
import type { Catalog } from "../domain/catalog.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import type { ReviewBasis, WorkloadImpact } from "../domain/review.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { AdvisorError } from "../errors.ts";
import type { MigrationFile } from "../migrations/read-migration.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { undefinedThings } from "./beyond-scratch.ts";
import { type Grafted, graftStatistics } from "./graft-statistics.ts";
import type { Observation } from "./observe.ts";
import { readIdentity } from "./schema-identity.ts";
import { applyFiles, observeFile, type Scratch, type ScratchLimits } from "./scratch-run.ts";
import { type ComparedWorkload, compareWorkload, planWorkload } from "./workload-impact.ts";

/** What is known of the schema before the change. */
export type Ground =
  | { readonly kind: "snapshot" | "schema-file"; readonly snapshot: Snapshot; readonly name: string }
  /** The directory's own earlier migrations, if there are any. */
  | { readonly kind: "none" };

export interface RunTools {
  readonly parser: SqlParser;
  /** A database with the ground's schema, no rows. Null: do without, judge by text and catalog. */
  readonly openScratch: ((ground: Ground) => Promise<OpenScratch>) | null;
  readonly readCatalog: (database: EmbeddedDatabase) => Promise<Snapshot>;
  readonly openPlanner: (snapshot: Snapshot) => Promise<Planner>;
  /** Index advice for statements on a schema: an audit. */
  readonly advise: (snapshot: Snapshot) => Promise<Report>;
}

export interface OpenScratch extends Scratch {
  readonly gaps: readonly Gap[];
}

/** What a run of the files in the scratch database gave. */
export interface Run {
  readonly basis: ReviewBasis;
  /** Before the new files; null when only the text is known. */
  readonly catalog: Catalog | null;
  readonly observations: ReadonlyMap<MigrationFile, readonly Observation[]>;
  readonly families: readonly QueryFamily[];
  readonly impact: WorkloadImpact | null;
  /** See ComparedWorkload; empty without an impact. */
  readonly costs: ComparedWorkload["costs"];
  /** The schema that the migration leaves, with production's figures; null without a snapshot. */
  readonly after: Snapshot | null;
  readonly gaps: readonly Gap[];
}

export interface RunContext {
  readonly ground: Ground;
  readonly stop: () => void;
  readonly onFile: (done: number, total: number) => void;
}

/** Applies context, then new files, in a scratch database, and plans the workload before and after. */
export async function runFiles(files: readonly MigrationFile[], tools: RunTools, context: RunContext): Promise<Run> {
  const { ground } = context;
  if (tools.openScratch === null) return withoutRun(ground);
  const scratch = await tools.openScratch(ground);
  try {
    return await (ground.kind === "none"
      ? replay(files, scratch, { tools, context })
      : onGround(files, scratch, { tools, context, ground }));
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code !== "BACKEND_UNSUPPORTED") throw error;
    return { ...withoutRun(ground), gaps: [stopped] };
  } finally {
    await scratch.database.close();
  }
}

/** An endless loop, or more work than a scratch database without rows should have. */
const stopped: Gap = {
  area: "shadow",
  what: "the run in the scratch database",
  why: "a statement took too long there, and the run was stopped: text and catalog decide",
  remedy: null,
};

function withoutRun(ground: Ground): Run {
  const known = ground.kind === "none" ? null : ground.snapshot;
  return { ...nothingRun, basis: { ...basisOf(ground), ran: false }, catalog: known?.catalog ?? null };
}

const nothingRun = { catalog: null, observations: new Map(), families: [], impact: null, costs: new Map(), after: null, gaps: [] };

function basisOf(ground: Ground): ReviewBasis {
  if (ground.kind === "none") return { kind: "text", words: "the text alone: no schema is known", collectedAt: null, ran: false };
  if (ground.kind === "snapshot")
    return {
      kind: "snapshot",
      words: `schema and statistics of snapshot ${ground.name}, collected ${ground.snapshot.collectedAt.slice(0, 16).replace("T", " ")} UTC`,
      collectedAt: ground.snapshot.collectedAt,
      ran: true,
    };
  return { kind: "schema-file", words: `schema file ${ground.name}`, collectedAt: null, ran: true };
}

interface Work {
  readonly tools: RunTools;
  readonly context: RunContext;
}

/** A snapshot or a schema file is the state before the new files: files that are context are in it already. */
async function onGround(
  files: readonly MigrationFile[],
  scratch: OpenScratch,
  work: Work & { readonly ground: Exclude<Ground, { kind: "none" }> },
): Promise<Run> {
  const { tools, context, ground } = work;
  const { snapshot } = ground;
  const impactTools = { parser: tools.parser, openPlanner: tools.openPlanner, stop: context.stop };
  const before = await readIdentity(scratch.database);
  const planned = await planWorkload(snapshot, scratch.database, impactTools);
  const observations = await observeFiles(files, scratch, context);
  const grafted = graftStatistics(snapshot, await tools.readCatalog(scratch.database), {
    before,
    after: await readIdentity(scratch.database),
  });
  const compared =
    planned.families.length === 0
      ? null
      : await compareWorkload(planned, grafted, {
          scratch: scratch.database,
          touched: touchedBy(observations, grafted),
          tools: impactTools,
        });
  return {
    basis: basisOf(ground),
    catalog: snapshot.catalog,
    observations,
    families: planned.families,
    impact: compared?.impact ?? null,
    costs: compared?.costs ?? new Map(),
    after: grafted.snapshot,
    gaps: [...snapshot.gaps, ...scratch.gaps],
  };
}

/** Relations that the migration locks or drops, by the names that statements of today know them by. */
function touchedBy(observations: ReadonlyMap<MigrationFile, readonly Observation[]>, grafted: Grafted): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const observation of [...observations.values()].flat()) {
    for (const relation of [
      ...(observation.locks ?? []).map((lock) => lock.relation),
      ...observation.dropped,
      ...observation.builds.map((build) => build.on),
    ]) {
      touched.add(relationKey(relation));
      const former = grafted.formerNames.get(relationKey(relation));
      if (former) touched.add(relationKey(former));
    }
  }
  return touched;
}

/** Earlier migrations give the schema, if they are all there: a missing table is found by the first statement that wants it. */
async function replay(files: readonly MigrationFile[], scratch: OpenScratch, { tools, context }: Work): Promise<Run> {
  const earlier = files.filter((file) => !file.isNew);
  const refused = await applyFiles(scratch, earlier, context.stop);
  // Code that was not understood may have made what a new file wants.
  const complete = refused === 0 && earlier.every((file) => file.notices.length === 0);
  const limits: ScratchLimits = complete ? scratch.limits : { ...scratch.limits, complete: false };
  const { catalog } = await tools.readCatalog(scratch.database);
  const observations = await observeFiles(files, { ...scratch, limits }, context);
  const misses = [...observations.values()].flat().some((each) => each.error !== null && undefinedThings.includes(each.error.sqlState));
  if (earlier.length === 0 && misses) return { ...nothingRun, basis: basisOf({ kind: "none" }) };
  const count = earlier.reduce((sum, file) => sum + file.statements.length, 0);
  const words =
    earlier.length === 0
      ? "an empty database, from which the files were run"
      : `schema from ${earlier.length === 1 ? "1 earlier migration" : `${earlier.length} earlier migrations`} (${count} statements${refused > 0 ? `, ${refused} of them refused` : ""})`;
  return { ...nothingRun, basis: { kind: "replay", words, collectedAt: null, ran: true }, catalog, observations, gaps: scratch.gaps };
}

async function observeFiles(
  files: readonly MigrationFile[],
  scratch: Scratch,
  context: RunContext,
): Promise<Map<MigrationFile, readonly Observation[]>> {
  const observations = new Map<MigrationFile, readonly Observation[]>();
  for (const [position, file] of files.entries()) {
    if (file.isNew) observations.set(file, await observeFile(scratch, file, context.stop));
    context.onFile(position + 1, files.length);
  }
  return observations;
}
