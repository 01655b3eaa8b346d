import type { FleetDestination, FleetTarget } from "../config/fleet.ts";
import { changesBetween, hasNews } from "../deliver/changes.ts";
import { reportParcel } from "../deliver/report-parcel.ts";
import { isRepeatable, type SendOptions, send } from "../deliver/send.ts";
import type { Report } from "../domain/report.ts";
import { milliseconds, plural } from "../domain/units.ts";
import { AdvisorError, errorLine } from "../errors.ts";
import { type ReportFormat, renderReport } from "../render/index.ts";
import type { KeptReport } from "./child-messages.ts";
import type { Clock } from "./clock.ts";
import type { FleetEvent, Log } from "./log.ts";
import { failure, type KeepReport, type Outcome, type Run, type RunAudit } from "./run.ts";
import type { Deliveries } from "./state.ts";

/** A target whose variables of the environment are filled in. */
export interface ReadyTarget extends Omit<FleetTarget, "url" | "config" | "proof"> {
  /** The same for two targets that name the same database: host, port and name. */
  readonly database: string;
}

export interface AttemptTools {
  readonly runAudit: RunAudit;
  readonly keepReport: KeepReport;
  readonly log: Log;
  /** Standard output. */
  readonly print: SendOptions["print"];
  /** Hides secrets in a text. */
  readonly mask: (text: string) => string;
  readonly clock: Clock;
}

export interface AttemptOptions {
  readonly deliveries: Deliveries;
  readonly signal: AbortSignal;
  /** False when another worker has taken the run over. */
  readonly isOurs: () => Promise<boolean>;
}

/** One try of a run: audit, store, deliver. Everything that goes wrong is an outcome or a line of the log. */
export async function attempt(run: Run, target: ReadyTarget, tools: AttemptTools, options: AttemptOptions): Promise<Outcome> {
  const tell = (level: FleetEvent["level"], event: string, message: string, facts: FleetEvent["facts"] = {}) =>
    tools.log({ level, event, target: target.name, dueAt: run.dueAt.toISOString(), message, facts: { attempt: run.attempt, ...facts } });
  const started = tools.clock.now().getTime();
  tell("info", "run started", `run of ${run.dueAt.toISOString()} started${run.attempt > 1 ? `, try ${run.attempt}` : ""}`);
  const { signal } = options;
  try {
    let stage = "start";
    const report = await tools
      .runAudit(target.name, { timeoutMs: target.timeoutMs, signal, onStage: (name) => (stage = name) })
      .catch((error: unknown) => {
        if (!signal.aborted) tell("error", "run failed", failureWords(error, stage), { stage });
        throw error;
      });
    if (!(await options.isOurs())) return { kind: "lost" };
    const stored = await keep(target.name, report, tools, signal, tell);
    const kept = stored ?? { id: "", report, earlier: [] };
    const delivered = await Promise.all(target.destinations.map((place) => deliver({ run, target, kept, place, tools, options, tell })));
    const ms = tools.clock.now().getTime() - started;
    const faults = [stored !== null, ...delivered].filter((ok) => !ok).length;
    tell(
      faults > 0 ? "warning" : "info",
      "run done",
      `done in ${milliseconds(ms)}: ${plural(report.recommendations.length, "recommendation")}${report.partial === null ? "" : `, stopped early (${report.partial.reason})`}${faults > 0 ? `; ${plural(faults, "fault")}, see above` : ""}`,
      { ms, recommendations: report.recommendations.length, partial: report.partial !== null, faults },
    );
    return { kind: "done", faults };
  } catch (error) {
    if (signal.aborted) return (await options.isOurs()) ? { kind: "aborted" } : { kind: "lost" };
    return failure(error);
  }
}

type Tell = (level: FleetEvent["level"], event: string, message: string, facts?: FleetEvent["facts"]) => void;

/** Null, and said, when the store cannot have it. */
async function keep(target: string, report: Report, tools: AttemptTools, signal: AbortSignal, tell: Tell): Promise<KeptReport | null> {
  try {
    const kept = await tools.keepReport(target, report, signal);
    tell("info", "stored", `report stored as ${kept.id}`);
    return kept;
  } catch (error) {
    if (signal.aborted || !(error instanceof AdvisorError)) throw error;
    tell("error", "not stored", `the report could not be stored: ${errorLine(error)}`);
    return null;
  }
}

interface DeliveryRequest {
  readonly run: Run;
  readonly target: ReadyTarget;
  readonly kept: KeptReport;
  readonly place: FleetDestination;
  readonly tools: AttemptTools;
  readonly options: AttemptOptions;
  readonly tell: Tell;
}

/** False when the report should have arrived and did not, or may not have. */
async function deliver({ run, target, kept, place, tools, options, tell }: DeliveryRequest): Promise<boolean> {
  const { report, earlier } = kept;
  const { destination, key } = place;
  const name = destination.to;
  const changes = changesBetween(await options.deliveries.last(target.name, key), report);
  if (!destination.always && !hasNews(changes)) {
    tell("info", "unchanged", `nothing changed since the last report to ${name}; not sent`, { to: name, destination: key });
    return true;
  }
  const delivery = { target: target.name, destination: key, dueAt: run.dueAt };
  const claim = await options.deliveries.claim(delivery);
  if (claim === "sent") return true;
  if (claim === "uncertain" && !isRepeatable(destination)) {
    // Sending again might send twice. What is new stays new for the next run, since this report never counted as delivered.
    tell("warning", "delivery uncertain", `an earlier try may have reached ${name}; not sent again`, { to: name, destination: key });
    return false;
  }
  const occasion = { target: target.name, dueAt: run.dueAt, timeZone: target.timeZone };
  const render = (format: ReportFormat) => renderReport(report, format, { color: false, width: 100, earlier });
  const parcel = reportParcel(occasion, key, { report, changes, render });
  const sent = await send(destination, parcel, { signal: options.signal, print: tools.print, wait: tools.clock.wait });
  await options.deliveries.settle(delivery, sent.ok ? report : null);
  if (sent.ok) tell("info", "delivered", `report delivered to ${name}: ${sent.where}`, { to: name, destination: key });
  else tell("error", "delivery failed", `report not delivered to ${name}: ${sent.why}`, { to: name, destination: key });
  return sent.ok;
}

function failureWords(error: unknown, stage: string): string {
  const words = error instanceof AdvisorError ? errorLine(error) : error instanceof Error ? error.message : String(error);
  return `run failed at ${stage}: ${words}`;
}
