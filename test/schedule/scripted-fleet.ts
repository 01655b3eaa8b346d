import type { FleetDestination } from "../../src/config/fleet.ts";
import type { Report } from "../../src/domain/report.ts";
import type { AttemptTools, ReadyTarget } from "../../src/schedule/attempt.ts";
import type { Clock } from "../../src/schedule/clock.ts";
import type { FleetEvent } from "../../src/schedule/log.ts";
import type { RunAudit } from "../../src/schedule/run.ts";
import type { Deliveries, DueTimes, Notices } from "../../src/schedule/state.ts";
import { literalReport } from "../render/literal-report.ts";

/** A clock that a test turns: `wait` ends when `advance` has come to its time. */
export interface FakeClock extends Clock {
  advance(ms: number): Promise<void>;
}

export function fakeClock(start: string): FakeClock {
  let now = new Date(start).getTime();
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  /** Lets everything that was woken come to its next wait: nothing under test waits for anything but this clock and promises. */
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
  };
  return {
    now: () => new Date(now),
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const aborted = () => {
          sleepers.delete(sleeper);
          resolve();
        };
        const wake = () => {
          signal?.removeEventListener("abort", aborted);
          resolve();
        };
        const sleeper = { until: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", aborted, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].sort((a, b) => a.until - b.until)[0];
        if (next === undefined || next.until > end) break;
        now = next.until;
        sleepers.delete(next);
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}

/** State that answers without waiting for a disk, so that turning the clock is all that a test has to do. */
export function memoryState(known: Readonly<Record<string, string>> = {}): DueTimes & Deliveries & Notices {
  const due = new Map(Object.entries(known).map(([target, last]) => [target, new Date(last)]));
  const failing = new Map<string, Date>();
  return {
    lastDue: (target) => due.get(target) ?? null,
    conclude: async (target, dueAt) => void due.set(target, dueAt),
    last: async () => null,
    claim: async () => "new",
    settle: async () => undefined,
    failingSince: async (target, destination) => failing.get(`${target} ${destination}`) ?? null,
    recordNotice: async (target, destination, since) =>
      void (since === null ? failing.delete(`${target} ${destination}`) : failing.set(`${target} ${destination}`, since)),
  };
}

export function readyTarget(name: string, more: Partial<ReadyTarget> = {}): ReadyTarget {
  return {
    name,
    database: `db:5432/${name}`,
    cron: "0 * * * *",
    timeZone: "UTC",
    jitterMs: 0,
    timeoutMs: 60_000,
    retries: 0,
    retryDelayMs: 60_000,
    missed: "once",
    destinations: [],
    ...more,
  };
}

export function toStdout(more: { readonly always?: boolean } = {}): FleetDestination {
  return { key: "stdout-1", notifyFailures: false, destination: { to: "stdout", format: "json", always: more.always ?? false } };
}

/** Tools whose audits do what the test says, and what they said and printed. */
export function scriptedTools(clock: Clock, runAudit: RunAudit) {
  const events: FleetEvent[] = [];
  const printed: string[] = [];
  const kept: Report[] = [];
  const tools: AttemptTools = {
    runAudit,
    keepReport: async (_target, report) => ({ id: String(kept.push(report)), report, earlier: [] }),
    log: (event) => events.push(event),
    print: (text) => printed.push(text),
    mask: (text) => text.replaceAll("s3cret", "***"),
    clock,
  };
  const said = (event: string) => events.filter((each) => each.event === event).map(({ target, message }) => `${target ?? ""}: ${message}`);
  return { tools, events, printed, kept, said };
}

/** An audit that ends when the test says so, or when it is aborted. */
export function heldAudits() {
  const open = new Map<string, (report: Report) => void>();
  const begun: string[] = [];
  const runAudit: RunAudit = (target, { signal }) =>
    new Promise((resolve, reject) => {
      begun.push(target);
      open.set(target, resolve);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  return { runAudit, begun, finish: (target: string, report: Report = literalReport) => open.get(target)!(report) };
}
