import { type History, historyOf, historyUntil } from "../../src/history/history.ts";
import { timeChanges } from "../../src/history/time-changes.ts";
import { type Noise, simulateServer } from "./simulated-server.ts";

/** Reports that a comparison sees at most: each series is as long, from a new server's first report on, where the least is known. */
const longest = 61;

export interface FalseAlarms {
  readonly weeks: number;
  readonly audits: number;
  readonly slower: number;
  readonly faster: number;
}

/**
 * Comparisons after each audit of servers on which nothing changes. An alarm is a statement that is listed and was not listed by the comparison before. Statements
 * come and go, batches run, and where `resets` the counters are reset in each second week and entries are evicted every three days.
 */
export function falseAlarms(options: {
  readonly noise: Noise;
  readonly hoursBetween: number;
  readonly statements: number;
  readonly weeks: number;
  readonly resets: boolean;
  /** Of the first series; each has the next. */
  readonly firstSeed: number;
}): FalseAlarms {
  const { noise, hoursBetween, statements, weeks, resets, firstSeed } = options;
  const perWeek = Math.round(168 / hoursBetween);
  const series = Math.ceil((weeks * perWeek) / (longest - 1));
  let [audits, slower, faster] = [0, 0, 0];
  for (let seed = firstSeed; seed < firstSeed + series; seed += 1) {
    const server = simulateServer({ seed, statements, hoursBetween, noise });
    const reports = Array.from({ length: longest }, (_, step) => {
      if (resets && step % (2 * perWeek) === perWeek) server.reset();
      if (resets && step % Math.round(72 / hoursBetween) === 2) server.evict(5);
      return server.audit();
    });
    const history = historyOf(reports);
    let known = { slower: new Set<number>(), faster: new Set<number>() };
    for (let end = 2; end <= reports.length; end += 1) {
      const now = listed(historyUntil(history, end));
      slower += fresh(now.slower, known.slower);
      faster += fresh(now.faster, known.faster);
      known = now;
      audits += 1;
    }
  }
  return { weeks: (audits * hoursBetween) / 168, audits, slower, faster };
}

function listed(history: History) {
  const { slower, faster } = timeChanges(history);
  return { slower: new Set(slower.map(({ track }) => track)), faster: new Set(faster.map(({ track }) => track)) };
}

function fresh(now: ReadonlySet<number>, known: ReadonlySet<number>): number {
  return [...now].filter((track) => !known.has(track)).length;
}

export interface Power {
  readonly planted: number;
  /** Hours from each slowdown that was found to the report that lists it, ascending; a week at most. */
  readonly delays: readonly number[];
}

/** Statements of all ranks whose added time counts are made slower after 8 days (an audit every 6 h) or two weeks (one a day), eight on each of five servers; those found within a week. */
export function power(options: {
  readonly noise: Noise;
  readonly hoursBetween: number;
  readonly factor: number;
  readonly firstSeed: number;
}): Power {
  const { noise, hoursBetween, factor, firstSeed } = options;
  const ranks = [0, 2, 4, 6, 8, 10, 12, 14];
  const perDay = 24 / hoursBetween;
  const delays: number[] = [];
  let planted = 0;
  for (let seed = firstSeed; seed < firstSeed + 5; seed += 1) {
    const server = simulateServer({ seed, statements: 300, hoursBetween, noise });
    const before = Array.from({ length: Math.min(longest - 7 * perDay, 14 * perDay) }, () => server.audit());
    const marks = new Set(ranks.map((rank) => server.statement(rank)));
    for (const rank of ranks) server.slow(rank, factor);
    planted += ranks.length;
    const reports = [...before, ...Array.from({ length: 7 * perDay }, () => server.audit())];
    const history = historyOf(reports);
    for (let end = before.length + 1; end <= reports.length; end += 1)
      for (const { fingerprint } of timeChanges(historyUntil(history, end)).slower)
        if (marks.delete(fingerprint)) delays.push((end - before.length) * hoursBetween);
  }
  return { planted, delays: delays.toSorted((a, b) => a - b) };
}
