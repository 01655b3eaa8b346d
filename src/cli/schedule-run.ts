import { expand, secretMask, variablesOf } from "../config/environment.ts";
import { type Fleet, type FleetTarget, loadFleet } from "../config/fleet.ts";
import { plural } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import { timetable } from "../schedule/due.ts";
import { lineLog } from "../schedule/log.ts";
import type { LocalOptions, Tally } from "../schedule/run-locally.ts";
import type { FleetRun, FleetTools } from "../wire-fleet.ts";
import type { ExitCode } from "./errors.ts";
import { listenForStop } from "./interrupt.ts";
import { makeAuditInput } from "./make-input.ts";
import { duration, existingFile, serverUrl } from "./read-flags.ts";

export interface ScheduleFlags {
  readonly config: string;
  readonly once?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly "queue-url"?: string | undefined;
  readonly log?: string | undefined;
  readonly grace?: string | undefined;
}

/** Below the 30 s that Kubernetes and the 90 s that systemd wait before they kill. */
const usualGraceMs = 25_000;
const shownTimes = 5;

/** Runs the fleet until it is done or told to stop; says how the process shall end. */
export async function scheduleRun(flags: ScheduleFlags): Promise<ExitCode> {
  const graceMs = duration("grace", flags.grace) ?? usualGraceMs;
  const fleet = await loadFleet(flags.config);
  await checkRules(fleet);
  if (flags["dry-run"]) return dryRun(fleet);
  const { env } = process;
  const mask = secretMask([...fleet.variables, ...variablesOf(flags["queue-url"] ?? "")], env);
  const log = lineLog({
    format: flags.log === "json" ? "json" : "text",
    now: () => new Date(),
    mask,
    write: (line) => process.stderr.write(`${line}\n`),
  });
  const given = flags["queue-url"];
  const queueUrl = serverUrl("queue-url", given === undefined ? undefined : expand(given, env, "--queue-url"));
  const runs = await fleetRuns(fleet);
  const store = fleet.store === null ? null : expand(fleet.store, env, '"store"');
  const tools = { log, mask, store, print: (text: string) => process.stdout.write(text) };
  // Running audits may end within the grace.
  const stop = listenForStop((name) => {
    log({ level: "info", event: "signal", message: `${name}: nothing more is begun; a second one quits at once` });
    return undefined;
  });
  const options = { once: flags.once ?? false, concurrency: fleet.concurrency, stop: stop.signal, graceMs };
  try {
    const tally = await runFleet(fleet, runs, { queueUrl, tools, options });
    log({
      level: "info",
      event: "stopped",
      message: `stopped: ${tally.done} done, ${tally.faulty} with faults, ${tally.aborted} aborted`,
      facts: { ...tally },
    });
    return options.once && (tally.faulty > 0 || tally.aborted > 0) ? 3 : 0;
  } catch (error) {
    throw masked(error, mask);
  } finally {
    stop.end();
  }
}

async function runFleet(
  fleet: Fleet,
  runs: readonly FleetRun[],
  how: { readonly queueUrl: string | undefined; readonly tools: FleetTools; readonly options: LocalOptions },
): Promise<Tally> {
  const { runFleetHere, runFleetWithQueue, stateDirectory } = await import("../wire-fleet.ts");
  const { queueUrl, tools, options } = how;
  const begin = (where: string) =>
    tools.log({ level: "info", event: "started", message: `${plural(runs.length, "target")} of ${fleet.path}; ${where}` });
  if (queueUrl !== undefined) {
    begin(`shared by the queue "${fleet.name}"`);
    return runFleetWithQueue(runs, { url: queueUrl, fleet: fleet.name }, tools, options);
  }
  const directory = await stateDirectory(fleet);
  begin(`state in ${directory}`);
  return runFleetHere(runs, { directory }, tools, options);
}

/** What cannot work is told before the first run, of every target. */
async function fleetRuns(fleet: Fleet): Promise<FleetRun[]> {
  const { readyTarget } = await import("../wire-fleet.ts");
  const runs: FleetRun[] = [];
  for (const each of fleet.targets) {
    const { target, url } = await readyTarget(each, process.env);
    const { planner, shadowUrl, copyUrl, copyTimeout, copyIsVouchedFor, log = [] } = each.proof;
    for (const path of log) await existingFile("log", path);
    const filled = (text: string | undefined) => (text === undefined ? undefined : expand(text, process.env, `Target "${each.name}"`));
    const input = makeAuditInput(
      { kind: "url", url },
      {
        planner,
        "shadow-url": filled(shadowUrl),
        "copy-url": filled(copyUrl),
        "copy-timeout": copyTimeout,
        "i-know-this-is-a-copy": copyIsVouchedFor,
        log: log.length === 0 ? undefined : log,
      },
      each.config,
    );
    runs.push({ target, input });
  }
  return runs;
}

async function checkRules(fleet: Fleet): Promise<void> {
  const configured = fleet.targets.filter(({ config }) => Object.keys(config.rules).length > 0);
  if (configured.length === 0) return;
  const { checkRuleOptions } = await import("../config/rule-options.ts");
  const { listRules } = await import("../wire.ts");
  const rules = await listRules();
  for (const { config } of configured) checkRuleOptions(config.rules, rules);
}

function dryRun(fleet: Fleet): ExitCode {
  const now = new Date();
  for (const target of fleet.targets) process.stdout.write(`${targetLines(target, now).join("\n")}\n`);
  const unset = fleet.variables.filter((name) => !process.env[name]);
  if (unset.length > 0) process.stdout.write(`Not set here: ${unset.join(", ")}. A run needs them.\n`);
  return 0;
}

function targetLines(target: FleetTarget, now: Date): string[] {
  const table = timetable(target);
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long", timeZone: target.timeZone });
  const places = target.destinations.map(({ destination }) => destination.to);
  return [
    `${target.name}: ${target.cron} ${target.timeZone}; delivers to ${places.length === 0 ? "the store alone" : places.join(", ")}`,
    ...table.following(now, shownTimes).map((due) => `  ${table.startOf(due).toISOString()}  ${format.format(table.startOf(due))}`),
  ];
}

/** Everything that may end the command goes by here: no secret leaves in an error, nor in the cause that a debug run prints. */
function masked(error: unknown, mask: (text: string) => string): Error {
  if (!(error instanceof AdvisorError)) return new Error(mask(error instanceof Error ? error.message : String(error)));
  return new AdvisorError(error.code, mask(error.message), error.hint === null ? {} : { hint: mask(error.hint) });
}
