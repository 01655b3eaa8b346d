import { changeClass } from "../../src/access-shape/change-class.ts";
import { shapeText } from "../../src/access-shape/shape-text.ts";
import type { Candidate } from "../../src/domain/candidate.ts";
import type { Plan } from "../../src/domain/plan.ts";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { bindParameters } from "../../src/group/bind-parameters.ts";
import { group } from "../../src/group/group.ts";
import { propose } from "../../src/propose/propose.ts";
import { prove } from "../../src/prove/prove.ts";
import { type CatalogView, catalogView } from "../../src/rule/catalog-view.ts";
import type { Rule } from "../../src/rule/rule.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";
import { snapshotOf } from "./snapshot-of.ts";

/** A statement with the answer that the prover gave. */
export interface Labelled {
  readonly family: QueryFamily;
  readonly catalog: CatalogView;
  /** As it is embedded: shape and plan of today. */
  readonly text: string;
  /** Class of the change that won, or `none`. */
  readonly label: string;
  readonly today: Proved;
  readonly winner: (Proved & { readonly candidate: Candidate }) | null;
  /** Every change that was tried, with its class and the statement's cost with it alone. */
  readonly tried: readonly { readonly label: string; readonly cost: number }[];
  /** Candidates that the planner did not use, or that saved next to nothing, with what the proof says. */
  readonly refused: readonly (Proved & { readonly candidate: Candidate; readonly because: string })[];
  /** Of the planner, for the report. */
  readonly planner: string;
}
export interface Proved {
  readonly cost: number;
  readonly plan: Plan;
}

/** A change must save this part of a statement's cost, and so much of it: a page read at random costs 4 by default. */
const leastGain = 0.2;
const leastSaving = 10;
/** Costs within this factor, or one page, are the same: an index's own cost is estimated no better. */
const sameCost = 1.1;
const sameCostUnits = 1;

/**
 * Each statement alone: every rule's candidates, proved in the shadow; the cheapest plan wins, the simplest class of change among those that
 * cost the same. Names decide nothing: what depends on them no model can learn.
 */
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
    for (const { family, typical, baselineCost } of proved.families.values()) {
      const ask = async (ids: readonly string[]) => {
        const set = { show: new Set(ids), hide: [] };
        const { cost } = await proved.costs.costOf(family, typical, set);
        return { cost, plan: await proved.costs.planOf(family, typical, set) };
      };
      const today = await ask([]);
      const own = candidates.filter(
        ({ id, change, helps }) => change.kind === "create-index" && helps.includes(family.id) && proved.prepared.has(id),
      );
      const tried: Tried[] = [];
      for (const candidate of own)
        tried.push({
          candidate,
          label: changeClass(candidate.change, catalog),
          ...(await ask([candidate.id])),
        });
      const winner = winnerOf(tried, baselineCost);
      labelled.push({
        family,
        catalog,
        text: shapeText(family, today.plan, catalog),
        label: winner?.label ?? "none",
        today,
        winner,
        tried: tried.map(({ label, cost }) => ({ label, cost })),
        refused: tried.flatMap((each) => {
          const outcome = proved.proofs.find(({ candidate, family: of }) => candidate === each.candidate.id && of === family.id)?.outcome;
          return outcome?.kind === "refuted" ? [{ ...each, because: outcome.detail }] : [];
        }),
        planner: planner.description,
      });
    }
    return labelled;
  } finally {
    await planner.close();
  }
}

interface Tried extends Proved {
  readonly candidate: Candidate;
  readonly label: string;
}

/** Of changes to one statement the one that is its answer; null when none saves enough. */
export function winnerOf<Change extends { readonly label: string; readonly cost: number }>(
  tried: readonly Change[],
  baselineCost: number,
): Change | null {
  const least = Math.min(...tried.map(({ cost }) => cost));
  if (least > baselineCost * (1 - leastGain) || baselineCost - least < leastSaving) return null;
  const words = ({ label }: Change) => label.split(" ").length;
  return tried
    .filter(({ cost }) => cost <= least * sameCost + sameCostUnits)
    .toSorted((a, b) => words(a) - words(b) || compare(a.label, b.label) || a.cost - b.cost)[0]!;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
