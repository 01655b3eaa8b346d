import { extname } from "node:path";
import type { AuditInput } from "../config/audit-input.ts";
import type { Config } from "../config/config.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import { type ReportFormat, renderReport, reportFormats } from "../render/index.ts";
import type { ExitCode } from "./errors.ts";
import { exitCodeFor } from "./exit-code.ts";
import { explore, isInteractive } from "./interactive.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { keepReport, storePlace } from "./keep-report.ts";
import { showProgress } from "./progress.ts";
import { failOn } from "./read-flags.ts";
import { openOutput } from "./write-output.ts";

export interface OutputFlags {
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  readonly output?: string | undefined;
  readonly "fail-on"?: string | undefined;
  readonly interactive?: boolean | undefined;
  readonly store?: string | undefined;
  readonly target?: string | undefined;
}

/** Runs an audit with progress, prints or writes its report, and says how the process shall end. */
export async function reportRun(input: AuditInput, flags: OutputFlags, config: Config): Promise<ExitCode> {
  const format = reportFormat(flags, config);
  const threshold = failOn(flags["fail-on"]) ?? config.failOn;
  const toTerminal = flags.output === undefined || flags.output === "-";
  const asks = isInteractive({
    asked: flags.interactive,
    environment: process.env,
    atTerminal: [process.stdin, process.stdout, process.stderr].every((stream) => stream.isTTY) && (!toTerminal || format === "terminal"),
  });
  const place = await storePlace(flags, config);
  const output = await openOutput(flags.output);
  try {
    const { report: found, interrupted } = await run(input, format);
    const { report, earlier, failure } = await keepReport(found, place, { input, target: flags.target });
    // A terminal without a size says 0.
    const page = { color: wantsColor(), width: process.stdout.columns || 80 };
    // The whole report is out before anything is asked: leaving the list loses nothing.
    await output.write(renderReport(report, format, { ...(toTerminal ? page : { color: false, width: 80 }), earlier }));
    if (!toTerminal && format !== "json") process.stderr.write(`plansmith: report written to ${flags.output}\n`);
    if (asks && !interrupted) {
      await explore(report, page, (text) => process.stdout.write(text));
    }
    if (failure !== null) throw failure;
    return exitCodeFor(report, threshold);
  } finally {
    await output.discard();
  }
}

/** The flag, else the file's ending, else the configuration, else the terminal's. */
export function reportFormat(flags: OutputFlags, config: Pick<Config, "format">): ReportFormat {
  if (flags.json && flags.format !== undefined && flags.format !== "json")
    throw new AdvisorError("INPUT_INVALID", `--json and --format ${flags.format} exclude each other.`, { hint: "Give one of them." });
  if (flags.json) return "json";
  const named = reportFormats.find((format) => format === flags.format);
  return named ?? formatByEnding(flags.output) ?? config.format ?? "terminal";
}

function formatByEnding(path: string | undefined): ReportFormat | undefined {
  const ending = extname(path ?? "").toLowerCase();
  if (ending === ".md" || ending === ".markdown") return "markdown";
  if (ending === ".html" || ending === ".htm") return "html";
  return ending === ".json" ? "json" : undefined;
}

async function run(input: AuditInput, format: ReportFormat): Promise<{ readonly report: Report; readonly interrupted: boolean }> {
  const progress = showProgress(process.stderr, { silent: format === "json", now: Date.now });
  const interrupt = listenForInterrupt();
  try {
    const { runAudit } = await import("../wire.ts");
    const report = await runAudit(input, { onProgress: progress.onProgress, signal: interrupt.signal });
    return { report, interrupted: interrupt.signal.aborted };
  } finally {
    progress.end();
    interrupt.end();
  }
}

/** https://no-color.org: any value but the empty one means no; FORCE_COLOR means yes. */
export function wantsColor(): boolean {
  if (process.env.NO_COLOR) return false;
  const forced = process.env.FORCE_COLOR;
  return forced !== undefined ? forced !== "0" && forced !== "false" : process.stdout.isTTY === true && process.env.TERM !== "dumb";
}
