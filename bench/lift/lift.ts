import { recall, withCases } from "../../src/audit/recall.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { Candidate } from "../../src/domain/candidate.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { bindParameters } from "../../src/group/bind-parameters.ts";
import { group } from "../../src/group/group.ts";
import { propose } from "../../src/propose/propose.ts";
import { prove } from "../../src/prove/prove.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import type { Rule } from "../../src/rule/rule.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import type { SimilarCases } from "../../src/similar/similar-cases.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";

export interface Method {
  readonly name: string;
  /** Null: rules alone. */
  readonly similar: SimilarCases | null;
}

export interface Lifted {
  readonly candidates: number;
  /** Candidates that no rule proposed; those of them that are the best of some statement by more than 1 %. */
  readonly onlyCases: number;
  readonly onlyCasesBest: number;
  /** Part of the workload, 0–1, that the best single change of each statement saves. */
  readonly saved: number;
  /** Plans made to prove all candidates alone, today's plans left out, and those made when 95 % of `saved` was found. */
  readonly plans: number;
  readonly plansTo95: number;
}

const none = { show: new Set<string>(), hide: [] };

/** One workload proved by one method. The load is heavy-tailed where the snapshot counts none: calls by 1 ÷ position. */
export async function lift(
  snapshot: Snapshot,
  method: Method,
  { parser, rules }: { readonly parser: SqlParser; readonly rules: ReadonlyMap<string, Rule> },
): Promise<Lifted> {
  const counter: Counter = { log: [] };
  const planner = counting(await openShadowPlanner(snapshot), counter);
  try {
    const bound = await bindParameters(await group(snapshot, parser), snapshot, (sql) => planner.parameterTypes(sql));
    const families = await withLoad(bound.families, planner);
    const workload = { ...bound, families };
    const catalog = catalogView(snapshot.catalog);
    const recalled = await recall(workload, method.similar, { planner, catalog, mustEnd: () => false });
    const proposed = withCases(propose(workload, snapshot, rules, {}), recalled);
    const candidates = proposed.candidates.filter(({ change, helps }) => change.kind === "create-index" && helps.length > 0);
    counter.log.length = 0;
    let today = 0;
    const proved = await prove({
      candidates,
      families,
      relations: snapshot.catalog.relations,
      planner,
      minGain: 0.05,
      stop: () => undefined,
      onProgress: (stage) => {
        if (stage === "plan") today = counter.log.length;
      },
    });
    const asked = counter.log.slice(today);
    const byCase = new Map<string, boolean>();
    const onlyCases = new Set(candidates.filter(isOnlyCase).map(({ id }) => id));
    const savedBy = new Map<string, { readonly family: string; readonly saved: number }[]>();
    for (const { family, typical, baselineCost } of proved.families.values())
      for (const { id } of candidates) {
        const outcome = proved.proofs.find((proof) => proof.candidate === id && proof.family === family.id)?.outcome;
        if (outcome?.kind !== "estimated") continue;
        const { cost } = await proved.costs.costOf(family, typical, { ...none, show: new Set([id]) });
        const saved = baselineCost > 0 ? Math.max(0, 1 - cost / baselineCost) * family.load.share : 0;
        savedBy.set(id, [...(savedBy.get(id) ?? []), { family: family.id, saved }]);
      }
    const ruleBest = new Map<string, number>();
    for (const [id, effects] of savedBy)
      if (!onlyCases.has(id)) for (const { family, saved } of effects) ruleBest.set(family, Math.max(ruleBest.get(family) ?? 0, saved));
    for (const [id, effects] of savedBy)
      for (const { family, saved } of effects)
        if (onlyCases.has(id) && saved > (ruleBest.get(family) ?? 0) * 1.01 + 1e-6) byCase.set(family, true);
    // A change is found for a statement when the statement is planned with that change alone.
    const familyOf = new Map([...proved.families.values()].map(({ family, typical }) => [typical.sql, family.id]));
    const best = new Map<string, number>();
    const curve = asked.map(({ sql, show }) => {
      const family = familyOf.get(sql);
      const found = show.length === 1 ? savedBy.get(show[0]!)?.find((each) => each.family === family) : undefined;
      if (found) best.set(found.family, Math.max(best.get(found.family) ?? 0, found.saved));
      return sum([...best.values()]);
    });
    const saved = curve.at(-1) ?? 0;
    return {
      candidates: candidates.length,
      onlyCases: onlyCases.size,
      onlyCasesBest: byCase.size,
      saved,
      plans: asked.length,
      plansTo95: curve.findIndex((each) => each >= saved * 0.95) + 1,
    };
  } finally {
    await planner.close();
  }
}

function isOnlyCase({ proposedBy }: Candidate): boolean {
  return proposedBy.every(({ kind }) => kind === "case");
}

/** Every plan that was asked for, in order. */
interface Counter {
  readonly log: { readonly sql: string; readonly show: readonly string[] }[];
}

function counting(planner: Planner, { log }: Counter): Planner {
  return {
    ...planner,
    plan(sql, whatIf, options) {
      log.push({ sql, show: whatIf.show });
      return planner.plan(sql, whatIf, options);
    },
  };
}

/** Shares by calls × the planner's cost of today, where nothing was measured. */
async function withLoad(families: readonly QueryFamily[], planner: Planner): Promise<readonly QueryFamily[]> {
  if (families.some(({ load }) => load.meanTimeMs !== null && load.meanTimeMs > 0)) return families;
  const weights: number[] = [];
  for (const [position, { examples }] of families.entries()) {
    const [typical] = examples;
    const outcome = typical ? await planner.plan(typical.sql, { show: [], hide: [] }, { generic: typical.kind === "generic" }) : null;
    weights.push((outcome?.kind === "planned" ? outcome.plan.root.totalCost : 0) / (position + 1));
  }
  const all = sum(weights);
  return families.map((family, at) => ({ ...family, load: { ...family.load, share: all > 0 ? weights[at]! / all : 0 } }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
