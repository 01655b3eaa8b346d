import type { CostModel, FamilyCost } from "../contract/cost-model.ts";
import type { Candidate } from "../domain/candidate.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { WeighedFamily } from "./weigh.ts";

interface DropInput {
  readonly show: ReadonlySet<string>;
  readonly costs: ReadonlyMap<string, FamilyCost>;
  readonly families: readonly WeighedFamily[];
  /** Keys of the relations a family reads. */
  readonly relationsOf: (family: string) => readonly string[];
  readonly model: CostModel;
}

/** Planner noise: hiding an index that serves nothing changes no cost, but rounding does. */
const tolerance = 0.001;

/** Hides each index with those already given up, and plans every statement on its relation; one that gets dearer keeps it. */
export async function chooseDrops(candidates: readonly Candidate[], input: DropInput) {
  const accepted: Candidate[] = [];
  const rejected: { readonly candidate: Candidate; readonly reason: string }[] = [];
  const hide: RelationName[] = [];
  for (const candidate of candidates) {
    if (candidate.change.kind !== "drop-index") continue;
    const { index, relation } = candidate.change;
    const worse = await dearer(relationKey(relation), [...hide, index], input);
    if (worse === null) {
      accepted.push(candidate);
      hide.push(index);
    } else {
      rejected.push({
        candidate,
        reason: `Statement ${worse.family} needs it: planner cost ${worse.before.toFixed(1)} with it, ${worse.after.toFixed(1)} without.`,
      });
    }
  }
  return { accepted, rejected };
}

async function dearer(relation: string, hide: readonly RelationName[], input: DropInput) {
  for (const family of input.families) {
    if (!input.relationsOf(family.id).includes(relation)) continue;
    const before = input.costs.get(family.id)?.cost ?? family.baselineCost;
    const { cost: after } = await input.model.cost(family.id, { show: input.show, hide });
    if (after > before * (1 + tolerance)) return { family: family.id, before, after };
  }
  return null;
}
