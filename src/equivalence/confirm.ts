import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import type { Random } from "../hostile/random.ts";
import { brokenTies } from "./break-ties.ts";
import type { Comparison } from "./compare-results.ts";
import { compareOutcomes, type Fixture, fatal, type Outcome, type Pair, runFixture } from "./fixture.ts";
import { otherPlans } from "./sessions.ts";
import { ordersAlike } from "./sort-keys.ts";

const timeoutMs = 4_000;

/** A database and what both statements gave on it. */
export interface Answered {
  readonly fixture: Fixture;
  readonly before: Outcome;
  readonly after: Outcome;
}

/**
 * Whether another result is a difference: only of what the first statement determines. Its rows are moved about in their tables and
 * other plans are forced; where its own result changes (ties, array_agg without ORDER BY, evaluation order), nothing is concluded.
 * Except for a LIMIT without ORDER BY: there the second must at least agree with the first under some one plan.
 */
export async function confirm(
  database: GuardedDatabase,
  pair: Pair,
  { kind, fixture, ...asked }: Answered & { readonly kind: Comparison },
  random: Random,
): Promise<"different" | "undetermined" | "same"> {
  if (kind === "order" && pair.keyed !== null) {
    const outcomes = await runFixture(database, pair.ground, fixture, [pair.keyed.sql, pair.after], timeoutMs);
    const alike = outcomes === null ? null : ordersAlike(outcomes[0]!, outcomes[1]!, pair.keyed);
    if (alike !== null) return alike ? "same" : "different";
  }
  if (await tiesDecide(database, pair, fixture, asked.before)) return "undetermined";
  // Where a row refers to another of its table, the order decides which rows are taken.
  const fixed = new Set(
    pair.ground.tables.filter((table) => table.foreignKeys.some((key) => key.table === table.name)).map((table) => table.name),
  );
  // As they were asked, plans were the planner's own choice and rows as they are.
  const befores: Outcome[] = [asked.before];
  let agreements = compareOutcomes(asked.before, asked.after, pair.ordered) === "same" ? 1 : 0;
  // A large statement is asked under one other: each time takes a second.
  for (const choice of pair.watched === null ? otherPlans.slice(0, 1) : otherPlans) {
    const rows = new Map([...fixture.rows].map(([table, list]) => [table, fixed.has(table) ? list : random.shuffled(list)]));
    const moved = { ...fixture, rows, settings: [...fixture.settings, ...choice] };
    const outcomes = await runFixture(database, pair.ground, moved, [pair.before, pair.after], timeoutMs);
    if (outcomes === null) return "undetermined";
    const [before, after] = [outcomes[0]!, outcomes[1]!];
    befores.push(before);
    if (compareOutcomes(before, after, pair.ordered) === "same") agreements++;
  }
  // Other rows are other rows, whatever order ties leave open.
  const ordered = kind === "order" && pair.ordered;
  const stable = befores.every((each) => compareOutcomes(befores[0]!, each, ordered) === "same");
  if (stable) return "different";
  return pair.openLimit && agreements === 0 ? "different" : "undetermined";
}

/** Which of several rows of equal sort keys a LIMIT or DISTINCT ON keeps is open, whatever the plans at hand make of it. */
async function tiesDecide(database: GuardedDatabase, pair: Pair, fixture: Fixture, [result]: Outcome): Promise<boolean> {
  const broken = result?.kind === "rows" ? brokenTies(pair.tree, result.columns.length) : null;
  const outcomes = broken === null ? null : await runFixture(database, pair.ground, fixture, broken, timeoutMs);
  if (outcomes === null) return false;
  const [smallest, largest] = [outcomes[0]!, outcomes[1]!];
  // A type without an order (json, point) cannot break ties: PostgreSQL refuses both.
  return !fatal(smallest) && compareOutcomes(smallest, largest, false) !== "same";
}
