import { createIndexSql } from "../domain/index-sql.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import type { NewIndexUse } from "../domain/review.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { Run, RunTools } from "./run-files.ts";

/** An index that serves the known statements of a table better than the one that the migration makes. */
export interface BetterIndex {
  readonly sql: string;
  readonly bytes: number;
  /** Families that it helps. */
  readonly helped: number;
  /** Planner cost of those, weighed by calls, as they are without either index and with this one. */
  readonly costBefore: number;
  readonly costAfter: number;
}

/** It must save so much more than the migration's index to be worth telling. Our choice. */
const clearlyMore = 1.25;
/** A smaller part of the statements' cost is noise. */
const leastShare = 0.1;

/**
 * Asks for the index that the known statements of a table want, where the migration makes one that none of them uses or that
 * helps them less: an audit of that table's statements on the new schema without its index. By the key of the migration's index.
 */
export async function findBetterIndexes(run: Run, tools: RunTools, stop: () => void): Promise<ReadonlyMap<string, BetterIndex>> {
  const better = new Map<string, BetterIndex>();
  const { impact, after } = run;
  if (impact === null || after === null) return better;
  const made = impact.newIndexes.filter((use) => use.triedCount > 0 && !isConstraint(use, after));
  for (const relation of new Set(made.map((use) => relationKey(use.relation)))) {
    stop();
    const own = made.filter((use) => relationKey(use.relation) === relation);
    const families = run.families.filter((family) => run.costs.has(family.id) && reads(family, relation));
    if (families.length === 0) continue;
    const best = bestOf(await tools.advise(withoutIndexes(after, own, families)), relation);
    if (best === null) continue;
    for (const use of own) if (best.saved > clearlyMore * savedBy(use, run)) better.set(relationKey(use.index), best.index);
  }
  return better;
}

/** What the migration's index saves the statements that use it, weighed by calls. */
function savedBy(use: NewIndexUse, { costs, families }: Run): number {
  return use.usedBy.reduce((sum, id) => {
    const cost = costs.get(id);
    const calls = families.find((family) => family.id === id)?.load.calls ?? 1;
    return sum + (cost ? calls * Math.max(0, cost.before - cost.after) : 0);
  }, 0);
}

function bestOf(report: Report, relation: string): { readonly saved: number; readonly index: BetterIndex } | null {
  const calls = new Map(report.families.map((family) => [family.id, family.calls]));
  const total = report.families.reduce((sum, family) => sum + family.calls * family.costBefore, 0);
  const found = report.recommendations.flatMap(({ candidate, benefit, price }) => {
    const { change } = candidate;
    if (change.kind !== "create-index" || relationKey(change.index.relation) !== relation) return [];
    // Lookups of foreign keys are the audit's own: nobody has counted their calls.
    const known = benefit.families.flatMap((each) => {
      const count = calls.get(each.family);
      return count === undefined ? [] : [{ ...each, count }];
    });
    const weigh = (of: "costBefore" | "costAfter") => known.reduce((sum, each) => sum + each.count * each[of], 0);
    const [costBefore, costAfter] = [weigh("costBefore"), weigh("costAfter")];
    const index = { sql: createIndexSql(change.index), bytes: price.indexBytes, helped: known.length, costBefore, costAfter };
    return [{ saved: costBefore - costAfter, index }];
  });
  const [best] = found.toSorted((a, b) => b.saved - a.saved);
  return best && best.saved >= leastShare * total ? best : null;
}

function withoutIndexes(after: Snapshot, own: readonly NewIndexUse[], families: readonly QueryFamily[]): Snapshot {
  const gone = new Set(own.map((use) => relationKey(use.index)));
  const relations = after.catalog.relations.map((relation) => ({
    ...relation,
    indexes: relation.indexes.filter((index) => !gone.has(relationKey(index))),
  }));
  return { ...after, catalog: { ...after.catalog, relations }, statements: families.flatMap((family) => family.statements) };
}

/** A unique index is there for what it forbids. */
function isConstraint(use: NewIndexUse, after: Snapshot): boolean {
  const indexes = after.catalog.relations.flatMap((relation) => relation.indexes);
  return indexes.find((index) => relationKey(index) === relationKey(use.index))?.unique ?? true;
}

function reads(family: QueryFamily, relation: string): boolean {
  return family.scans.some((scan) => relationKey(scan.relation) === relation);
}
