import { announce } from "./announce.ts";
import { type AttemptTools, attempt, type ReadyTarget } from "./attempt.ts";
import { type Crew, openCrew } from "./crew.ts";
import { decide, missedWords } from "./decide.ts";
import { type Timetable, timetable } from "./due.ts";
import { type Outcome, type Run, retryDelay } from "./run.ts";
import type { Deliveries, DueTimes, Notices } from "./state.ts";

export interface LocalOptions {
  readonly concurrency: number;
  /** Runs what is due now and ends. */
  readonly once: boolean;
  /** Aborted: begin nothing more. */
  readonly stop: AbortSignal;
  /** How long running audits may still take after that. */
  readonly graceMs: number;
}

/** What became of the runs: the program's exit code depends on it. */
export interface Tally {
  done: number;
  /** Runs that failed for good, or reached not all their places. */
  faulty: number;
  aborted: number;
}

/** The clock of a machine that slept, or was set, is looked at again after this long. */
const longestSleepMs = 60_000;

/** All that a schedule in one process knows while it runs. */
interface Shift {
  readonly targets: ReadonlyMap<string, { readonly target: ReadyTarget; readonly table: Timetable }>;
  readonly state: DueTimes & Deliveries & Notices;
  readonly tools: AttemptTools;
  readonly options: LocalOptions;
  readonly crew: Crew;
  /** Begun as soon as there is room and their time has come, in this order. */
  readonly waiting: { readonly run: Run; readonly notBefore: Date }[];
  /** Due times taken up or passed over by this process; the state knows them only when they are concluded. */
  readonly seen: Map<string, Date>;
  readonly tally: Tally;
}

/**
 * Runs a fleet in this process until it is told to stop. One run of a database at a time; a target that hangs holds one place of
 * `concurrency` until its timeout, and the others go on in the rest.
 */
export async function runLocally(
  targets: readonly ReadyTarget[],
  state: DueTimes & Deliveries & Notices,
  tools: AttemptTools,
  options: LocalOptions,
): Promise<Tally> {
  const shift: Shift = {
    targets: new Map(targets.map((target) => [target.name, { target, table: timetable(target) }])),
    state,
    tools,
    options,
    crew: openCrew({ clock: tools.clock, log: tools.log, stop: options.stop, graceMs: options.graceMs }),
    waiting: [],
    seen: new Map(),
    tally: { done: 0, faulty: 0, aborted: 0 },
  };
  const { clock } = tools;
  if (options.once) await noticeAll(shift);
  while (!options.stop.aborted) {
    if (!options.once) await noticeAll(shift);
    beginReady(shift);
    if (options.once && shift.crew.size === 0 && shift.waiting.length === 0) return shift.tally;
    await shift.crew.wait(sleepMs(shift, clock.now()));
  }
  for (const { run } of shift.waiting)
    tools.log({ level: "info", event: "stopping", target: run.target, message: "not begun; it is due again at the next start" });
  await shift.crew.windDown();
  return shift.tally;
}

/** Puts every target whose time has come on the list. */
async function noticeAll({ targets, state, tools, options, crew, waiting, seen }: Shift): Promise<void> {
  const now = tools.clock.now();
  for (const [name, { target, table }] of targets) {
    const last = seen.get(name) ?? state.lastDue(name);
    const decision = decide({ table, now, last, once: options.once, missed: target.missed });
    if (decision.kind === "nothing") continue;
    const { due } = decision;
    seen.set(name, due);
    const say = (level: "info" | "warning", event: string, message: string) =>
      tools.log({ level, event, target: name, dueAt: due.toISOString(), message });
    if (decision.kind === "first") {
      say("info", "scheduled", `first run at ${table.nextStart(now)?.toISOString() ?? "no time"}`);
      await state.conclude(name, due, "none yet");
    } else if (decision.kind === "pass") {
      say("warning", "missed", `${missedWords(decision.missed)}; waiting for the next`);
      await state.conclude(name, due, "missed");
    } else if (crew.members.some((member) => member.target === name) || waiting.some(({ run }) => run.target === name)) {
      say("warning", "skipped", `the run before is not finished; ${due.toISOString()} is left out`);
    } else {
      if (decision.missed > 0) say("warning", "missed", `${missedWords(decision.missed)}; running once`);
      waiting.push({ run: { target: name, dueAt: due, attempt: 1 }, notBefore: now });
    }
  }
}

function beginReady(shift: Shift): void {
  const { targets, state, tools, options, crew, waiting } = shift;
  const now = tools.clock.now();
  for (const entry of waiting.splice(0)) {
    const { run, notBefore } = entry;
    const { target } = targets.get(run.target)!;
    const isBusy = crew.members.some(({ database }) => database === target.database);
    if (crew.size >= options.concurrency || notBefore > now || isBusy) waiting.push(entry);
    else
      crew.begin({ target: target.name, database: target.database }, async (signal) =>
        finish(shift, run, await attempt(run, target, tools, { deliveries: state, signal, isOurs: async () => true }), signal),
      );
  }
}

async function finish(shift: Shift, run: Run, outcome: Outcome, signal: AbortSignal): Promise<void> {
  const { targets, state, tools, options, waiting, seen, tally } = shift;
  const { target } = targets.get(run.target)!;
  const say = (level: "info" | "warning", event: string, message: string) =>
    tools.log({ level, event, target: run.target, dueAt: run.dueAt.toISOString(), message });
  if (outcome.kind === "aborted" || outcome.kind === "lost") {
    tally.aborted += 1;
    return say("warning", "aborted", "aborted; it is due again at the next start");
  }
  const delayMs = outcome.kind === "failed" && outcome.mayRetry && !options.stop.aborted ? retryDelay(run.attempt, target) : null;
  if (delayMs !== null) {
    waiting.push({ run: { ...run, attempt: run.attempt + 1 }, notBefore: new Date(tools.clock.now().getTime() + delayMs) });
    return say("info", "retry", `trying again in ${delayMs / 1000} s`);
  }
  // A run that our own end cut short has not failed by itself.
  if (!options.stop.aborted) await announce({ run, target, outcome, tools, notices: state, signal });
  tally.done += outcome.kind === "done" ? 1 : 0;
  tally.faulty += outcome.kind === "failed" || outcome.faults > 0 ? 1 : 0;
  // A time that was left out meanwhile is dealt with as well.
  await state.conclude(run.target, seen.get(run.target) ?? run.dueAt, outcome.kind === "done" ? "done" : `failed: ${outcome.error.code}`);
}

function sleepMs({ targets, waiting, options }: Shift, now: Date): number {
  const retries = waiting.map(({ notBefore }) => notBefore).filter((at) => at > now);
  const starts = options.once ? [] : [...targets.values()].map(({ table }) => table.nextStart(now)).filter((at) => at !== null);
  return Math.min(longestSleepMs, ...[...retries, ...starts].map((at) => Math.max(1, at.getTime() - now.getTime())));
}
