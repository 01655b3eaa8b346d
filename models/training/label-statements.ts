import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeClass } from "../../src/access-shape/change-class.ts";
import { shapeText } from "../../src/access-shape/shape-text.ts";
import { schemaSource } from "../../src/collect/schema-source.ts";
import type { Candidate } from "../../src/domain/candidate.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { Snapshot, StatementStats } from "../../src/domain/snapshot.ts";
import { bindParameters } from "../../src/group/bind-parameters.ts";
import { group } from "../../src/group/group.ts";
import { propose } from "../../src/propose/propose.ts";
import { prove } from "../../src/prove/prove.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import type { Rule } from "../../src/rule/rule.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";

/** A statement with the answer that the prover gave. */
export interface Labelled {
  readonly sql: string;
  /** As it is embedded: shape and plan of today. */
  readonly text: string;
  /** Class of the change that won, or `none`. */
  readonly label: string;
  /** DDL of the change; null for `none`. */
  readonly change: string | null;
  readonly costBefore: number;
  readonly costAfter: number;
  /** DDL of changes that were proved too or refused, with the cost each reached; best first. */
  readonly others: readonly { readonly change: string; readonly costAfter: number | null }[];
  readonly planBefore: Plan;
  readonly planAfter: Plan | null;
}

/** A change must save this part of a statement's cost to be its answer; the larger of two that save nearly the same loses. */
const leastGain = 0.2;
const nearlyTheSame = 1.05;

/** Each statement alone: every rule's candidates, proved in the shadow; the cheapest plan wins, the smaller index among equals. */
export async function labelStatements(
  parser: SqlParser,
  rules: ReadonlyMap<string, Rule>,
  schema: string,
  statements: readonly string[],
): Promise<readonly Labelled[]> {
  const snapshot = await snapshotOf(parser, schema, statements);
  const catalog = catalogView(snapshot.catalog);
  const planner = await openShadowPlanner(snapshot);
  try {
    const workload = await bindParameters(await group(snapshot, parser), snapshot, (sql) => planner.parameterTypes(sql));
    const { candidates } = propose(workload, snapshot, rules, {});
    const proved = await prove({
      candidates,
      families: workload.families,
      relations: snapshot.catalog.relations,
      planner,
      minGain: leastGain,
      stop: () => undefined,
      onProgress: () => undefined,
    });
    const labelled: Labelled[] = [];
    for (const planned of proved.families.values()) {
      const { family, typical, baselineCost } = planned;
      const today = await proved.costs.planOf(family, typical, { show: new Set(), hide: [] });
      const tried = [];
      for (const candidate of candidates.filter((each) => each.change.kind === "create-index" && each.helps.includes(family.id))) {
        const made = proved.prepared.get(candidate.id);
        const alone = { show: new Set([candidate.id]), hide: [] };
        const cost = made ? (await proved.costs.costOf(family, typical, alone)).cost : null;
        tried.push({ candidate, cost, bytes: made?.bytes ?? 0 });
      }
      tried.sort(
        (a, b) =>
          (a.cost ?? Number.POSITIVE_INFINITY) - (b.cost ?? Number.POSITIVE_INFINITY) ||
          a.bytes - b.bytes ||
          (a.candidate.id < b.candidate.id ? -1 : 1),
      );
      const least = tried[0]?.cost ?? null;
      const winner =
        least === null || least > baselineCost * (1 - leastGain)
          ? null
          : (tried
              .filter(({ cost }) => cost !== null && cost <= least * nearlyTheSame + 1)
              .toSorted((a, b) => a.bytes - b.bytes || (a.candidate.id < b.candidate.id ? -1 : 1))[0] ?? null);
      labelled.push({
        sql: family.sql,
        text: shapeText(family, today, catalog),
        label: winner ? changeClass(winner.candidate.change, catalog) : "none",
        change: winner ? ddlOf(winner.candidate) : null,
        costBefore: baselineCost,
        costAfter: winner?.cost ?? baselineCost,
        others: tried
          .filter((each) => each !== winner)
          .slice(0, 6)
          .map(({ candidate, cost }) => ({ change: ddlOf(candidate), costAfter: cost })),
        planBefore: today,
        planAfter: winner ? await proved.costs.planOf(family, typical, { show: new Set([winner.candidate.id]), hide: [] }) : null,
      });
    }
    return labelled;
  } finally {
    await planner.close();
  }
}

function ddlOf({ change }: Candidate): string {
  if (change.kind !== "create-index") throw new Error(`not an index: ${change.kind}`);
  return createIndexSql(change.index);
}

async function snapshotOf(parser: SqlParser, schema: string, statements: readonly string[]): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-application-"));
  try {
    const schemaFile = join(folder, "schema.sql");
    await writeFile(schemaFile, schema);
    return await schemaSource(parser, {
      schemaFile,
      statements: statements.map(calledOnce),
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

function calledOnce(sql: string): StatementStats {
  return {
    queryId: null,
    sql,
    calls: 1,
    totalExecTimeMs: 0,
    rows: null,
    sharedBlocksRead: null,
    sharedBlocksHit: null,
    tempBlocksWritten: null,
    countingSince: null,
    place: null,
  };
}
