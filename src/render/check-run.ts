import type { Finding, Report } from "../domain/report.ts";
import { renderComment } from "./review-comment.ts";
import { countsInWords, reviewOf, scopeInWords } from "./review-wording.ts";
import { oneLine } from "./safe-text.ts";

const levels = { error: "failure", warning: "warning", note: "notice" } as const;

/** A review as a check run: the comment as its summary, an annotation for each finding at a line. Annotations are plain text. */
export function checkRun(report: Report, failed: boolean, id: string) {
  const conclusion = failed ? "failure" : report.findings.length === 0 ? "success" : "neutral";
  return {
    name: id === "default" ? "Plansmith" : `Plansmith (${oneLine(id)})`,
    conclusion: conclusion as "failure" | "success" | "neutral",
    title: countsInWords(report.findings) ?? `Nothing to say on ${scopeInWords(reviewOf(report))}`,
    summary: (limit: number) => renderComment(report, { id, limit }),
    annotations: report.findings.flatMap((each) => (each.place === null ? [] : [annotation(each, each.place)])),
  };
}

function annotation(each: Finding, place: NonNullable<Finding["place"]>) {
  const lines = [
    `${oneLine(each.message)} (${each.rule} ${each.id})`,
    ...(each.help === undefined ? [] : [oneLine(each.help)]),
    ...each.safer.map(oneLine),
  ];
  return {
    path: place.file,
    line: place.line,
    level: levels[each.severity],
    title: oneLine(each.title ?? each.rule),
    message: lines.join("\n"),
  };
}
