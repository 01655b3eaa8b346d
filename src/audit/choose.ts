import type { CostModel, IndexSet } from "../contract/cost-model.ts";
import { AdvisorError } from "../errors.ts";
import type { Proved } from "../prove/prove.ts";
import { type SelectInput, type Selection, select } from "../select/select.ts";
import { weigh } from "../select/weigh.ts";
import type { JudgedVariants, ProvedVariant } from "./judge-variants.ts";
import { priceSlack, type StandingVariant, standingVariants } from "./standing-variants.ts";

export interface ChooseInput {
  /** Of the workload's own statements; its costs know the variants too. */
  readonly proved: Proved;
  readonly judged: JudgedVariants["proved"];
  readonly model: CostModel;
  readonly input: (todaysCosts: ReadonlyMap<string, number>) => SelectInput;
}

export interface Choice {
  /** Null when the run was stopped before a set was chosen. */
  readonly selection: Selection | null;
  readonly stopped: unknown;
  /** By family: the rewrites that win with the chosen set in place. */
  readonly standing: ReadonlyMap<string, StandingVariant>;
  readonly refused: ReadonlyMap<ProvedVariant, string>;
}

const today: IndexSet = { show: new Set(), hide: [] };

/** Chooses indexes and rewrites together, and gives every statement its real cost with both in place. */
export async function choose({ proved, judged, model, input }: ChooseInput): Promise<Choice> {
  try {
    const todaysCosts = new Map<string, number>();
    for (const id of proved.families.keys()) todaysCosts.set(id, (await model.cost(id, today)).cost);
    const selection = await select(input(todaysCosts));
    const { standing, refused } = await standingVariants({ ...proved }, judged, chosenSet(selection));
    return { selection: await withRealCosts(selection, { proved, standing, judged }), stopped: null, standing, refused };
  } catch (error) {
    if (!(error instanceof AdvisorError) || error.code !== "ABORTED") throw error;
    return { selection: null, stopped: error, standing: new Map(), refused: new Map() };
  }
}

/** The choice without rewrites that running them refuted: their statements stay as they are, at what they cost with the chosen indexes. */
export async function withdraw(
  choice: Choice,
  because: ReadonlyMap<string, string>,
  { proved, judged }: { readonly proved: Proved; readonly judged: JudgedVariants["proved"] },
): Promise<Choice> {
  if (because.size === 0 || choice.selection === null) return choice;
  const refused = new Map(choice.refused);
  for (const [family, reason] of because) {
    const variant = choice.standing.get(family);
    if (variant) refused.set(variant, reason);
  }
  const standing = new Map([...choice.standing].filter(([family]) => !because.has(family)));
  return { ...choice, standing, refused, selection: await withRealCosts(choice.selection, { proved, standing, judged }) };
}

export function chosenSet(selection: Selection): IndexSet {
  const changes = selection.chosen.map(({ candidate }) => candidate);
  return {
    show: new Set(changes.filter(({ change }) => change.kind === "create-index").map(({ id }) => id)),
    hide: changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change.index] : [])),
  };
}

/** The search priced rewrites above what they cost, and counted those of today as there already: both are put right for the report. */
async function withRealCosts(
  selection: Selection,
  {
    proved,
    standing,
    judged,
  }: { readonly proved: Proved; readonly standing: Choice["standing"]; readonly judged: JudgedVariants["proved"] },
): Promise<Selection> {
  const set = chosenSet(selection);
  const finalCosts = new Map<string, number>();
  for (const id of proved.families.keys()) finalCosts.set(id, standing.get(id)?.after ?? (await proved.costs.cost(id, set)).cost);
  const families = weigh([...proved.families.values()]);
  const total = (costOf: (family: (typeof families)[number]) => number) =>
    families.reduce((sum, family) => sum + family.weight * costOf(family), 0);
  const before = total((family) => family.baselineCost);
  const after = total((family) => finalCosts.get(family.id) ?? family.baselineCost);
  const { totals } = selection;
  // A least cost of the search counts rewrites as dearer than they are, by no more than this.
  const slack = total((family) => (judged.has(family.id) ? priceSlack(selection.finalCosts.get(family.id) ?? 0) : 0));
  // The table of sizes is told against the statements as they are today.
  const scale = before > 0 ? totals.before / before : 1;
  return {
    ...selection,
    finalCosts,
    totals: { before, after, bound: Math.max(0, Math.min(totals.bound - slack, after)) },
    pareto: undominated(
      selection.pareto.map((point) => ({
        ...point,
        weightedRatio: point.recommended && before > 0 ? after / before : point.weightedRatio * scale,
      })),
    ),
  };
}

/** The recommended set, and of the others those that no smaller one beats by the costs put right. From none to the largest. */
function undominated(points: Selection["pareto"]): Selection["pareto"] {
  return points.filter(
    (point) =>
      point.recommended ||
      !points.some(
        (other) =>
          other.indexBytes <= point.indexBytes &&
          other.weightedRatio <= point.weightedRatio &&
          (other.indexBytes < point.indexBytes || other.weightedRatio < point.weightedRatio),
      ),
  );
}
