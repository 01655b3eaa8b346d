import type { FamilySummary, Report } from "../../src/domain/report.ts";
import { seededRandom } from "../../src/hostile/random.ts";
import { type Draws, draws } from "./random-draws.ts";

/** How much a server's times scatter where nothing changes. */
export interface Noise {
  /** Standard deviation of ln(mean time) from interval to interval: the middle statement's; others have from half to twice as much. */
  readonly scatter: number;
  /** Correlation of that with the interval before. */
  readonly memory: number;
  /** Chance per statement and interval of a shock of its own (1.5 to 5 times as slow), and that it lasts another interval. */
  readonly shock: number;
  readonly shockLasts: number;
  /** The same for the whole server, which statements that read from disk feel most. */
  readonly serverShock: number;
  /** Calls that take 20 times the mean and more (Pareto, tail index 1.5), per call. */
  readonly slowCall: number;
  /** Tail index of those, 1.5 where absent: nearer to 1, a single call may outweigh a day. */
  readonly tail?: number;
  /** Growth of a statement's mean time per day, at most. */
  readonly drift: number;
  /** ln of how much slower a statement is at the busiest hour, at most; 0.4 where absent. */
  readonly rush?: number;
  /** ln of how much slower a statement is on Sundays, when backups and batches run, at most; absent: no slower. */
  readonly sunday?: number;
  /** Each week on Tuesday: part of the statements that a deployment replaces by others. */
  readonly deploys?: number;
  /** Part of the entries that pg_stat_statements forgets in each interval, whatever their calls. */
  readonly evicted?: number;
  /** On this day all counters begin anew, and every statement is from ×0.9 to ×1.1 as slow from then on: a major upgrade. */
  readonly upgradeDay?: number;
}

const usual: Noise = { scatter: 0.12, memory: 0.5, shock: 0.005, shockLasts: 0.2, serverShock: 0.02, slowCall: 1e-4, drift: 0.005 };
/** The test's constants were chosen on the first three; the others came later. */
export const noises = {
  usual,
  harsh: { scatter: 0.25, memory: 0.6, shock: 0.02, shockLasts: 0.3, serverShock: 0.05, slowCall: 1e-3, drift: 0.01 },
  calm: { scatter: 0.05, memory: 0.3, shock: 0, shockLasts: 0, serverShock: 0.01, slowCall: 1e-5, drift: 0.002 },
  tails: { ...usual, slowCall: 1e-3, tail: 1.1 },
  seasons: { ...usual, rush: 1.2, sunday: 1 },
  changes: { ...usual, deploys: 0.05, evicted: 0.02, upgradeDay: 9 },
  rough: { ...usual, scatter: 0.2, slowCall: 5e-4, tail: 1.2, rush: 1, sunday: 0.7, deploys: 0.03, evicted: 0.01, upgradeDay: 9 },
} satisfies Readonly<Record<string, Noise>>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.parse("2026-01-05T00:00:00Z"); // a Monday

interface Statement {
  readonly number: number;
  readonly callsPerDay: number;
  readonly meanMs: number;
  readonly deviation: number;
  readonly scatter: number;
  readonly disk: number;
  /** Calls at night and on Sunday as a part of the day's. */
  readonly night: number;
  readonly weekend: number;
  /** How much slower it is at the busiest hour. */
  readonly rush: number;
  readonly sunday: number;
  readonly drift: number;
  /** Days between runs of a batch, and calls of one; null for what is called all the time. */
  readonly batch: { readonly days: number; readonly calls: number } | null;
  readonly livesFrom: number;
  livesUntil: number;
  state: number;
  shock: number;
  calls: number;
  totalMs: number;
  squaresMs2: number;
  countingSince: string;
}

export interface SimulatedServer {
  /** Lets time pass and audits. */
  audit(): Report;
  /** Fingerprint of the statement at this rank by its usual time, from 0; of those that are called all the time. */
  statement(rank: number): string;
  /** From now on it is this many times as slow. */
  slow(rank: number, factor: number): void;
  /** pg_stat_statements_reset(). */
  reset(): void;
  /** Forgets what statements called seldom had counted, as a full pg_stat_statements does. */
  evict(count: number): void;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly statements: number;
  readonly hoursBetween: number;
  readonly noise: Noise;
  /** From PostgreSQL 17 each entry tells since when it counts. */
  readonly ownTimes?: boolean;
}

/** A server whose statements are called in a weekly rhythm and whose times scatter; audits see its cumulative counters only. */
export function simulateServer({ seed, statements: count, hoursBetween, noise, ownTimes = false }: SimulationOptions): SimulatedServer {
  const random = draws(seededRandom(seed));
  const statements = Array.from({ length: count }, (_, number) => makeStatement(number, random, noise));
  let made = count;
  const factors = new Map<number, number>();
  let now = start;
  let resetAt = new Date(start).toISOString();
  let serverShock = 0;

  const steady = statements
    .filter(({ batch, livesFrom, livesUntil }) => batch === null && livesFrom === start && livesUntil === Number.POSITIVE_INFINITY)
    .toSorted((a, b) => b.callsPerDay * b.meanMs - a.callsPerDay * a.meanMs);

  const forgetAll = () => {
    resetAt = new Date(now).toISOString();
    for (const each of statements) forget(each, resetAt);
  };
  const happen = () => {
    const isFirst = (dayOfHappening: (day: number) => boolean) =>
      dayOfHappening(Math.floor((now - start) / dayMs)) && (now - start) % dayMs < hoursBetween * hourMs;
    if (noise.deploys && isFirst((day) => day > 0 && day % 7 === 1))
      for (const each of statements.filter(() => random.chance(noise.deploys ?? 0))) {
        each.livesUntil = now;
        statements.push({ ...makeStatement(made++, random, noise), livesFrom: now, livesUntil: Number.POSITIVE_INFINITY });
      }
    if (noise.evicted)
      for (const each of statements.filter(() => random.chance(noise.evicted ?? 0))) forget(each, new Date(now).toISOString());
    if (noise.upgradeDay !== undefined && isFirst((day) => day === noise.upgradeDay)) {
      forgetAll();
      for (const { number } of statements) factors.set(number, (factors.get(number) ?? 1) * (0.9 + 0.2 * random.next()));
    }
  };

  const pass = () => {
    happen();
    serverShock = random.chance(serverShock > 0 ? noise.shockLasts : noise.serverShock) ? serverShock || 0.3 + random.next() : 0;
    for (const each of statements)
      run(each, { from: now, hours: hoursBetween, random, noise, serverShock, factor: factors.get(each.number) ?? 1 });
    now += hoursBetween * hourMs;
  };
  return {
    audit() {
      pass();
      const known = statements.filter(({ calls }) => calls > 0);
      const total = known.reduce((sum, { totalMs }) => sum + totalMs, 0);
      return reportOf(
        known.map((each) => familyOf(each, total, ownTimes ? each.countingSince : resetAt)),
        new Date(now).toISOString(),
      );
    },
    statement: (rank) => fingerprintOf(steady[rank]!.number),
    slow(rank, factor) {
      const { number } = steady[rank]!;
      factors.set(number, (factors.get(number) ?? 1) * factor);
    },
    reset: forgetAll,
    evict(least) {
      const at = new Date(now).toISOString();
      for (const each of statements.toSorted((a, b) => a.calls - b.calls).slice(0, least)) forget(each, at);
    },
  };
}

function makeStatement(number: number, random: Draws, noise: Noise): Statement {
  const batch = random.chance(0.05) ? { days: random.pick([1, 1, 7]), calls: 50 + random.below(5000) } : null;
  const isPassing = random.chance(0.1);
  const livesFrom = isPassing && random.chance(0.5) ? start + random.next() * 60 * dayMs : start;
  return {
    number,
    callsPerDay: 10 ** (1 + 4.5 * random.next()),
    meanMs: 10 ** (-1.5 + 3.5 * random.next()),
    deviation: 0.3 + 2.5 * random.next(),
    scatter: noise.scatter * 2 ** (2 * random.next() - 1),
    disk: random.next(),
    night: 0.05 + 0.6 * random.next(),
    weekend: 0.1 + 0.9 * random.next(),
    rush: (noise.rush ?? 0.4) * random.next(),
    sunday: noise.sunday === undefined ? 0 : noise.sunday * random.next(),
    drift: noise.drift * random.next(),
    batch,
    livesFrom,
    livesUntil: isPassing && livesFrom === start ? start + random.next() * 60 * dayMs : Number.POSITIVE_INFINITY,
    state: random.normal(),
    shock: 0,
    calls: 0,
    totalMs: 0,
    squaresMs2: 0,
    countingSince: new Date(start).toISOString(),
  };
}

interface Passing {
  readonly from: number;
  readonly hours: number;
  readonly random: Draws;
  readonly noise: Noise;
  readonly serverShock: number;
  readonly factor: number;
}

/** One interval of one statement: its calls in the rhythm of day and week, their times, and the counters after them. */
function run(each: Statement, { from, hours, random, noise, serverShock, factor }: Passing): void {
  each.state = noise.memory * each.state + Math.sqrt(1 - noise.memory ** 2) * random.normal();
  each.shock = random.chance(each.shock > 0 ? noise.shockLasts : noise.shock) ? each.shock || Math.log(1.5 + 3.5 * random.next()) : 0;
  if (from < each.livesFrom || from >= each.livesUntil) return;
  const { calls, busy } = callsIn(each, from, hours);
  const made = random.poisson(calls * random.logNormal(0.2));
  if (made === 0) return;
  const days = (from - start) / dayMs;
  const level =
    each.scatter * each.state +
    each.shock +
    serverShock * each.disk +
    each.rush * busy +
    each.sunday * sundays(from, hours) +
    each.drift * days;
  const mean = each.meanMs * factor * Math.exp(level);
  const slowCalls = Array.from({ length: random.poisson(made * noise.slowCall) }, () => 20 * mean * random.pareto(noise.tail ?? 1.5));
  const mostly = Math.max(0.05, 1 + (each.deviation * random.normal()) / Math.sqrt(made));
  if (each.calls === 0) each.countingSince = new Date(from).toISOString();
  each.calls += made;
  each.totalMs += made * mean * mostly + slowCalls.reduce((sum, ms) => sum + ms, 0);
  each.squaresMs2 += made * mean ** 2 * (mostly ** 2 + each.deviation ** 2) + slowCalls.reduce((sum, ms) => sum + ms ** 2, 0);
}

/** Expected calls, and how busy the hours are, 0–1. */
function callsIn({ callsPerDay, night, weekend, batch }: Statement, from: number, hours: number): { calls: number; busy: number } {
  if (batch) {
    // Runs at two in the morning.
    const run = start + Math.ceil((from - start - 2 * hourMs) / (batch.days * dayMs)) * batch.days * dayMs + 2 * hourMs;
    return { calls: run >= from && run < from + hours * hourMs ? batch.calls : 0, busy: 0 };
  }
  let sum = 0;
  let busy = 0;
  for (let hour = 0; hour < hours; hour += 1) {
    const at = new Date(from + hour * hourMs);
    const day = (1 - Math.cos((at.getUTCHours() / 24) * 2 * Math.PI)) / 2;
    const week = at.getUTCDay() % 6 === 0 ? weekend : 1;
    sum += (night + (1 - night) * day) * week;
    busy += day * week;
  }
  return { calls: (callsPerDay * sum) / 24, busy: busy / hours };
}

/** Part of these hours that is on a Sunday. */
function sundays(from: number, hours: number): number {
  let count = 0;
  for (let hour = 0; hour < hours; hour += 1) if (new Date(from + hour * hourMs).getUTCDay() === 0) count += 1;
  return count / hours;
}

function forget(each: Statement, at: string): void {
  each.calls = 0;
  each.totalMs = 0;
  each.squaresMs2 = 0;
  each.countingSince = at;
}

function fingerprintOf(number: number): string {
  return number.toString(16).padStart(16, "0");
}

function familyOf({ number, calls, totalMs, squaresMs2 }: Statement, total: number, countingSince: string): FamilySummary {
  const fingerprint = fingerprintOf(number);
  return {
    id: fingerprint,
    fingerprint,
    sql: `select c${number} from t${number % 40} where id = $1`,
    calls,
    meanTimeMs: totalMs / calls,
    share: totalMs / total,
    costBefore: 10,
    costAfter: 10,
    place: null,
    relations: [{ schema: "public", name: `t${number % 40}` }],
    noAdvice: "no index helps",
    counters: { calls, totalMs, squaresMs2, rows: calls, blocks: calls * 4, countingSince },
  };
}

/** An audit's report as far as a comparison reads it. */
export function reportOf(families: readonly FamilySummary[], generatedAt: string): Report {
  return {
    schemaVersion: 1,
    generatedAt,
    advisorVersion: "0.0.0",
    server: null,
    origin: null,
    summary: {
      statementCount: families.length,
      relationCount: 40,
      candidateCount: 0,
      planCount: 0,
      costBefore: 1,
      costAfter: 1,
      geometricMeanRatio: 1,
      indexBytes: 0,
      boundRatio: 1,
      weightedRatio: 1,
    },
    families: families.toSorted((a, b) => b.share - a.share),
    recommendations: [],
    findings: [],
    rejected: [],
    skipped: [],
    gaps: [],
    partial: null,
  };
}
