import type { Report } from "../domain/report.ts";
import type { Review } from "../domain/review.ts";
import { bytes, cost, grouped, plural } from "../domain/units.ts";
import { details, findingBlocks } from "./review-finding.ts";
import { markdownTable, more, statementTable } from "./review-table.ts";
import { countsInWords, placeInWords, planChangeInWords, reviewOf, scopeInWords } from "./review-wording.ts";
import { excerpt, markdownCode, markdownText } from "./safe-text.ts";

/** Hidden first line by which a comment is found again. One comment per id, so that a repository may hold several databases. */
export function commentMarker(id = "default"): string {
  return `<!-- plansmith:review id=${id.replaceAll(/[^\w.-]/g, "-")} -->`;
}

/** GitHub refuses 65,537 characters with 422; the rest is for a marker and a caller's line. */
const longestComment = 65_000;
const shown = { changes: 15, list: 20 };

/** The comment of a pull request: one line when there is nothing to say, else the verdict, a table, and evidence to unfold. Never longer than `longestComment`. */
export function renderComment(report: Report, options: { readonly id?: string; readonly limit?: number } = {}): string {
  const limit = options.limit ?? longestComment;
  const review = reviewOf(report);
  const marker = commentMarker(options.id);
  if (report.findings.length === 0) return cut([marker, cleanLine(review), ...quietDetails(report, review)], [], limit);
  const head = [marker, `### Plansmith: ${countsInWords(report.findings) ?? ""}`, headLine(review), statementTable(report, review)];
  const blocks = [...findingBlocks(report.findings, review), ...quietDetails(report, review), suppressHelp];
  return cut(head, blocks, limit);
}

const suppressHelp = "<sub>To accept a finding, write <code>-- plansmith: allow RULE: reason</code> above its statement.</sub>";

function cleanLine(review: Review): string {
  const hidden = review.suppressed.length + review.baselineCount;
  const accepted = hidden === 0 ? "" : ` (${plural(hidden, "accepted finding")})`;
  return `**Plansmith**: nothing to say on ${scopeInWords(review)}${accepted}.`;
}

function headLine(review: Review): string {
  const ran = review.basis.ran ? "Every statement was run in a scratch database." : "Nothing was run: text and catalog decide.";
  return markdownText(`${scopeInWords(review)}. On ${review.basis.words}. ${ran}`);
}

/** What a reader may want and need not see: plan changes, notices, what was accepted, what the verdict rests on. */
function quietDetails(report: Report, review: Review): string[] {
  return [planDetails(review), addedDetails(review), noticeDetails(report, review), acceptedDetails(review)].filter((text) => text !== "");
}

function planDetails({ workload }: Review): string {
  if (workload === null || workload.changes.length === 0) return "";
  const rows = workload.changes
    .slice(0, shown.changes)
    .map((each) => [
      each.effect,
      markdownCode(excerpt(each.sql, 90), "cell"),
      each.callsPerDay === null ? "" : grouped(each.callsPerDay),
      markdownText(planChangeInWords(each)),
      [each.indexesBefore.join(", "), each.indexesAfter.join(", ")].map((text) => markdownText(text === "" ? "none" : text)).join(" → "),
    ]);
  const title = `Known statements: ${plural(workload.changes.length, "plan")} of ${grouped(workload.touchedCount)} change (estimated)`;
  return details(
    title,
    markdownTable(["", "Statement", "Calls a day", "Cost", "Indexes"], rows) + more(workload.changes.length - shown.changes),
  );
}

function addedDetails({ added }: Review): string {
  if (added.length === 0) return "";
  const rows = added
    .slice(0, shown.list)
    .map((each) => [
      markdownCode(each.place, "cell"),
      markdownCode(excerpt(each.sql, 80), "cell"),
      each.cost === null ? markdownText(each.problem ?? "") : cost(each.cost),
      each.advice.map((index) => `${markdownCode(index.sql, "cell")} → ${cost(index.costAfter)}, ${bytes(index.bytes)}`).join("<br>"),
    ]);
  return details(
    `Statements of this change: ${grouped(added.length)} planned on the new schema (estimated)`,
    markdownTable(["Place", "Statement", "Cost", "Index that serves it"], rows) + more(added.length - shown.list),
  );
}

function noticeDetails(report: Report, review: Review): string {
  const lines = [
    ...review.notices.map(
      (each) => `${each.path === null || each.message.startsWith(each.path) ? "" : `${placeOf(each.path, each.line)}: `}${each.message}`,
    ),
    ...report.gaps.map((gap) => `${gap.what}: ${gap.why}`),
    ...(review.durationBasis === null ? [] : [review.durationBasis]),
  ];
  if (lines.length === 0) return "";
  const items = lines.slice(0, shown.list).map((line) => `- ${markdownText(line)}`);
  return details(`Not looked at, and assumed: ${plural(lines.length, "line")}`, items.join("\n") + more(lines.length - shown.list));
}

function placeOf(path: string, line: number | null): string {
  return line === null ? path : `${path}:${line}`;
}

function acceptedDetails({ suppressed }: Review): string {
  if (suppressed.length === 0) return "";
  const items = suppressed
    .slice(0, shown.list)
    .map((each) => `- ${markdownCode(each.rule)} at ${markdownCode(placeInWords(each.place))}: ${markdownText(each.reason)}`);
  return details(`Accepted here: ${plural(suppressed.length, "finding")}`, items.join("\n") + more(suppressed.length - shown.list));
}

/** Whole blocks as long as they fit: a cut block would leave a fence or a details tag open. */
function cut(head: readonly string[], blocks: readonly string[], limit: number): string {
  const tail = "… the rest does not fit into a comment: see the job's log or the JSON report.";
  const kept = head.filter((text) => text !== "");
  let length = kept.join("\n\n").length;
  for (const [at, block] of blocks.entries()) {
    if (length + block.length + tail.length + 6 > limit) return `${[...kept, tail].join("\n\n").slice(0, limit - 1)}\n`;
    kept.push(block);
    length += block.length + 2;
    if (at === blocks.length - 1) break;
  }
  return `${kept.join("\n\n").slice(0, limit - 1)}\n`;
}
