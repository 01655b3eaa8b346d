import type { Candidate } from "../domain/candidate.ts";
import type { AuditResult } from "./assemble.ts";
import { type Choice, withdraw } from "./choose.ts";
import { type RefutedIndex, refutedIndexes } from "./index-trials.ts";
import { type Known, type Measured, measureChosen } from "./measure-chosen.ts";
import { refutedByRunning } from "./refuted-by-running.ts";

interface Room {
  readonly candidates: readonly Candidate[];
  readonly choose: (candidates: readonly Candidate[]) => Promise<Choice>;
  readonly resultOf: (choice: Choice) => AuditResult;
  readonly withdrawFrom: Parameters<typeof withdraw>[2];
}

export interface ConfirmedChoice {
  readonly choice: Choice;
  readonly measured: Measured;
  /** Indexes that were chosen once and that running refuted, by candidate. */
  readonly refuted: ReadonlyMap<string, RefutedIndex>;
}

/** Choices in which other candidates may take the place of refuted ones; after these the set only gets smaller, so that there is an end. */
const openRounds = 3;

/**
 * Runs the chosen set on the copy and chooses again without the indexes that running refutes, until it refutes none; then withdraws the
 * rewrites that it refutes. A choice that the end of the time cuts short leaves the one before as it was, with cautions.
 */
export async function chooseByRunning(first: Choice, { candidates, choose, resultOf, withdrawFrom }: Room): Promise<ConfirmedChoice> {
  let choice = first;
  let measured = await measureChosen(resultOf(choice));
  let refuted: ReadonlyMap<string, RefutedIndex> = new Map();
  for (let round = 1; ; round++) {
    const known = knownOf(choice, measured, resultOf);
    const found = refutedIndexes(measured, resultOf(choice));
    if (known === null || found.size === 0) break;
    const without = new Map([...refuted, ...found]);
    const chosen = new Set(choice.selection?.chosen.map(({ candidate }) => candidate.id));
    const left = candidates.filter(({ id }) => !without.has(id) && (round < openRounds || chosen.has(id)));
    const next = await choose(left);
    if (next.selection === null) break;
    const now = await measureChosen(resultOf(next), known);
    if (now === "stopped") break;
    [choice, measured, refuted] = [withReasonsOf(choice, next), now, without];
  }
  const because = refutedByRunning(measured, resultOf(choice));
  return { choice: await withdraw(choice, because, withdrawFrom), measured, refuted };
}

/** Candidates that only the choice before could take keep its reasons. */
function withReasonsOf({ selection: former }: Choice, choice: Choice): Choice {
  const { selection } = choice;
  if (selection === null || former === null) return choice;
  const told = new Set([...selection.rejected, ...selection.chosen].map(({ candidate }) => candidate.id));
  return {
    ...choice,
    selection: { ...selection, rejected: [...selection.rejected, ...former.rejected.filter(({ candidate }) => !told.has(candidate.id))] },
  };
}

function knownOf(choice: Choice, measured: Measured, resultOf: Room["resultOf"]): Known | null {
  return measured === null || measured === "stopped" ? null : { result: resultOf(choice), measured };
}
