import type { Finding, Report } from "../domain/report.ts";
import { oneLine } from "./safe-text.ts";

const severities: Readonly<Record<Finding["severity"], string>> = { error: "critical", warning: "major", note: "info" };

/** GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. Findings without a file are left out. */
export function renderGitlab(report: Report): string {
  const issues = report.findings.flatMap((each) => {
    if (each.place === null) return [];
    return [
      {
        description: oneLine(each.message),
        check_name: each.rule,
        fingerprint: each.id,
        severity: severities[each.severity],
        location: { path: each.place.file, lines: { begin: each.place.line } },
      },
    ];
  });
  return `${JSON.stringify(issues, null, 2)}\n`;
}
