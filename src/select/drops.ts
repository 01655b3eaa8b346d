import type { CostModel, FamilyCost } from "../contract/cost-model.ts";
import type { Candidate } from "../domain/candidate.ts";
import { groupBy } from "../domain/group-by.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { WeighedFamily } from "./weigh.ts";

interface DropInput {
  /** Creations chosen. */
  readonly show: ReadonlySet<string>;
  /** Cost of each family with them. */
  readonly costs: ReadonlyMap<string, FamilyCost>;
  readonly families: readonly WeighedFamily[];
  /** Keys of the relations a family reads. */
  readonly relationsOf: (family: string) => readonly string[];
  readonly model: CostModel;
  /** Part of its cost, 0–1, that a statement may pay more once an index goes that a chosen one does the work of. */
  readonly maxRegression: number;
}

export interface DropCandidate {
  readonly candidate: Candidate;
  /** A chosen creation has its keys for a beginning. */
  readonly superseded: boolean;
}

/** Planner noise: hiding an index that serves nothing changes no cost, but rounding does. */
const tolerance = 0.001;

/** Hides each index with those already given up, and plans every statement on its relation; one that gets dearer keeps it. */
export async function chooseDrops(candidates: readonly DropCandidate[], input: DropInput) {
  const accepted: Candidate[] = [];
  const rejected: { readonly candidate: Candidate; readonly reason: string }[] = [];
  const hide: RelationName[] = [];
  const reading =
    candidates.length === 0 ? [] : input.families.flatMap((family) => input.relationsOf(family.id).map((key) => ({ key, family })));
  const readers = groupBy(reading, ({ key }) => key);
  for (const { candidate, superseded } of candidates) {
    if (candidate.change.kind !== "drop-index") continue;
    const { index, relation } = candidate.change;
    const allowed = superseded ? input.maxRegression : tolerance;
    const worse = await dearer(
      (readers.get(relationKey(relation)) ?? []).map(({ family }) => family),
      [...hide, index],
      allowed,
      input,
    );
    if (worse === null) {
      accepted.push(candidate);
      hide.push(index);
    } else {
      rejected.push({
        candidate,
        reason: `Needed: statement ${worse.family} costs ${worse.before.toFixed(1)} with it and ${worse.after.toFixed(1)} without.`,
      });
    }
  }
  return { accepted, rejected, hide };
}

async function dearer(readers: readonly WeighedFamily[], hide: readonly RelationName[], allowed: number, input: DropInput) {
  for (const family of readers) {
    const before = input.costs.get(family.id)?.cost ?? family.baselineCost;
    const { cost: after } = await input.model.cost(family.id, { show: input.show, hide });
    if (after > before * (1 + allowed)) return { family: family.id, before, after };
  }
  return null;
}
