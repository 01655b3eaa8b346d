import type { Planner, PlanOptions, PlanOutcome, PreparedIndex, RefusedIndex, WhatIf } from "../contract/planner.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Plan } from "../domain/plan.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { Gap, Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { AdvisorError } from "../errors.ts";
import { type RestoredShadow, restore } from "../restore/restore.ts";
import { otherMajorGap, planCautions } from "./cautions.ts";
import { withColumnTarget } from "./column-target.ts";
import { hiddenIndexes } from "./create-hidden.ts";
import { restoreGinMeta } from "./existing-gin.ts";
import { type Explainer, explain, openExplainer, parameterTypes } from "./explain-statement.ts";
import { openIndexParts } from "./index-parts.ts";
import { expressionStatistics } from "./key-statistics.ts";
import { planDoubts, type ShownIndex } from "./plan-doubts.ts";
import { type HiddenIndex, prepareIndex, prepareIndexes } from "./prepare-index.ts";
import { rowSamples } from "./row-samples.ts";
import { skipScannedIndexes } from "./skip-scan.ts";
import { sampledRowsOf, withStatistics } from "./try-statistics.ts";
import { underSettings } from "./under-settings.ts";
import { openVisibility, type Visibility } from "./visibility.ts";

/** First major version that skips through the first key of a B-tree: an older production must not be planned so. */
const skipScanSince = 18;

export interface ShadowOptions {
  readonly cacheDirectory?: string | null;
  readonly signal?: AbortSignal;
  /** An empty database of another server instead of the embedded one; closed with the planner. */
  readonly database?: EmbeddedDatabase;
  /** What the database cannot have as production has it; a gap. */
  readonly difference?: string | null;
  /** One more database like `database`, to try another schema in; absent beside `database`: no schema can be tried. */
  readonly another?: () => Promise<Required<Pick<ShadowOptions, "database" | "difference">>>;
}

/**
 * A planner with production's schema, statistics and sizes and none of its rows: an embedded PostgreSQL 18. Takes
 * about 1 s and 0.4 GB, more with hundreds of tables. The caller closes it. Throws ABORTED when `signal` fires
 * between two steps.
 */
export async function openShadowPlanner(snapshot: Snapshot, options: ShadowOptions = {}): Promise<Planner> {
  throwIfAborted(options.signal);
  const { cacheDirectory, database, difference = null } = options;
  const restored = await restore(snapshot, {
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    ...(database === undefined ? {} : { database }),
  });
  const shadow = difference === null ? restored : { ...restored, gaps: [...restored.gaps, collationGap(difference)] };
  try {
    throwIfAborted(options.signal);
    return { ...(await plannerOn(shadow, snapshot, options.signal)), ...schemaTrials(snapshot, options) };
  } catch (error) {
    await shadow.database.close();
    throw error;
  }
}

/** A schema is tried in a database of its own, so that nothing has to be put back. */
function schemaTrials(snapshot: Snapshot, options: ShadowOptions): Pick<Planner, "underSchema"> {
  if (options.database !== undefined && options.another === undefined) return {};
  return {
    async underSchema(catalog, work) {
      let other: Planner;
      try {
        other = await openShadowPlanner({ ...snapshot, catalog }, { ...options, ...(await options.another?.()) });
      } catch (error) {
        // A second database may be one too many for this machine: the first goes on without it.
        if (!(error instanceof AdvisorError) || error.code === "ABORTED") throw error;
        return { kind: "refused", why: error.message.replace(/\.$/, "") };
      }
      try {
        return { kind: "tried", result: await work(other) };
      } finally {
        await other.close();
      }
    },
  };
}

async function plannerOn(shadow: RestoredShadow, snapshot: Snapshot, signal: AbortSignal | undefined): Promise<Planner> {
  const { database } = shadow;
  const workshop = {
    shadow,
    snapshot,
    indexes: hiddenIndexes(shadow, snapshot),
    readParts: await openIndexParts(database),
    samples: rowSamples(database, snapshot),
    tableRows: new Map<string, number>(),
  };
  await restoreGinMeta(workshop);
  const visibility = await openVisibility(database);
  const explainer = await openExplainer(database);
  const answers = new Map<string, PreparedIndex | RefusedIndex>();
  const shown = new Map<string, ShownIndex>();
  const ownerOfPart = new Map<string, string>();
  const guarded = snapshot.server.major < skipScanSince && Math.floor(database.versionNumber / 10_000) >= skipScanSince;
  const cautions = planCautions(snapshot, shadow);

  const nameOf = (id: string) => `plansmith_${id}`;
  const know = (id: string, definition: IndexDefinition, made: HiddenIndex): PreparedIndex => {
    answers.set(id, made.answer);
    shown.set(id, { definition, prepared: made.answer });
    visibility.add(id, made.oids);
    explainer.indexMade(made.leadingKeys);
    for (const name of made.partNames) ownerOfPart.set(name, made.answer.name);
    return made.answer;
  };

  const prepareAll: Planner["prepareAll"] = async (indexes) => {
    throwIfAborted(signal);
    const fresh = indexes.filter(({ id }) => !answers.has(id));
    const made = await prepareIndexes(
      workshop,
      fresh.map(({ id, index }) => ({ definition: index, name: nameOf(id) })),
    );
    for (const [at, each] of (made ?? []).entries()) know(fresh[at]!.id, fresh[at]!.index, each);
  };

  const prepare = async (id: string, index: IndexDefinition): Promise<PreparedIndex | RefusedIndex> => {
    const known = answers.get(id);
    if (known) return known;
    throwIfAborted(signal);
    const made = await prepareIndex(workshop, index, nameOf(id));
    if ("answer" in made) return know(id, index, made);
    answers.set(id, made);
    return made;
  };

  const plan = async (sql: string, whatIf: WhatIf, planOptions: PlanOptions = {}): Promise<PlanOutcome> => {
    throwIfAborted(signal);
    const unknown = whatIf.show.find((id) => answers.get(id)?.kind !== "prepared");
    if (unknown !== undefined)
      throw new AdvisorError("INTERNAL", `Index "${unknown}" was not prepared in the shadow.`, { hint: "Call prepare() first." });
    await visibility.set(whatIf.show, whatIf.hide);
    const generic = planOptions.generic ?? false;
    const outcome = await explain(explainer, sql, generic);
    if (outcome.kind === "failed") return outcome;
    const plan = guarded
      ? await withoutSkipScans({ explainer, visibility, sql, generic, whatIf, ownerOfPart }, outcome.plan)
      : outcome.plan;
    return { kind: "planned", plan: namedByOwner(plan, ownerOfPart) };
  };

  const doubts: Planner["doubts"] = async (plan, { show, hide }) => {
    throwIfAborted(signal);
    await visibility.set(show, hide);
    return planDoubts(plan, { database, snapshot, shown: show.flatMap((each) => shown.get(each) ?? []), cautions });
  };

  return {
    backend: "shadow",
    description: describe(snapshot, database),
    gaps: [...shadow.gaps, ...otherMajorGap(snapshot, shadow)],
    cautions: (relation) => cautions(relation),
    prepare,
    prepareAll,
    plan,
    doubts,
    parameterTypes: (sql) => parameterTypes(database, sql),
    underSettings: (settings, work) => underSettings(database, settings, work),
    withStatistics: (trial, work) => withStatistics({ database, samples: workshop.samples }, trial, work),
    async expressionStatistics(name, sql) {
      const relation = snapshot.catalog.relations.find((each) => sameRelation(each, name));
      const rows = relation ? plannerRows(relation) : null;
      if (!relation || rows === null) return null;
      const { statistics, uncertain } = await expressionStatistics(
        workshop,
        { part: { relation: name, predicate: null }, relation, attribute: { sql } },
        rows,
      );
      return statistics && { statistics, uncertain };
    },
    withColumnTarget: (trial, work) => withColumnTarget({ database, samples: workshop.samples, snapshot }, trial, work),
    sampledRows: (relation) => sampledRowsOf({ database, samples: workshop.samples }, relation),
    close: () => database.close(),
  };
}

interface GuardedCall {
  readonly explainer: Explainer;
  readonly visibility: Visibility;
  readonly sql: string;
  readonly generic: boolean;
  readonly whatIf: WhatIf;
  readonly ownerOfPart: ReadonlyMap<string, string>;
}

/** Plans again without each index that only PostgreSQL 18 would skip through, until none is left. */
async function withoutSkipScans(call: GuardedCall, first: Plan): Promise<Plan> {
  const leading = call.explainer.leadingKeys();
  const hiddenNames = new Set<string>();
  let plan = first;
  for (;;) {
    const found = skipScannedIndexes(plan, leading).map((name) => call.ownerOfPart.get(name) ?? name);
    const fresh = found.filter((name) => !hiddenNames.has(name));
    if (fresh.length === 0) return plan;
    for (const name of fresh) hiddenNames.add(name);
    const show = call.whatIf.show.filter((id) => !hiddenNames.has(`plansmith_${id}`));
    const hide = [...call.whatIf.hide, ...call.explainer.indexesNamed(hiddenNames)];
    await call.visibility.set(show, hide);
    const again = await explain(call.explainer, call.sql, call.generic);
    // It was planned a moment ago; with an index less, a statement can lose only ON CONFLICT's arbiter, which is no scan.
    if (again.kind === "failed") return plan;
    plan = again.plan;
  }
}

/** The part of an index on a partition reports the index that was asked for. */
function namedByOwner(plan: Plan, ownerOfPart: ReadonlyMap<string, string>): Plan {
  if (ownerOfPart.size === 0) return plan;
  const rename = (node: Plan["root"]): Plan["root"] => ({
    ...node,
    index: node.index === null ? null : (ownerOfPart.get(node.index) ?? node.index),
    children: node.children.map(rename),
  });
  return { ...plan, root: rename(plan.root) };
}

function collationGap(why: string): Gap {
  return { area: "shadow", what: "default collation of the shadow", why, remedy: null };
}

function describe(snapshot: Snapshot, { versionNumber: version, server = "PGlite" }: EmbeddedDatabase): string {
  const origin = snapshot.origin === "live" ? "statistics" : "generated statistics";
  return `shadow (${server} ${Math.floor(version / 10000)}.${version % 10000}, ${origin} of ${snapshot.collectedAt.slice(0, 10)})`;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AdvisorError("ABORTED", "Planning was stopped.", { hint: "Run the command again." });
}
