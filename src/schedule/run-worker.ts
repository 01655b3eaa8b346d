import { AdvisorError } from "../errors.ts";
import { announce } from "./announce.ts";
import { type AttemptTools, attempt, type ReadyTarget } from "./attempt.ts";
import { type Crew, openCrew } from "./crew.ts";
import { decide, missedWords } from "./decide.ts";
import { type Timetable, timetable } from "./due.ts";
import { holdEveryMs, type Job, leaseMs, type Queue } from "./queue.ts";
import type { QueueDatabase } from "./queue-database.ts";
import { queueDeliveries } from "./queue-deliveries.ts";
import { queueNotices } from "./queue-notices.ts";
import { type Ended, failure, type Outcome, type Run, retryDelay } from "./run.ts";
import type { LocalOptions, Tally } from "./run-locally.ts";

export interface WorkerOptions extends LocalOptions {
  readonly fleet: string;
  /** What the queue calls this process. */
  readonly worker: string;
}

/** A new due time, or another worker's dead, is noticed after this. */
const pollMs = 2_000;

interface Shift {
  readonly targets: ReadonlyMap<string, { readonly target: ReadyTarget; readonly table: Timetable }>;
  readonly queue: Queue;
  readonly database: QueueDatabase;
  readonly tools: AttemptTools;
  readonly options: WorkerOptions;
  readonly crew: Crew;
  /** Due times that the queue has been told of, so that it is asked once for each. */
  readonly offered: Map<string, Date>;
  readonly tally: Tally;
  /** Why the queue is out of reach; null: it is not. */
  trouble: string | null;
}

/** Offers due runs to the queue, takes and does runs, until it is told to stop, or with `once` until none of the fleet's is left. */
export async function runWorker(
  targets: readonly ReadyTarget[],
  { queue, database }: { readonly queue: Queue; readonly database: QueueDatabase },
  tools: AttemptTools,
  options: WorkerOptions,
): Promise<Tally> {
  const shift: Shift = {
    targets: new Map(targets.map((target) => [target.name, { target, table: timetable(target) }])),
    queue,
    database,
    tools,
    options,
    crew: openCrew({ clock: tools.clock, log: tools.log, stop: options.stop, graceMs: options.graceMs }),
    offered: new Map(),
    tally: { done: 0, faulty: 0, aborted: 0 },
    trouble: null,
  };
  while (!options.stop.aborted) {
    if (await turn(shift)) return shift.tally;
    await shift.crew.wait(pollMs);
  }
  await shift.crew.windDown();
  return shift.tally;
}

/** True when a schedule of `once` has nothing left to do. */
async function turn(shift: Shift): Promise<boolean> {
  const { targets, queue, tools, options, crew } = shift;
  try {
    for (const { target, table } of targets.values()) await offer(shift, target, table);
    await reviveDead(shift);
    while (crew.size < options.concurrency && !options.stop.aborted) {
      const job = await queue.take((name) => targets.get(name)?.target.database ?? null);
      if (job === null) break;
      begin(shift, job);
    }
    if (shift.trouble !== null) tools.log({ level: "info", event: "queue reached", message: "the queue is in reach again" });
    shift.trouble = null;
    return options.once && crew.size === 0 && (await queue.unfinishedCount()) === 0;
  } catch (error) {
    if (error instanceof AdvisorError && error.code !== "CONNECTION_FAILED") throw error;
    complain(shift, error);
    return false;
  }
}

async function offer({ queue, tools, options, offered }: Shift, target: ReadyTarget, table: Timetable): Promise<void> {
  const now = tools.clock.now();
  const due = table.newest(now);
  if (due === null || due.getTime() === offered.get(target.name)?.getTime()) return;
  const question = { table, now, once: options.once, missed: target.missed };
  const decision = await queue.offer(target, due, (last) => decide({ ...question, last }));
  offered.set(target.name, due);
  const say = (level: "info" | "warning", event: string, message: string) =>
    tools.log({ level, event, target: target.name, dueAt: due.toISOString(), message });
  if (decision.kind === "nothing") return;
  if (decision.kind === "first") return say("info", "scheduled", `first run at ${table.nextStart(now)?.toISOString() ?? "no time"}`);
  if (decision.kind === "busy") return say("warning", "skipped", `the run before is not finished; ${due.toISOString()} is left out`);
  if (decision.kind === "pass") return say("warning", "missed", `${missedWords(decision.missed)}; waiting for the next`);
  if (decision.missed > 0) say("warning", "missed", `${missedWords(decision.missed)}; running once`);
  say("info", "queued", `run of ${due.toISOString()} queued`);
}

async function reviveDead(shift: Shift): Promise<void> {
  const { targets, queue, tools, options, tally, crew } = shift;
  for (const run of await queue.revive(options.worker)) {
    tally.faulty += 1;
    const message = "each worker that took the run died; it is given up (too little memory?)";
    tools.log({ level: "error", event: "run failed", target: run.target, dueAt: run.dueAt.toISOString(), message });
    const database = targets.get(run.target)?.target.database;
    if (database === undefined) continue; // another worker's file knows it, and where to send
    // A place that does not answer is not waited for here.
    crew.begin({ target: run.target, database }, (signal) => tellPlaces(shift, run, failure(new Error(message)), signal));
  }
}

async function tellPlaces(shift: Shift, run: Run, outcome: Ended, signal: AbortSignal): Promise<void> {
  const { target } = shift.targets.get(run.target)!;
  const notices = queueNotices(shift.database, shift.options.fleet);
  try {
    await announce({ run, target, outcome, tools: shift.tools, notices, signal });
  } catch (error) {
    complain(shift, error); // the queue is out of reach
  }
}

function begin(shift: Shift, job: Job): void {
  const { targets, queue, database, tools, options, crew } = shift;
  const { target } = targets.get(job.target)!;
  crew.begin({ target: target.name, database: target.database }, async (stop) => {
    const ours = new AbortController();
    const { signal } = ours;
    stop.addEventListener("abort", () => ours.abort(), { once: true });
    const deliveries = queueDeliveries(database, {
      fleet: options.fleet,
      whileHeld: (work) => queue.whileHeld(job, work),
      onLost: () => ours.abort(),
    });
    const ended = new AbortController();
    const holding = keepHolding(shift, job, ours, ended.signal);
    try {
      await finish(shift, job, await attempt(job, target, tools, { deliveries, signal, isOurs: () => queue.hold(job) }), signal);
    } catch (error) {
      complain(shift, error); // the queue is out of reach: the lease ends, and another worker takes the run
    } finally {
      ended.abort();
      await holding;
    }
  });
}

/** Says that we live, until the run has ended; aborts it when another worker has it, or must have by now. */
async function keepHolding(shift: Shift, job: Job, run: AbortController, ended: AbortSignal): Promise<void> {
  const { clock } = shift.tools;
  let confirmedAt = clock.now().getTime();
  while (!ended.aborted) {
    await clock.wait(holdEveryMs, ended);
    if (ended.aborted) return;
    const ours = await shift.queue.hold(job).catch((error: unknown) => {
      complain(shift, error);
      return null;
    });
    const now = clock.now().getTime();
    if (ours === true) confirmedAt = now;
    if (ours === false || now - confirmedAt > leaseMs) run.abort();
  }
}

async function finish(shift: Shift, job: Job, outcome: Outcome, signal: AbortSignal): Promise<void> {
  const { targets, queue, tools, options, tally } = shift;
  const say = (level: "info" | "warning", event: string, message: string) =>
    tools.log({ level, event, target: job.target, dueAt: job.dueAt.toISOString(), message });
  const isOurs = await conclude();
  if (isOurs) return;
  tally.aborted += 1;
  say("warning", "lost", "another worker has taken the run over");

  async function conclude(): Promise<boolean> {
    if (outcome.kind === "lost") return false;
    if (outcome.kind === "aborted") {
      if (!(await queue.putBack(job, { attempt: job.attempt, delayMs: 0 }))) return false;
      tally.aborted += 1;
      say("warning", "aborted", "aborted; put back for another worker");
      return true;
    }
    const delayMs = outcome.kind === "failed" && outcome.mayRetry ? retryDelay(job.attempt, targets.get(job.target)!.target) : null;
    if (delayMs !== null) {
      if (!(await queue.putBack(job, { attempt: job.attempt + 1, delayMs }))) return false;
      say("info", "retry", `trying again in ${delayMs / 1000} s`);
      return true;
    }
    // Before the run is concluded: a worker that dies here leaves it, and the notice, to another.
    if (!options.stop.aborted) await tellPlaces(shift, job, outcome, signal);
    const words = outcome.kind === "done" ? "done" : `failed: ${outcome.error.code}`;
    if (!(await queue.conclude(job, words, options.worker))) return false;
    tally.done += outcome.kind === "done" ? 1 : 0;
    tally.faulty += outcome.kind === "failed" || outcome.faults > 0 ? 1 : 0;
    return true;
  }
}

/** The queue may be out of reach for a while: said once, and when it is back. */
function complain(shift: Shift, error: unknown): void {
  const words = error instanceof Error ? error.message : String(error);
  if (shift.trouble !== words) shift.tools.log({ level: "error", event: "queue error", message: `the queue: ${words}` });
  shift.trouble = words;
}
