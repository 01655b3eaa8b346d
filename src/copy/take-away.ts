import type { MeasureRequest, TakenAway } from "../contract/measurer.ts";
import type { RelationName } from "../domain/postgres.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Outcome } from "../domain/proof.ts";
import { indexesUsed } from "../parse/read-plan.ts";
import type { Bench } from "./bench.ts";
import type { BuiltIndex } from "./build-index.ts";
import { type TimedRuns, timeStatement } from "./time-statement.ts";

type Statement = MeasureRequest["statements"][number];

interface Built {
  readonly built: readonly BuiltIndex[];
  /** Of every statement, with everything built. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** Indexes of today that go, with their tables. */
  readonly drops: readonly { readonly index: RelationName; readonly relation: RelationName }[];
  /** Told how many runs there will be. */
  readonly onReaders: (runs: number) => void;
  /** Called before each; throws when the user stopped. */
  readonly step: () => void;
}

/**
 * Every statement whose plan reads a new index, once more without that one alone. An old index of its table that would go stays then:
 * it may go only because the new one does its work. Where a rewritten statement runs, the better of both texts counts. What looks slower
 * with the index than without is run again, both ways, and the pair that speaks better for the index is kept: chance rarely speaks twice.
 */
export async function takeAway(
  bench: Bench,
  statements: readonly Statement[],
  { built, outcomes, drops, onReaders, step }: Built,
): Promise<Map<string, readonly TakenAway[]>> {
  const readers = built.map((index) => ({ index, statements: statements.filter(({ family }) => reads(outcomes.get(family), index)) }));
  onReaders(readers.reduce((sum, each) => sum + each.statements.length, 0));
  const all = drops.map(({ index }) => index);
  const taken = new Map<string, readonly TakenAway[]>();
  for (const { index, statements: own } of readers) {
    const kept = drops.filter(({ relation }) => relationKey(relation) !== relationKey(index.relation)).map((drop) => drop.index);
    const runs: TakenAway[] = [];
    for (const statement of own) {
      step();
      const outcome = outcomes.get(statement.family);
      if (outcome?.kind !== "measured") continue;
      const first: TimedRuns = { kind: "timed", timing: outcome.after, rows: 0 };
      const pair = pairOf(statement.family, first, await without(bench, statement, [...kept, index.index]));
      if (pair === null) continue;
      if (!isSlower(pair)) {
        runs.push(pair);
        continue;
      }
      const again = pairOf(
        statement.family,
        await timeStatement(bench.session, statement.after ?? statement.sql, all, bench.limits),
        await without(bench, statement, [...kept, index.index]),
      );
      runs.push(again !== null && ratio(again) < ratio(pair) ? again : pair);
    }
    taken.set(index.id, runs);
  }
  return taken;
}

function reads(outcome: Outcome | undefined, index: BuiltIndex): boolean {
  return outcome?.kind === "measured" && [...indexesUsed(outcome.after.plan)].some((name) => index.names.has(name));
}

async function without({ session, limits }: Bench, { sql, after }: Statement, drops: readonly RelationName[]): Promise<TimedRuns> {
  const asIs = await timeStatement(session, sql, drops, limits);
  if (after === undefined) return asIs;
  const rewritten = await timeStatement(session, after, drops, limits);
  if (rewritten.kind !== "timed") return asIs;
  return asIs.kind === "timed" && asIs.timing.medianMs < rewritten.timing.medianMs ? asIs : rewritten;
}

/** Null where one of the two says nothing of time. */
function pairOf(family: string, whole: TimedRuns, less: TimedRuns): TakenAway | null {
  if (whole.kind !== "timed") return null;
  if (less.kind === "inconclusive") return less.because === "timed-out" ? { family, with: whole.timing, without: null } : null;
  return { family, with: whole.timing, without: less.timing };
}

function isSlower(pair: TakenAway): boolean {
  return ratio(pair) > 1;
}

function ratio({ with: whole, without: less }: TakenAway): number {
  return less === null ? 0 : whole.medianMs / Math.max(less.medianMs, Number.MIN_VALUE);
}
