import type { Config } from "../config/config.ts";
import type { Report } from "../domain/report.ts";
import type { ExitCode } from "./errors.ts";

/** 3 for a partial report; 1 when something is at or above the threshold; else 0. */
export function exitCodeFor(report: Report, failOn: Config["failOn"]): ExitCode {
  if (report.partial !== null) return 3;
  if (failOn === "none") return 0;
  if (failOn === "any") return report.recommendations.length > 0 || report.findings.length > 0 ? 1 : 0;
  // 0.412 × 100 is 41.199999999999996: what reads 41.2 % is at 41.2.
  return report.recommendations.some((each) => each.benefit.shareOfWorkload * 100 >= failOn - 1e-9) ? 1 : 0;
}
