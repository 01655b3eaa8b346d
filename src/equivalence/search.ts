import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { seededRandom } from "../hostile/random.ts";
import type { IsSpent } from "./budget.ts";
import type { Comparison } from "./compare-results.ts";
import { type Answered, confirm } from "./confirm.ts";
import { type CoverageSummary, watchCoverage } from "./coverage.ts";
import { compareOutcomes, type Fixture, fatal, type Outcome, type Pair, runFixture } from "./fixture.ts";
import { fixtureSource } from "./make-fixture.ts";
import type { Mutant } from "./mutate-statement.ts";

export interface Difference extends Answered {
  readonly kind: Exclude<Comparison, "same" | "cut" | "overflow">;
}

export interface SearchResult {
  readonly databases: number;
  readonly nonEmpty: number;
  /** Databases on which the first statement's own result depends on the plan or the order of rows. */
  readonly undetermined: number;
  /** Databases with more rows than are compared. */
  readonly cut: number;
  /** Databases where the first statement fails by overflow and the second does not. */
  readonly overflows: number;
  readonly killed: ReadonlySet<Mutant>;
  /** Mutants that PostgreSQL does not take. */
  readonly invalid: ReadonlySet<Mutant>;
  readonly filled: ReadonlySet<string>;
  /** Null where nothing was watched. */
  readonly coverage: (CoverageSummary & { readonly neverTrue: readonly string[] }) | null;
  readonly difference: Difference | null;
  /** Results on the first database, for names and types; null when nothing could be run. */
  readonly first: { readonly before: Outcome; readonly after: Outcome } | null;
  readonly stopped: "done" | "budget" | "too-slow" | "aborted";
}

export interface SearchLimits {
  readonly seed: number;
  readonly isSpent: IsSpent;
  readonly signal?: AbortSignal | undefined;
  readonly fewestRounds: number;
  /** Rounds that must pass without news: a mutant told apart, a condition or join seen in a new way. */
  readonly patience: number;
}

/** No statement on a handful of rows takes this long unless it never ends. */
const stepTimeoutMs = 3_000;

/** Spent on mutants of one database. */
const mutantsMs = 400;

/**
 * Fills one database after the other and asks both statements, until they differ, or every mutant of the first is told from it and
 * nothing new was learned for a while, or time is up.
 */
export async function search(database: GuardedDatabase, pair: Pair, limits: SearchLimits): Promise<SearchResult> {
  const random = seededRandom(limits.seed);
  const killed = new Set<Mutant>();
  const invalid = new Set<Mutant>();
  const filled = new Set<string>();
  const coverage = pair.watched === null ? null : watchCoverage(pair.watched.trees, pair.watched.notNull);
  const fixtures = fixtureSource(pair, random);
  const count = { databases: 0, nonEmpty: 0, undetermined: 0, cut: 0, overflows: 0 };
  let first: SearchResult["first"] = null;
  let errorOnly: Difference | null = null;
  let lastNews = 0;
  let affordable = 0;
  const result = (stopped: SearchResult["stopped"], difference: Difference | null = errorOnly): SearchResult => {
    const covered = coverage === null ? null : { ...coverage.summary(), neverTrue: coverage.neverTrue() };
    return { ...count, killed, invalid, filled, difference, first, stopped, coverage: covered };
  };

  for (let round = 0; ; round++) {
    if (limits.signal?.aborted) return result("aborted");
    if (round > 0 && limits.isSpent()) return result("budget");
    const fixture = fixtures.next(count.nonEmpty < fewRowsSeen);
    // The first databases are asked alone: the second tells what a statement costs once PostgreSQL is warm.
    const left = pair.mutants.filter((mutant) => !killed.has(mutant) && !invalid.has(mutant));
    const alive = round < 2 ? [] : inTurn(left, round, affordable);
    const started = process.cpuUsage();
    const wanted = pair.ground.tables.filter((table) => !filled.has(table.name)).slice(0, 40);
    const watching = coverage !== null && isSmall(fixture, pair.width) ? coverage.questions() : [];
    const outcomes = await runFixture(
      database,
      pair.ground,
      fixture,
      [
        pair.before,
        pair.after,
        ...alive.map((mutant) => mutant.sql),
        ...wanted.map((table) => `select 1 from ${table.name} limit 1`),
        ...watching,
      ],
      stepTimeoutMs,
    );
    if (outcomes === null) return result("too-slow");
    if (round === 1) affordable = Math.ceil(mutantsMs / (cpuMsSince(started) / 2));
    const [before, after] = [outcomes[0]!, outcomes[1]!];
    first ??= { before, after };
    // Later such an error is of the rows, as with what a function does not support.
    if (round === 0 && (fatal(before) || fatal(after))) return result("done");
    count.databases++;
    let isNews = watching.length > 0 && coverage?.learn(outcomes.slice(-watching.length)) === true;
    if (before[0]?.kind === "rows" && before[0].rows.length > 0) {
      count.nonEmpty++;
      isNews ||= count.nonEmpty <= fewRowsSeen;
    }
    for (const [at, table] of wanted.entries()) {
      const [held] = outcomes[2 + alive.length + at] ?? [];
      if (held?.kind === "rows" && held.rows.length > 0) filled.add(table.name);
    }

    const compared = compareOutcomes(before, after, pair.ordered);
    if (compared === "cut") count.cut++;
    else if (compared === "overflow") count.overflows++;
    else if (compared !== "same") {
      if (compared === "error" && errorOnly !== null) continue;
      const difference = { kind: compared, fixture, before, after };
      const confirmed = await confirm(database, pair, difference, random);
      if (confirmed === "undetermined") count.undetermined++;
      if (confirmed === "different" && compared === "error") errorOnly = difference;
      else if (confirmed === "different") return result("done", difference);
    }
    for (const [at, mutant] of alive.entries()) {
      const outcome = outcomes[2 + at]!;
      if (fatal(outcome)) invalid.add(mutant);
      else if (!["same", "cut", "overflow"].includes(compareOutcomes(before, outcome, pair.ordered))) {
        killed.add(mutant);
        isNews = true;
      }
    }
    if (isNews) {
      fixtures.keep(fixture);
      lastNews = round;
    }
    const allKilled = killed.size + invalid.size === pair.mutants.length && pair.mutants.length > 0;
    const learned = allKilled && coverage?.complete() !== false && count.nonEmpty >= fewRowsSeen;
    // A condition that was never true hides all that stands behind it.
    const patience = limits.patience * (coverage !== null && coverage.neverTrue().length > 0 ? 2 : 1);
    if (round + 1 >= limits.fewestRounds && (learned || round - lastNews >= patience)) return result("done");
  }
}

/** As many as can be paid for, others each time: those that nothing tells apart must not stand before the rest. */
function inTurn<T>(list: readonly T[], round: number, most: number): readonly T[] {
  if (list.length <= most) return list;
  const from = (round * most) % list.length;
  return [...list.slice(from), ...list.slice(0, from)].slice(0, most);
}

function cpuMsSince(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return Math.max(0.1, (user + system) / 1000);
}

/** First databases with rows in the result, from which others are made. */
const fewRowsSeen = 5;

/** Watched conditions are asked for each pair of rows, without the help of a hash or an order. */
const mostWatchedCombinations = 20_000;

function isSmall({ rows }: Fixture, width: number): boolean {
  const largest = Math.max(1, ...[...rows.values()].map((list) => list.length));
  return largest ** width <= mostWatchedCombinations;
}
