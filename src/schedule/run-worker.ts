import { milliseconds, plural } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import { type AttemptTools, attempt, type ReadyTarget } from "./attempt.ts";
import { type Timetable, timetable } from "./due.ts";
import { holdEveryMs, type Job, leaseMs, type Queue } from "./queue.ts";
import type { QueueDatabase } from "./queue-database.ts";
import { queueDeliveries } from "./queue-deliveries.ts";
import { type Outcome, retryDelay } from "./run.ts";
import { countedMissed, type LocalOptions, lateMs, type Tally } from "./run-locally.ts";

export interface WorkerOptions extends LocalOptions {
  readonly fleet: string;
  /** What the queue calls this process. */
  readonly worker: string;
}

interface Held {
  readonly job: Job;
  readonly controller: AbortController;
  /** When the queue last said that the job is ours, in ms of the clock. */
  confirmedAt: number;
}

const pollMs = 2_000;

/** Offers due runs to the queue, takes and does runs, until it is told to stop, or with `once` until none of the fleet's is left. */
export async function runWorker(
  targets: readonly ReadyTarget[],
  { queue, database }: { readonly queue: Queue; readonly database: QueueDatabase },
  tools: AttemptTools,
  options: WorkerOptions,
): Promise<Tally> {
  const { clock, log } = tools;
  const times = new Map<string, Timetable>(targets.map((target) => [target.name, timetable(target)]));
  const byName = new Map(targets.map((target) => [target.name, target]));
  const offered = new Map<string, Date>();
  const held = new Map<string, Held>();
  const tally = { done: 0, faulty: 0, aborted: 0 };
  let wake = new AbortController();
  let trouble: string | null = null;

  const offer = async (target: ReadyTarget, now: Date) => {
    const table = times.get(target.name)!;
    const due = table.newest(now);
    if (due === null || due.getTime() === offered.get(target.name)?.getTime()) return;
    const isLate = !options.once && now.getTime() - table.startOf(due).getTime() > lateMs;
    const { kind, since } = await queue.offer({
      target: target.name,
      database: target.database,
      dueAt: due,
      runsFirst: options.once,
      passes: isLate && target.missed === "skip",
    });
    offered.set(target.name, due);
    const say = (level: "info" | "warning", event: string, message: string) =>
      log({ level, event, target: target.name, dueAt: due.toISOString(), message });
    const missed = (since === null ? 0 : table.countBetween(since, due, countedMissed)) + (isLate ? 1 : 0);
    if (kind === "first") say("info", "scheduled", `first run at ${table.nextStart(now)?.toISOString() ?? "no time"}`);
    if (kind === "busy") say("warning", "skipped", `the run before is not finished; ${due.toISOString()} is left out`);
    if (kind === "passed") say("warning", "missed", `${plural(missed, "time")} missed; waiting for the next`);
    if (kind === "added" && missed > 0) say("warning", "missed", `${plural(missed, "time")} missed; running once`);
    if (kind === "added") say("info", "queued", `run of ${due.toISOString()} queued`);
  };

  const finish = async (job: Job, target: ReadyTarget, outcome: Outcome) => {
    const say = (level: "info" | "warning", event: string, message: string) =>
      log({ level, event, target: job.target, dueAt: job.dueAt.toISOString(), message });
    const lost = () => {
      tally.aborted += 1;
      say("warning", "lost", "another worker has taken the run over; nothing of it was sent from here since");
    };
    if (outcome.kind === "lost") return lost();
    if (outcome.kind === "aborted") {
      tally.aborted += 1;
      if (!(await queue.putBack(job, { attempt: job.attempt, delayMs: 0 }))) return lost();
      return say("warning", "aborted", "aborted; put back for another worker");
    }
    const delayMs = outcome.kind === "failed" && outcome.mayRetry ? retryDelay(job.attempt, target) : null;
    if (delayMs !== null) {
      if (!(await queue.putBack(job, { attempt: job.attempt + 1, delayMs }))) return lost();
      return say("info", "retry", `tried again in ${delayMs / 1000} s`);
    }
    const words = outcome.kind === "done" ? "done" : `failed: ${outcome.error.code}`;
    if (!(await queue.conclude(job, words, options.worker))) return lost();
    tally.done += outcome.kind === "done" ? 1 : 0;
    tally.faulty += outcome.kind === "failed" || outcome.faults > 0 ? 1 : 0;
  };

  const begin = (job: Job) => {
    const target = byName.get(job.target)!;
    const mine: Held = { job, controller: new AbortController(), confirmedAt: clock.now().getTime() };
    const { signal } = mine.controller;
    held.set(job.id, mine);
    const deliveries = queueDeliveries(database, {
      fleet: options.fleet,
      whileHeld: (work) => queue.whileHeld(job, work),
      onLost: () => mine.controller.abort(),
    });
    void attempt(job, target, tools, { deliveries, signal, isOurs: () => queue.hold(job) })
      .then((outcome) => finish(job, target, outcome))
      .catch((error: unknown) => complain(error)) // the queue is out of reach: its lease ends, another worker takes the run
      .finally(() => {
        held.delete(job.id);
        wake.abort();
      });
  };

  /** The queue may be out of reach for a while: said once, and when it is back. */
  const complain = (error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    if (trouble !== words) log({ level: "error", event: "queue error", message: `the queue: ${words}` });
    trouble = words;
  };

  const holdAll = async () => {
    for (const mine of held.values()) {
      const ours = await queue.hold(mine.job).catch((error: unknown) => {
        complain(error);
        return null;
      });
      if (ours === true) mine.confirmedAt = clock.now().getTime();
      // Unheard for a whole lease, it belongs to somebody else by now.
      const silentMs = clock.now().getTime() - mine.confirmedAt;
      if (ours === false || silentMs > leaseMs) mine.controller.abort();
    }
  };
  const holding = new AbortController();
  const keepHolding = async () => {
    while (!holding.signal.aborted) {
      await clock.wait(holdEveryMs, holding.signal);
      await holdAll();
    }
  };

  const turn = async (): Promise<boolean> => {
    for (const target of targets) await offer(target, clock.now());
    for (const run of await queue.revive(options.worker)) {
      tally.faulty += 1;
      log({
        level: "error",
        event: "run failed",
        target: run.target,
        dueAt: run.dueAt.toISOString(),
        message: "each worker that took the run died; it is given up (too little memory?)",
      });
    }
    while (held.size < options.concurrency && !options.stop.aborted) {
      const job = await queue.take((name) => byName.get(name)?.database ?? null);
      if (job === null) break;
      begin(job);
    }
    if (trouble !== null) log({ level: "info", event: "queue reached", message: "the queue is in reach again" });
    trouble = null;
    return options.once && held.size === 0 && (await queue.unfinishedCount()) === 0;
  };

  const onStop = () => wake.abort();
  options.stop.addEventListener("abort", onStop, { once: true });
  const holder = keepHolding();
  try {
    while (!options.stop.aborted) {
      wake = new AbortController();
      const finished = await turn().catch((error: unknown) => {
        if (error instanceof AdvisorError && error.code !== "CONNECTION_FAILED") throw error;
        complain(error);
        return false;
      });
      if (finished) return tally;
      if (!options.stop.aborted) await clock.wait(pollMs, wake.signal);
    }
    await windDown();
    return tally;
  } finally {
    options.stop.removeEventListener("abort", onStop);
    holding.abort();
    await holder;
  }

  async function windDown(): Promise<void> {
    if (held.size > 0)
      log({
        level: "info",
        event: "stopping",
        message: `stopping; ${plural(held.size, "run")} may take up to ${milliseconds(options.graceMs)} more: ${[...held.values()]
          .map(({ job }) => job.target)
          .sort()
          .join(", ")}`,
      });
    const until = clock.now().getTime() + options.graceMs;
    while (held.size > 0) {
      wake = new AbortController();
      const left = until - clock.now().getTime();
      if (left <= 0) for (const { controller } of held.values()) controller.abort();
      await clock.wait(left > 0 ? left : 1_000, wake.signal);
    }
  }
}
