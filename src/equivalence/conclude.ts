import type { GuardedDatabase } from "../embedded/guarded-database.ts";
import { AdvisorError } from "../errors.ts";
import { seededRandom } from "../hostile/random.ts";
import { startBudget } from "./budget.ts";
import { addedParameters, type CheckedPair } from "./check-statements.ts";
import { type Answered, confirm } from "./confirm.ts";
import { contractDifference } from "./contract.ts";
import { counterExample, shownResult } from "./counter-example.ts";
import type { EquivalenceInput } from "./equivalence-input.ts";
import { compareOutcomes, type Fixture, fatal, type Pair, runFixture } from "./fixture.ts";
import type { Difference, SearchResult } from "./search.ts";
import { shrink } from "./shrink.ts";
import { summarize } from "./summarize.ts";
import type { Verdict } from "./verdict.ts";

/** For making a counter-example small. */
const shrinkMs = 3_000;

interface Found {
  readonly input: EquivalenceInput;
  readonly checked: CheckedPair;
  readonly pair: Pair;
  readonly found: SearchResult;
  readonly database: GuardedDatabase;
  readonly warnings: readonly string[];
}

/** The verdict on what a search found; a difference is made small first. Throws ABORTED. */
export async function conclude(context: Found): Promise<Verdict> {
  const { input, checked, pair, found, warnings } = context;
  if (found.stopped === "aborted") throw new AdvisorError("ABORTED", "The comparison was interrupted.", { hint: "Run it again." });
  const tests = summarize(pair, found, { seed: input.seed, warnings });
  const broken = unrunnable(found);
  if (broken !== null) return { verdict: "unsupported", reason: broken };
  if (found.difference !== null) return { verdict: "different", counterExample: await smallest(context, found.difference), tests };
  if (found.first === null || found.databases === 0)
    return { verdict: "unsupported", reason: "the statements take too long even on a handful of rows" };

  const added = addedParameters(checked);
  const contract =
    added.length > 0
      ? `the second statement takes ${added.map((number) => `$${number}`).join(", ")}, which the first has not`
      : input.rowsOnly
        ? null
        : await contractDifference(context.database, found.first.before[0], found.first.after[0]);
  if (contract !== null) {
    const fixture: Fixture = { settings: [], rows: new Map(), parameters: pair.host.parameters.map(({ type }) => `NULL::${type}`) };
    const example = counterExample({
      kind: "contract",
      explanation: contract,
      fixture,
      ground: pair.ground,
      sql: pair,
      outcomes: found.first,
    });
    return { verdict: "different", counterExample: example, tests };
  }
  if (input.rule) return { verdict: "proved", by: input.rule.id, assumptions: input.rule.assumptions, tests };
  return { verdict: "tested", tests };
}

/** Why a statement does not run on any rows; null when both do. */
function unrunnable({ first }: SearchResult): string | null {
  if (first === null) return null;
  for (const [which, outcome] of [
    ["first", first.before],
    ["second", first.after],
  ] as const) {
    const shown = shownResult(outcome[0]);
    if (fatal(outcome) && shown.kind === "error")
      return `the ${which} statement does not run: ${shown.message} (SQLSTATE ${shown.sqlState ?? "none"})`;
  }
  return null;
}

const explanations: Readonly<Record<Difference["kind"], string>> = {
  rows: "On these rows the two statements return different rows.",
  order: "On these rows they return the same rows in another order, and the first statement fixes the order.",
  error: "On these rows one of them fails: a difference in error semantics. Rows on which both succeed did not tell them apart.",
};

async function smallest({ pair, database }: Found, found: Difference) {
  const { kind } = found;
  const random = seededRandom(1);
  let small: Answered = found;
  const ask = (candidate: Fixture) => runFixture(database, pair.ground, candidate, [pair.before, pair.after], 2_000);
  const differs = async (candidate: Fixture) => {
    const outcomes = database.alive ? await ask(candidate) : null;
    const [before, after] = outcomes ?? [];
    if (!before || !after || compareOutcomes(before, after, pair.ordered) !== kind) return false;
    const answered = { fixture: candidate, before, after };
    if ((await confirm(database, pair, { kind, ...answered }, random)) !== "different") return false;
    small = answered;
    return true;
  };
  // Asking a large statement again takes seconds, and its first databases are small.
  if (pair.watched !== null) await shrink(found.fixture, differs, startBudget(shrinkMs));
  return counterExample({
    kind,
    explanation: explanations[kind],
    fixture: small.fixture,
    ground: pair.ground,
    sql: pair,
    outcomes: small,
  });
}
