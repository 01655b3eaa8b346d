import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AuditInput } from "./config/audit-input.ts";
import { type Environment, expand, expandAll } from "./config/environment.ts";
import type { Fleet, FleetTarget } from "./config/fleet.ts";
import { AdvisorError } from "./errors.ts";
import type { AttemptTools, ReadyTarget } from "./schedule/attempt.ts";
import type { ChildRequest, KeptReport } from "./schedule/child-messages.ts";
import { askChild } from "./schedule/child-process.ts";
import { systemClock } from "./schedule/clock.ts";
import type { Log } from "./schedule/log.ts";
import type { LocalOptions, Tally } from "./schedule/run-locally.ts";

/** A target and what its audit is told. */
export interface FleetRun {
  readonly target: ReadyTarget;
  readonly input: AuditInput;
}

export interface FleetTools {
  readonly log: Log;
  readonly print: (text: string) => void;
  /** Hides secrets in a text. */
  readonly mask: (text: string) => string;
  /** Of the store, with variables filled in; null: the state directory's. */
  readonly store: string | null;
  /** The audit's program; absent: the one beside this file. */
  readonly childProgram?: string;
}

/** A report is one insert; a store that another run holds is waited for. */
const keepTimeoutMs = 300_000;
const queueTimeouts = { statementTimeoutMs: 10_000, lockTimeoutMs: 5_000 };

/** Fills in the environment. Throws CONFIG_INVALID that names the target and the variable, or what is wrong with the URL. */
export async function readyTarget(target: FleetTarget, environment: Environment): Promise<{ target: ReadyTarget; url: string }> {
  const { connectionTarget } = await import("./connect/connection-target.ts");
  const where = `Target "${target.name}"`;
  const url = expand(target.url, environment, where);
  if (!/^postgres(?:ql)?:\/\//i.test(url))
    throw new AdvisorError("CONFIG_INVALID", `${where}: its "url" is no connection URL once its variables are filled in.`, {
      hint: "The variable is to hold postgres://user@host:port/database.",
    });
  const { hosts, database } = connectionTarget(url, environment);
  const places = hosts.map(({ host, port }) => `${host}:${port}`).join(",");
  const { name, cron, timeZone, jitterMs, timeoutMs, retries, retryDelayMs, missed } = target;
  const destinations = target.destinations.map((each) => ({
    key: each.key,
    notifyFailures: each.notifyFailures,
    destination: expandAll(each.destination, environment, `${where}, deliver to ${each.destination.to}`),
  }));
  return {
    url,
    target: { name, database: `${places}/${database}`, cron, timeZone, jitterMs, timeoutMs, retries, retryDelayMs, missed, destinations },
  };
}

/** Runs a fleet in this process, its state in a folder. Throws CONFIG_INVALID when another process does so with the same state. */
export async function runFleetHere(
  runs: readonly FleetRun[],
  place: { readonly directory: string },
  tools: FleetTools,
  options: LocalOptions,
): Promise<Tally> {
  const { openFileState } = await import("./schedule/file-state.ts");
  const { runLocally } = await import("./schedule/run-locally.ts");
  const { holdLock } = await import("./store/lock-file.ts");
  const state = await openFileState(place.directory);
  const unlock = await holdLock(join(place.directory, "schedule.lock"), 0).catch((cause: unknown) => {
    if (!(cause instanceof AdvisorError) || cause.code !== "CONNECTION_FAILED") throw cause;
    throw new AdvisorError("CONFIG_INVALID", `Another schedule is running with the state in ${place.directory}.`, {
      hint: 'Stop it first, name another folder as "state", or share the work with --queue-url.',
      cause,
    });
  });
  try {
    return await runLocally(
      runs.map(({ target }) => target),
      state,
      attemptTools(runs, tools),
      options,
    );
  } finally {
    await unlock();
  }
}

/** Runs a fleet together with other processes that have the same queue. Throws what connecting throws, and PERMISSION_DENIED. */
export async function runFleetWithQueue(
  runs: readonly FleetRun[],
  place: { readonly url: string; readonly fleet: string },
  tools: FleetTools,
  options: LocalOptions,
): Promise<Tally> {
  const { connectForWriting } = await import("./connect/connect.ts");
  const { queueDatabase } = await import("./schedule/queue-database.ts");
  const { openQueue } = await import("./schedule/queue.ts");
  const { runWorker } = await import("./schedule/run-worker.ts");
  const database = queueDatabase(() => connectForWriting({ url: place.url, ...queueTimeouts }));
  try {
    const queue = await openQueue(database, place.fleet, (error) =>
      tools.log({ level: "error", event: "queue error", message: `the queue: ${error.message}` }),
    );
    const worker = `${hostname()}:${process.pid}`;
    const all = runs.map(({ target }) => target);
    try {
      return await runWorker(all, { queue, database }, attemptTools(runs, tools), { ...options, fleet: place.fleet, worker });
    } finally {
      await queue.close();
    }
  } finally {
    await database.close();
  }
}

/** Where a schedule of one process remembers what it did: the file's "state", else a folder of its own in the state directory. */
export async function stateDirectory(fleet: Fleet): Promise<string> {
  const { defaultStateDirectory } = await import("./store/embedded-store.ts");
  if (fleet.state !== null) return resolve(fleet.state);
  const path = resolve(fleet.path);
  const mark = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return join(defaultStateDirectory(), "fleets", `${basename(path).replace(/\.json$/i, "")}-${mark}`);
}

/** Compares a report with what the store has of its database, and saves it. `name`: the series where the server tells no identifier. */
export async function keepReport(request: Extract<ChildRequest, { kind: "keep" }>): Promise<KeptReport> {
  const { keepReport: keep } = await import("./wire-history.ts");
  const { targetOf } = await import("./history/target.ts");
  const { place, name, report } = request;
  const { id, report: compared, earlier } = await keep(report, { place }, targetOf(report) ?? name);
  return { id, report: compared, earlier };
}

function attemptTools(runs: readonly FleetRun[], { log, print, mask, store, childProgram }: FleetTools): AttemptTools {
  const inputs = new Map(runs.map(({ target, input }) => [target.name, input]));
  const program = childProgram ?? fileURLToPath(new URL("./wire-fleet-child.js", import.meta.url));
  return {
    log,
    print,
    mask,
    clock: systemClock,
    async runAudit(target, options) {
      const answer = await askChild({ kind: "audit", input: inputs.get(target)! }, { program, ...options });
      if (answer.kind === "report") return answer.report;
      throw new AdvisorError("INTERNAL", `The audit's process answered "${answer.kind}".`);
    },
    async keepReport(name, report, signal) {
      const answer = await askChild({ kind: "keep", place: store, name, report }, { program, timeoutMs: keepTimeoutMs, signal });
      if (answer.kind === "kept") return answer.kept;
      throw new AdvisorError("INTERNAL", `The store's process answered "${answer.kind}".`);
    },
  };
}
