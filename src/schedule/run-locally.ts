import { plural } from "../domain/units.ts";
import { type AttemptTools, attempt, type ReadyTarget } from "./attempt.ts";
import { type Timetable, timetable } from "./due.ts";
import { type Outcome, type Run, retryDelay } from "./run.ts";
import type { Deliveries, DueTimes } from "./state.ts";

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
  readonly done: number;
  /** Runs that failed for good, or reached not all their places. */
  readonly faulty: number;
  readonly aborted: number;
}

interface Waiting {
  readonly run: Run;
  readonly notBefore: Date;
}
interface Running {
  readonly target: ReadyTarget;
  readonly controller: AbortController;
}

/** The clock of a machine that slept, or was set, is looked at again after this long. */
const longestSleepMs = 60_000;
/** A run that could not begin for this long after its time, because nothing was there to begin it, counts as missed. */
export const lateMs = 600_000;
export const countedMissed = 1_000;

/**
 * Runs a fleet in this process until it is told to stop. One run of a database at a time; a target that hangs holds one place of
 * `concurrency` until its timeout, and no other target waits for it longer than that.
 */
export async function runLocally(
  targets: readonly ReadyTarget[],
  state: DueTimes & Deliveries,
  tools: AttemptTools,
  options: LocalOptions,
): Promise<Tally> {
  const { clock, log } = tools;
  const times = new Map<string, Timetable>(targets.map((target) => [target.name, timetable(target)]));
  const byName = new Map(targets.map((target) => [target.name, target]));
  const waiting: Waiting[] = [];
  const running = new Map<string, Running>();
  /** Due times taken up or passed over by this process; the state knows them only when they are concluded. */
  const seen = new Map<string, Date>();
  const tally = { done: 0, faulty: 0, aborted: 0 };
  let wake = new AbortController();
  let fault: { readonly error: unknown } | null = null;

  const notice = async (target: ReadyTarget, now: Date) => {
    const table = times.get(target.name)!;
    const due = table.newest(now);
    if (due === null) return;
    const last = seen.get(target.name) ?? state.lastDue(target.name);
    if (last !== null && due <= last) return;
    const say = (level: "info" | "warning", event: string, message: string) =>
      log({ level, event, target: target.name, dueAt: due.toISOString(), message });
    if (last === null && !options.once) {
      seen.set(target.name, due);
      say("info", "scheduled", `first run at ${table.nextStart(now)?.toISOString() ?? "no time"}`);
      return state.conclude(target.name, due, "none yet");
    }
    seen.set(target.name, due);
    const isLate = !options.once && now.getTime() - table.startOf(due).getTime() > lateMs;
    if (isLate && target.missed === "skip") {
      say("warning", "missed", `the time ${due.toISOString()} was missed; waiting for the next`);
      return state.conclude(target.name, due, "missed");
    }
    if (running.has(target.name) || waiting.some(({ run }) => run.target === target.name))
      return say("warning", "skipped", `the run before is not finished; ${due.toISOString()} is left out`);
    const missed = last === null ? 0 : table.countBetween(last, due, countedMissed);
    if (isLate || missed > 0) say("warning", "missed", `${plural(missed + (isLate ? 1 : 0), "time")} missed; running once`);
    waiting.push({ run: { target: target.name, dueAt: due, attempt: 1 }, notBefore: now });
  };

  const finish = async (run: Run, target: ReadyTarget, outcome: Outcome) => {
    if (outcome.kind === "aborted" || outcome.kind === "lost") {
      tally.aborted += 1;
      log({ level: "warning", event: "aborted", target: target.name, message: "aborted; it is due again at the next start" });
      return;
    }
    const delay = outcome.kind === "failed" && outcome.mayRetry ? retryDelay(run.attempt, target) : null;
    if (delay !== null && !options.stop.aborted) {
      log({ level: "info", event: "retry", target: target.name, message: `trying again in ${delay / 1000} s` });
      waiting.push({ run: { ...run, attempt: run.attempt + 1 }, notBefore: new Date(clock.now().getTime() + delay) });
      return;
    }
    tally.done += outcome.kind === "done" ? 1 : 0;
    tally.faulty += outcome.kind === "failed" || outcome.faults > 0 ? 1 : 0;
    // A time that was left out meanwhile is dealt with as well.
    const concluded = seen.get(target.name) ?? run.dueAt;
    await state.conclude(target.name, concluded, outcome.kind === "done" ? "done" : `failed: ${outcome.error.code}`);
  };

  const begin = (run: Run) => {
    const target = byName.get(run.target)!;
    const controller = new AbortController();
    running.set(run.target, { target, controller });
    void attempt(run, target, tools, { deliveries: state, signal: controller.signal, isOurs: async () => true })
      .then((outcome) => finish(run, target, outcome))
      .catch((error: unknown) => {
        fault = { error }; // the state cannot be written: rethrown below
      })
      .finally(() => {
        running.delete(run.target);
        wake.abort();
      });
  };

  const beginReady = (now: Date) => {
    for (const entry of [...waiting]) {
      if (running.size >= options.concurrency) return;
      const { database } = byName.get(entry.run.target)!;
      if (entry.notBefore > now || [...running.values()].some(({ target }) => target.database === database)) continue;
      waiting.splice(waiting.indexOf(entry), 1);
      begin(entry.run);
    }
  };

  const sleepMs = (now: Date) => {
    const moments = [...waiting.map(({ notBefore }) => notBefore).filter((at) => at > now)];
    if (!options.once)
      for (const table of times.values()) {
        const next = table.nextStart(now);
        if (next !== null) moments.push(next);
      }
    return Math.min(longestSleepMs, ...moments.map((at) => Math.max(1, at.getTime() - now.getTime())));
  };

  const onStop = () => wake.abort();
  options.stop.addEventListener("abort", onStop, { once: true });
  try {
    if (options.once) for (const target of targets) await notice(target, clock.now());
    while (!options.stop.aborted && fault === null) {
      wake = new AbortController();
      if (!options.once) for (const target of targets) await notice(target, clock.now());
      beginReady(clock.now());
      if (options.once && running.size === 0 && waiting.length === 0) return tally;
      if (options.stop.aborted) break;
      await clock.wait(sleepMs(clock.now()), wake.signal);
    }
    await windDown();
    if (fault !== null) throw (fault as { error: unknown }).error;
    return tally;
  } finally {
    options.stop.removeEventListener("abort", onStop);
  }

  /** Lets running audits end within the grace, then ends them. */
  async function windDown(): Promise<void> {
    for (const { run } of waiting)
      log({ level: "info", event: "stopping", target: run.target, message: "not begun; it is due again at the next start" });
    if (running.size > 0)
      log({
        level: "info",
        event: "stopping",
        message: `stopping; ${plural(running.size, "run")} may take up to ${options.graceMs / 1000} s more: ${[...running.keys()].sort().join(", ")}`,
      });
    const until = clock.now().getTime() + options.graceMs;
    while (running.size > 0) {
      wake = new AbortController();
      const left = until - clock.now().getTime();
      if (left <= 0) for (const { controller } of running.values()) controller.abort();
      await clock.wait(left > 0 ? left : 1_000, wake.signal);
    }
  }
}
