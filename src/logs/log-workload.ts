import type { LoggedRun } from "../domain/snapshot.ts";
import type { RunRecord } from "./read-run.ts";

/** A statement and what the log tells of its executions. */
export interface LoggedStatement {
  /** As logged, of the first execution. */
  readonly sql: string;
  readonly calls: number;
  readonly totalMs: number;
  /** The slowest and some others, slowest first. */
  readonly runs: readonly LoggedRun[];
}

export interface LogWorkload {
  /** Most time first. */
  readonly statements: readonly LoggedStatement[];
  /** Executions of statements that were given up because others took more time. */
  readonly droppedCalls: number;
  /** Executions whose parameters the log cut short: counted, but no example of values. */
  readonly clippedCalls: number;
}

/** Different statements kept; a log of more is mostly statements with literals that no pattern joins. */
const statementsKept = 5_000;
/** Executions kept of each beside the slowest. */
const runsKept = 4;
/** A longer text is counted under its beginning and gives no example. */
const longestText = 100_000;

interface Entry {
  readonly key: string;
  readonly sql: string;
  calls: number;
  totalMs: number;
  /** Executions that could be examples so far: for choosing among them evenly. */
  bound: number;
  slowest: LoggedRun | null;
  readonly others: LoggedRun[];
}

/** Adds executions up by statement, in bounded memory. The same log gives the same examples. */
export function logWorkload(): { take(run: RunRecord): void; result(): LogWorkload } {
  const entries = new Map<string, Entry>();
  let droppedCalls = 0;
  let clippedCalls = 0;

  const giveUpLeast = () => {
    const ranked = byTime(entries.values());
    for (const entry of ranked.slice(statementsKept)) {
      entries.delete(entry.key);
      droppedCalls += entry.calls;
    }
  };
  return {
    take(run) {
      const key = withoutConstants(run.sql.slice(0, longestText));
      const known = entries.get(key);
      const entry = known ?? { key, sql: run.sql.slice(0, longestText), calls: 0, totalMs: 0, bound: 0, slowest: null, others: [] };
      if (!known) entries.set(key, entry);
      entry.calls++;
      entry.totalMs += run.durationMs ?? 0;
      if (run.parameters === null) clippedCalls++;
      else if (run.sql.length <= longestText) keep(entry, { ...run, parameters: run.parameters });
      if (entries.size > 2 * statementsKept) giveUpLeast();
    },
    result() {
      giveUpLeast();
      const statements = byTime(entries.values()).map(({ sql, calls, totalMs, slowest, others }) => ({
        sql,
        calls,
        totalMs,
        runs: [...(slowest ? [slowest] : []), ...others].toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0)),
      }));
      return { statements, droppedCalls, clippedCalls };
    },
  };
}

function byTime(entries: Iterable<Entry>): Entry[] {
  return [...entries].toSorted((a, b) => b.totalMs - a.totalMs || b.calls - a.calls || (a.key < b.key ? -1 : 1));
}

/** The slowest; of the others an even choice: the nth takes a place with chance runsKept / n (Vitter's algorithm R). */
function keep(entry: Entry, run: LoggedRun): void {
  const offered = (entry.slowest?.durationMs ?? -1) < (run.durationMs ?? 0) ? entry.slowest : run;
  if (offered !== run) entry.slowest = run;
  if (offered === null) return;
  entry.bound++;
  const place = entry.others.length < runsKept ? entry.others.length : scattered(entry.bound) % entry.bound;
  if (place < runsKept) entry.others[place] = offered;
}

/** A number without pattern out of a count: Knuth's multiplicative hash, The Art of Computer Programming 3, 6.4. */
function scattered(count: number): number {
  return (Math.imul(count, 2_654_435_761) >>> 7) >>> 0;
}

/** One key for statements that differ in literals: cheap, for millions of lines; the parser joins later what this leaves apart. */
function withoutConstants(sql: string): string {
  return sql
    .replaceAll(/'(?:[^']|'')*'/g, "?")
    .replaceAll(/(?<![\w$."])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi, "?")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\((?:\s*\?\s*,)+\s*\?\s*\)/g, "(?)");
}
