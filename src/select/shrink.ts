import { groupBy } from "../domain/group-by.ts";
import { relationKey } from "../domain/postgres.ts";
import type { SearchCandidate, SearchInput } from "./search.ts";
import type { State } from "./state.ts";

/** On what terms a smaller index may take another's place; any of several will do. */
export interface ShrinkTerm {
  /** Part of the index's own gain that may be lost, 0–1. */
  readonly loss: number;
  /** Part of its bytes that must be saved, 0–1. */
  readonly bytes: number;
  /** Most that any statement's cost may be multiplied by: of a gain of 9,000, the last 150 are nothing, and still ten times what the other leaves. */
  readonly rise: number;
  /** Part of each statement's own gain, 0–1, that must stay: twice a cost that was halved is today's, and its advice gone. */
  readonly keeps: number;
}
export type ShrinkTerms = readonly ShrinkTerm[];

/** Planner cost units a statement may rise by on any terms: an index-only scan against a fetch of one row. */
const smallRise = 5;

/**
 * Narrows and merges: a member gives way to a smaller candidate that does nearly as well, and two members on one
 * relation to a single candidate smaller than both.
 */
export async function shrink(state: State, input: SearchInput, terms: ShrinkTerms): Promise<void> {
  const bySize = input.candidates.toSorted((a, b) => a.bytes - b.bytes || (a.id < b.id ? -1 : 1));
  const onRelation = groupBy(bySize, ({ relation }) => relationKey(relation));
  for (const member of state.chosen()) {
    if (input.outOfTime()) return;
    await replace(state, [member], onRelation.get(relationKey(member.relation)) ?? [], terms);
  }
  for (const [first, second] of pairs(state)) {
    if (input.outOfTime()) return;
    if (!state.has(first.id) || !state.has(second.id)) continue;
    await replace(state, [first, second], onRelation.get(relationKey(first.relation)) ?? [], terms);
  }
}

function pairs(state: State): (readonly [SearchCandidate, SearchCandidate])[] {
  const members = state.chosen();
  return members.flatMap((first, at) =>
    members
      .slice(at + 1)
      .filter((second) => relationKey(first.relation) === relationKey(second.relation))
      .map((second) => [first, second] as const),
  );
}

/** Trials for each member: what is nearly as good alone is nearly as good in the set, so few of the many narrower ones need asking. */
const triedEach = 4;
const leastAlone = 0.6;

async function replace(
  state: State,
  members: readonly SearchCandidate[],
  others: readonly SearchCandidate[],
  terms: ShrinkTerms,
): Promise<void> {
  const bytes = members.reduce((sum, member) => sum + member.bytes, 0);
  const served = members.flatMap((member) => state.usersOf(member.id).map((family) => [member, family] as const));
  const termFor = (other: SearchCandidate) =>
    terms.filter((term) => other.bytes <= bytes * (1 - term.bytes)).toSorted((a, b) => b.loss - a.loss)[0] ?? null;
  const smaller = others.filter((other) => termFor(other) !== null && !state.has(other.id));
  let alone = 0;
  for (const [member, family] of served) alone += await state.savedAlone(member.id, family);
  let worth: number | null = null;
  let tried = 0;
  for (const other of smaller) {
    let othersAlone = 0;
    for (const family of new Set(served.map(([, each]) => each)))
      if (other.families.includes(family)) othersAlone += await state.savedAlone(other.id, family);
    if (othersAlone <= 0 || othersAlone < alone * leastAlone) continue;
    worth ??= -(await state.try([], members)).saved;
    const trial = await state.try([other], members);
    const term = termFor(other)!;
    const risesLittle = [...trial.costs].every(([family, { cost }]) => {
      const now = state.costOf(family);
      return (
        cost <= now * term.rise + smallRise && state.baselineOf(family) - cost >= (state.baselineOf(family) - now) * term.keeps - smallRise
      );
    });
    if (!trial.regresses && risesLittle && -trial.saved <= worth * term.loss) {
      state.apply(trial);
      return;
    }
    if (++tried === triedEach) return;
  }
}

/** Takes out members until another would cost more than `keep` (0–1) of what the set saves; the worst gain per byte goes first. */
export async function thin(state: State, baseline: number, keep: number): Promise<void> {
  const floor = (baseline - state.total()) * keep;
  for (;;) {
    let best: { trial: Awaited<ReturnType<State["try"]>>; score: number } | null = null;
    for (const member of state.chosen()) {
      const trial = await state.try([], [member]);
      if (trial.regresses || baseline - state.total() + trial.saved < floor) continue;
      const score = -trial.saved / Math.max(1, member.bytes);
      if (best === null || score < best.score) best = { trial, score };
    }
    if (best === null) return;
    state.apply(best.trial);
  }
}
