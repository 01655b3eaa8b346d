import { relationKey } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import type { NewIndexUse } from "../domain/review.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { indexSqlFor } from "./index-sql-for.ts";
import type { Run, RunTools } from "./run-files.ts";

/** An index that serves the known statements of a table better than the one that the migration makes. */
export interface BetterIndex {
  readonly sql: string;
  readonly bytes: number;
  /** Families that it helps, or that use the migration's index. */
  readonly helped: number;
  /** Planner cost of those and of the statements that use the migration's index, weighed by calls: with that one, with this one. */
  readonly costBefore: number;
  readonly costAfter: number;
}

/** The statements that either serves must cost at most this part with it of what they cost with the migration's. Our choice. */
const clearlyLess = 0.8;

/**
 * Asks for the index that the known statements of a table want, where the migration makes one that none of them uses or that
 * helps them less: an audit of that table's statements on the new schema without its index. By the key of the migration's index.
 */
export async function findBetterIndexes(run: Run, tools: RunTools, stop: () => void): Promise<ReadonlyMap<string, BetterIndex>> {
  const better = new Map<string, BetterIndex>();
  const { impact, after } = run;
  if (impact === null || after === null) return better;
  const indexes = new Map(after.catalog.relations.flatMap((each) => each.indexes.map((index) => [relationKey(index), index])));
  // A unique index is there for what it forbids.
  const made = impact.newIndexes.filter((use) => use.triedCount > 0 && indexes.get(relationKey(use.index))?.unique === false);
  const calls = new Map(run.families.map((family) => [family.id, family.load.calls]));
  for (const relation of new Set(made.map((use) => relationKey(use.relation)))) {
    stop();
    const own = made.filter((use) => relationKey(use.relation) === relation);
    const families = run.families.filter((family) => run.costs.has(family.id) && reads(family, relation));
    if (families.length === 0) continue;
    const best = bestOf(await tools.advise(withoutIndexes(after, own, families)), relation, { run, calls });
    for (const use of own) {
      const index = best && compared(best, use, { run, calls });
      if (index && index.costAfter <= clearlyLess * index.costBefore) better.set(relationKey(use.index), index);
    }
  }
  return better;
}

interface Weighed {
  readonly run: Run;
  /** By family. */
  readonly calls: ReadonlyMap<string, number>;
}

interface Best {
  readonly sql: string;
  readonly bytes: number;
  /** Family → its cost with the index. */
  readonly costs: ReadonlyMap<string, number>;
}

/** The index of the relation that helps its known statements most. Lookups of foreign keys are the audit's own, and left out. */
function bestOf(report: Report, relation: string, { run, calls }: Weighed): Best | null {
  const found = report.recommendations.flatMap(({ candidate, benefit, price }) => {
    const { change } = candidate;
    if (change.kind !== "create-index" || relationKey(change.index.relation) !== relation) return [];
    const known = benefit.families.filter((each) => run.costs.has(each.family) && each.costAfter < each.costBefore);
    const saved = known.reduce((sum, each) => sum + (calls.get(each.family) ?? 1) * (each.costBefore - each.costAfter), 0);
    const costs = new Map(known.map((each) => [each.family, each.costAfter]));
    return known.length === 0 ? [] : [{ saved, best: { sql: indexSqlFor(change.index, run), bytes: price.indexBytes, costs } }];
  });
  return found.toSorted((a, b) => b.saved - a.saved)[0]?.best ?? null;
}

/** The statements that one of the two serves, with the one and with the other. */
function compared(best: Best, use: NewIndexUse, { run, calls }: Weighed): BetterIndex {
  const served = [...new Set([...use.usedBy, ...best.costs.keys()])].flatMap((id) => {
    const cost = run.costs.get(id);
    return cost ? [{ calls: calls.get(id) ?? 1, theirs: cost.after, ours: best.costs.get(id) ?? cost.before }] : [];
  });
  return {
    sql: best.sql,
    bytes: best.bytes,
    helped: served.length,
    costBefore: served.reduce((sum, each) => sum + each.calls * each.theirs, 0),
    costAfter: served.reduce((sum, each) => sum + each.calls * each.ours, 0),
  };
}

function withoutIndexes(after: Snapshot, own: readonly NewIndexUse[], families: readonly QueryFamily[]): Snapshot {
  const gone = new Set(own.map((use) => relationKey(use.index)));
  const relations = after.catalog.relations.map((relation) => ({
    ...relation,
    indexes: relation.indexes.filter((index) => !gone.has(relationKey(index))),
  }));
  return { ...after, catalog: { ...after.catalog, relations }, statements: families.flatMap((family) => family.statements) };
}

function reads(family: QueryFamily, relation: string): boolean {
  return family.scans.some((scan) => relationKey(scan.relation) === relation);
}
