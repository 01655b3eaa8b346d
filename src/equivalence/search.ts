import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { generateRows, nullSql, type RoundShape } from "../hostile/generate-rows.ts";
import { type Random, seededRandom } from "../hostile/random.ts";
import type { IsSpent } from "./budget.ts";
import type { Comparison } from "./compare-results.ts";
import { confirm } from "./confirm.ts";
import { compareOutcomes, type Fixture, type Outcome, type Pair, runFixture } from "./fixture.ts";
import type { Mutant } from "./mutate-statement.ts";

export type Difference = { readonly kind: Exclude<Comparison, "same" | "cut">; readonly fixture: Fixture };

export interface SearchResult {
  readonly databases: number;
  readonly nonEmpty: number;
  /** Databases on which the first statement's own result depends on the plan or the order of rows. */
  readonly undetermined: number;
  /** Databases with more rows than are compared. */
  readonly cut: number;
  readonly killed: ReadonlySet<Mutant>;
  /** Mutants that PostgreSQL does not take. */
  readonly invalid: ReadonlySet<Mutant>;
  readonly filled: ReadonlySet<string>;
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
  /** Rounds that must pass without a mutant newly told apart. */
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
  const count = { databases: 0, nonEmpty: 0, undetermined: 0, cut: 0 };
  let first: SearchResult["first"] = null;
  let errorOnly: Difference | null = null;
  let lastKill = 0;
  let affordable = 0;
  const result = (stopped: SearchResult["stopped"], difference: Difference | null = errorOnly): SearchResult => {
    return { ...count, killed, invalid, filled, difference, first, stopped };
  };

  for (let round = 0; ; round++) {
    if (limits.signal?.aborted) return result("aborted");
    if (round > 0 && limits.isSpent()) return result("budget");
    const fixture = makeFixture(pair, round, random);
    // The first database is asked alone: then it is known what a statement costs.
    const alive = pair.mutants.filter((mutant) => !killed.has(mutant) && !invalid.has(mutant)).slice(0, round === 0 ? 0 : affordable);
    const started = performance.now();
    const wanted = pair.ground.tables.filter((table) => !filled.has(table.name)).slice(0, 40);
    const outcomes = await runFixture(
      database,
      pair.ground,
      fixture,
      [pair.before, pair.after, ...alive.map((mutant) => mutant.sql), ...wanted.map((table) => `select 1 from ${table.name} limit 1`)],
      stepTimeoutMs,
    );
    if (outcomes === null) return result("too-slow");
    if (round === 0) affordable = Math.floor(mutantsMs / ((performance.now() - started) / 2));
    const [before, after] = [outcomes[0]!, outcomes[1]!];
    first ??= { before, after };
    if (fatal(before) || fatal(after)) return result("done");
    count.databases++;
    if (before[0]?.kind === "rows" && before[0].rows.length > 0) count.nonEmpty++;
    for (const [at, table] of wanted.entries()) {
      const [held] = outcomes[2 + alive.length + at] ?? [];
      if (held?.kind === "rows" && held.rows.length > 0) filled.add(table.name);
    }

    const compared = compareOutcomes(before, after, pair.ordered);
    if (compared === "cut") count.cut++;
    else if (compared !== "same") {
      if (compared === "error" && errorOnly !== null) continue;
      const difference = { kind: compared, fixture };
      const confirmed = await confirm(database, pair, difference, random);
      if (confirmed === "undetermined") count.undetermined++;
      if (confirmed === "different" && compared === "error") errorOnly = difference;
      else if (confirmed === "different") return result("done", difference);
    }
    for (const [at, mutant] of alive.entries()) {
      const outcome = outcomes[2 + at]!;
      if (fatal(outcome)) invalid.add(mutant);
      else if (!["same", "cut"].includes(compareOutcomes(before, outcome, pair.ordered))) {
        killed.add(mutant);
        lastKill = round;
      }
    }
    const learned = killed.size + invalid.size === pair.mutants.length && pair.mutants.length > 0 && count.nonEmpty >= 5;
    if (round + 1 >= limits.fewestRounds && (learned || round - lastKill >= limits.patience)) return result("done");
  }
}

/** The statement itself is wrong (class 42: syntax error or access rule violation; 0A: not supported), whatever the rows. */
export function fatal(outcome: Outcome): boolean {
  const [own] = outcome;
  return own?.kind === "error" && (own.sqlState === null || /^(42|0A|3F)/.test(own.sqlState));
}

const sizes = [0, 1, 2, 3, 2, 5, 3, 8, 5, 12, 4, 8];
const nullRates = [0.1, 0, 0.3, 0.1, 0.5];
const hitRates = [0.5, 0.8, 0.3, 0.95, 0.6, 0.7, 0.2];
/** A round for statements that count or limit: more rows than the number they name. */
const roundsBetweenBig = 6;
const mostBigRows = 60;
/** Rows that a join of everything with everything may have. */
const largestProduct = 1e7;

function makeFixture(pair: Pair, round: number, random: Random): Fixture {
  const cap = Math.max(2, Math.floor(largestProduct ** (1 / Math.max(1, pair.width))));
  const goal = Math.max(0, ...pair.counts.filter((each) => each <= mostBigRows));
  const big = goal > 2 && round % roundsBetweenBig === roundsBetweenBig - 1;
  const rows = Math.min(cap, big ? goal + random.pick([-1, 0, 1, 3]) : sizes[round % sizes.length]!);
  const shape: RoundShape = {
    rows,
    nullRate: nullRates[round % nullRates.length]!,
    hitRate: big ? 0.95 : hitRates[round % hitRates.length]!,
    even: big || round % 3 !== 2,
    concentrated: big,
  };
  const tables = generateRows(pair.host.tables, shape, random);
  const parameters = pair.host.parameters.map(({ pool, type }) => {
    const base = pool.base.filter(isOrdinary);
    const all = [...pool.hits, ...pool.near, ...base];
    const value = all.length === 0 || random.chance(0.06) ? nullSql : random.pick(random.chance(0.5) && base.length > 0 ? base : all);
    return `(${value.trim()})::${type}`;
  });
  return { settings: pair.sessions[round % pair.sessions.length]!, rows: tables, parameters };
}

/** A caller who binds infinity or NaN is not what a rewrite is refused for: `$1 + 1` of an infinite date is no next day. */
function isOrdinary(value: string): boolean {
  return !/^'[+-]?(infinity|nan)'$/i.test(value);
}
