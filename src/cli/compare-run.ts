import type { Config } from "../config/config.ts";
import type { Comparison } from "../domain/comparison.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import { compareReports } from "../history/compare-reports.ts";
import { renderComparison } from "../render/comparison.ts";
import type { ExitCode } from "./errors.ts";
import { reportFormat, wantsColor } from "./report-run.ts";
import { openOutput } from "./write-output.ts";

export interface CompareFlags {
  readonly store?: string | undefined;
  readonly target?: string | undefined;
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  readonly output?: string | undefined;
  readonly "fail-on-regression"?: boolean | undefined;
}

/** Compares the reports that `refs` name, prints what changed, and says how the process shall end. */
export async function compareRun(refs: readonly string[], flags: CompareFlags, config: Config): Promise<ExitCode> {
  const wanted = reportFormat(flags, config.format === "html" ? {} : config);
  if (wanted === "html")
    throw new AdvisorError("INPUT_INVALID", "A comparison has no HTML format.", {
      hint: "Use --format markdown; the HTML report of an audit with --store has the comparison in it.",
    });
  const { checkedPlace } = await import("../wire-store.ts");
  const { chooseSeries } = await import("../wire-history.ts");
  const place = checkedPlace(flags.store ?? config.store);
  const output = await openOutput(flags.output);
  try {
    const { earlier, now } = await chooseSeries(await Promise.all(refs.map(readRef)), { place: { place }, target: flags.target ?? null });
    const comparison = compareReports(earlier, now);
    if (comparison === null) throw new AdvisorError("INTERNAL", "There is no earlier report to compare with.");
    const toTerminal = flags.output === undefined || flags.output === "-";
    const width = toTerminal ? (process.stdout.columns ?? 80) : 80;
    await output.write(renderComparison({ ...now, comparison }, wanted, { color: toTerminal && wantsColor(), width }));
    if (now.partial !== null) return 3;
    return flags["fail-on-regression"] && hasRegression(comparison) ? 1 : 0;
  } finally {
    await output.discard();
  }
}

/** A path is read now; what names a stored report stays text. */
async function readRef(ref: string): Promise<string | Report> {
  if (ref === "last" || ref === "previous" || /^\d+$/.test(ref)) return ref;
  const { readAudit } = await import("../saved-report/read-report.ts");
  return readAudit(ref);
}

function hasRegression({ statements, applied }: Comparison): boolean {
  return (
    statements.slower.length > 0 ||
    statements.plans.some(({ verdict }) => verdict === "worse") ||
    applied.some(({ verdict }) => verdict === "worse")
  );
}
