import type { Pair } from "./fixture.ts";
import type { SearchResult } from "./search.ts";
import type { TestSummary } from "./verdict.ts";

/** Fewer databases with rows in the result, or a lower share of mutants told apart, is weak evidence (our measure, see docs/benchmarks.md). */
const fewNonEmpty = 5;
const lowScore = 0.6;
const mostSurvivors = 12;

/** What the search did, and what speaks against trusting it. */
export function summarize(
  pair: Pair,
  found: SearchResult,
  { seed, warnings }: { readonly seed: number; readonly warnings: readonly string[] },
): TestSummary {
  const valid = pair.mutants.filter((mutant) => !found.invalid.has(mutant));
  const survivors = valid.filter((mutant) => !found.killed.has(mutant)).map((mutant) => mutant.change);
  const killed = valid.length - survivors.length;
  return {
    databases: found.databases,
    nonEmpty: found.nonEmpty,
    sessions: pair.sessions.map((session) => session.join("; ")),
    seed,
    mutation: valid.length === 0 ? null : { mutants: valid.length, killed, survivors: survivors.sort().slice(0, mostSurvivors) },
    coverage: coverageOf(found),
    warnings: [...warnings, ...doubts(pair, found, { killed, valid: valid.length })],
  };
}

const mostUnseen = 12;

function coverageOf({ coverage }: SearchResult): TestSummary["coverage"] {
  return coverage === null ? null : { cases: coverage.cases, seen: coverage.seen, unseen: coverage.unseen.slice(0, mostUnseen) };
}

function doubts(pair: Pair, found: SearchResult, score: { readonly killed: number; readonly valid: number }): string[] {
  const words: string[] = [];
  if (found.nonEmpty < fewNonEmpty)
    words.push(`weakly tested: only ${found.nonEmpty} of ${found.databases} databases gave the first statement a row to return`);
  if (score.valid > 0 && score.killed / score.valid < lowScore && found.difference === null)
    words.push(`weakly tested: the data tell only ${score.killed} of ${score.valid} changes of the first statement from it`);
  const untrue = found.difference === null ? (found.coverage?.neverTrue ?? []) : [];
  if (untrue.length > 0)
    words.push(`weakly tested: no row made this true: ${untrue.slice(0, 5).join("; ")}${untrue.length > 5 ? "; …" : ""}`);
  if (found.undetermined > 0)
    words.push(
      `on ${found.undetermined} of ${found.databases} databases the first statement's own result depends on ties or on the plan: nothing was concluded from those`,
    );
  if (found.overflows > 0)
    words.push(`on ${found.overflows} databases the first statement fails because a value is out of range, and the second does not`);
  if (found.cut > 0) words.push(`${found.cut} results were too large to compare`);
  if (found.stopped === "budget") words.push("the time budget ended the search");
  if (found.stopped === "too-slow") words.push("a statement took too long and was stopped: later databases were not tried");
  const empty = pair.ground.tables.filter((table) => !found.filled.has(table.name)).map((table) => table.name);
  if (empty.length > 0 && found.databases > 3)
    words.push(`no row was accepted by ${empty.slice(0, 5).join(", ")}${empty.length > 5 ? ", …" : ""}`);
  return words;
}
