import pc from "picocolors";
import type { Report } from "../domain/report.ts";
import { grouped, percent, plural } from "../domain/units.ts";
import { comparisonLines } from "./comparison.ts";
import { indent, labelled, wrap, wrapSql } from "./layout.ts";
import { retrievalText } from "./like-wording.ts";
import { paretoTable } from "./pareto.ts";
import { patternLoad, patternRemedy, shownPatterns } from "./patterns.ts";
import { excerpt, oneLine } from "./safe-text.ts";
import { recommendationLines } from "./terminal-recommendation.ts";
import { tuningLines } from "./tuning-terminal.ts";
import { heading, nothingRecommended, splitReason, summaryRows, titledGroups } from "./wording.ts";

/** How much of each list is shown; JSON has all of it. */
const shown = { rejectedPerGroup: 4, familiesPerGroup: 4, skippedPerGroup: 4, gaps: 20, patterns: 5 };
const labelWidth = 11;

export type Paint = ReturnType<typeof pc.createColors>;
export interface Page {
  readonly paint: Paint;
  readonly width: number;
}

/** Readable at 80 columns; colours only when asked for. */
export function renderTerminal(report: Report, options: { readonly color: boolean; readonly width: number }): string {
  const page: Page = { paint: pc.createColors(options.color), width: Math.min(110, Math.max(50, options.width)) };
  const sections = [
    head(report, page),
    comparisonLines(report.comparison, page),
    recommendations(report, page),
    findings(report, page),
    patterns(report, page),
    pareto(report, page),
    tuningLines(report, page),
    rejected(report, page),
    withoutAdvice(report, page),
    skipped(report, page),
    gaps(report, page),
    foot(report, page),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.trimEnd()).join("\n"))
    .join("\n\n")}\n`;
}

function head(report: Report, page: Page): string[] {
  const { paint, width } = page;
  const partial = report.partial;
  return [
    paint.bold(`Plansmith ${oneLine(report.advisorVersion)}: ${oneLine(heading(report))}`),
    ...(report.origin === null ? [] : wrap(report.origin, width).map(paint.dim)),
    ...(partial === null
      ? []
      : wrap(`PARTIAL REPORT: ${partial.reason} Missing: ${partial.missing}`, width).map((line) => paint.yellow(line))),
    "",
    ...summaryRows(report).flatMap(([label, text]) => labelled(label, text, { labelWidth, width })),
  ];
}

function recommendations(report: Report, page: Page): string[] {
  const { paint } = page;
  if (report.recommendations.length === 0) return [title("No recommendation", page), ...wrap(nothingRecommended(report), page.width)];
  const families = new Map(report.families.map((family) => [family.id, family]));
  return [
    title(plural(report.recommendations.length, "recommendation"), page),
    ...report.recommendations.flatMap((each, position) => [
      "",
      ...recommendationLines(each, {
        page,
        families,
        label: paint.bold(paint.green(`${position + 1}.`)),
        hanging: `${position + 1}. `.length,
      }),
    ]),
  ];
}

function patterns(report: Report, page: Page): string[] {
  const found = shownPatterns(report, shown.patterns);
  if (found === null) return [];
  return [
    title(found.title, page),
    ...found.patterns.flatMap((pattern) => [
      ...wrap(`${pattern.title}: ${patternLoad(pattern)}`, page.width).map((line) => page.paint.bold(line)),
      ...indent(wrap(pattern.detail, page.width - 2), 2).map(page.paint.dim),
      ...indent(wrap(patternRemedy(pattern), page.width - 2), 2),
    ]),
    ...(found.left > 0 ? [`  … and ${grouped(found.left)} more (--format json lists all)`] : []),
  ];
}

function pareto(report: Report, page: Page): string[] {
  const table = paretoTable(report);
  if (table === null) return [];
  const lines = [table.columns, ...table.rows].map(([size = "", indexes = "", left = "", note = ""]) =>
    `  ${size.padStart(10)} ${indexes.padStart(8)} ${left.padStart(19)}  ${note}`.trimEnd(),
  );
  return [title(table.title, page), ...lines];
}

function findings(report: Report, page: Page): string[] {
  if (report.findings.length === 0) return [];
  return [
    title(plural(report.findings.length, "finding"), page),
    ...report.findings.flatMap((finding) => [
      ...wrap(
        `${finding.severity} ${finding.id} ${finding.rule}${finding.place ? ` at ${finding.place.file}:${finding.place.line}` : ""}`,
        page.width,
      ),
      ...indent(wrap(finding.message, page.width - 2), 2),
      ...indent(
        finding.safer.flatMap((sql) => wrapSql(`${sql};`, page.width - 4)),
        4,
      ),
    ]),
  ];
}

function rejected(report: Report, page: Page): string[] {
  if (report.rejected.length === 0) return [];
  const groups = titledGroups(report.rejected, (each) => splitReason(each.reason).head);
  return [
    title(`Refused: ${plural(report.rejected.length, "candidate")}`, page),
    ...groups.flatMap((group) => [
      ...wrap(`${group.title} (${grouped(group.members.length)})`, page.width).map((line) => page.paint.bold(line)),
      ...bounded(group.members, shown.rejectedPerGroup, (each) =>
        indent(
          [...wrapSql(each.sql, page.width - 2), ...indent(wrap(splitReason(each.reason).detail, page.width - 6), 4).map(page.paint.dim)],
          2,
        ),
      ),
    ]),
  ];
}

function withoutAdvice(report: Report, page: Page): string[] {
  const silent = report.families.filter((family) => family.noAdvice !== null);
  if (silent.length === 0) return [];
  const groups = titledGroups(silent, (family) => oneLine(splitReason(family.noAdvice ?? "").head));
  return [
    title(`Without advice: ${plural(silent.length, "statement")}`, page),
    ...groups.flatMap((group) => [
      ...wrap(`${group.title} (${grouped(group.members.length)})`, page.width).map((line) => page.paint.bold(line)),
      ...bounded(group.members, shown.familiesPerGroup, (family) => {
        const lead = `${family.place === null ? family.id : oneLine(family.place)}  ${percent(family.share)}  `;
        const { detail } = splitReason(family.noAdvice ?? "");
        return [
          `  ${page.paint.dim(lead)}${excerpt(family.sql, page.width - lead.length - 2)}`,
          ...indent(wrap(detail, page.width - 6), 6).map(page.paint.dim),
        ];
      }),
    ]),
  ];
}

function skipped(report: Report, page: Page): string[] {
  if (report.skipped.length === 0) return [];
  const groups = titledGroups(report.skipped, (each) => each.reason);
  return [
    title(`Skipped: ${plural(report.skipped.length, "statement")}`, page),
    ...groups.flatMap((group) => [
      page.paint.bold(`${group.title} (${grouped(group.members.length)})`),
      ...bounded(group.members, shown.skippedPerGroup, (each) => [
        `  ${excerpt(each.place === null ? each.sql : `${each.place}  ${each.sql}`, page.width - 2)}`,
        ...indent(wrap(each.detail, page.width - 6), 6).map(page.paint.dim),
      ]),
    ]),
  ];
}

function gaps(report: Report, page: Page): string[] {
  if (report.gaps.length === 0) return [];
  return [
    title(`Gaps: ${plural(report.gaps.length, "thing")} not known`, page),
    ...bounded(report.gaps, shown.gaps, (gap) => [
      ...wrap(`${gap.area}: ${gap.what}`, page.width),
      ...indent(wrap(gap.why, page.width - 2), 2).map(page.paint.dim),
      ...(gap.remedy === null ? [] : indent(wrap(`Mend: ${gap.remedy}`, page.width - 2), 2)),
    ]),
  ];
}

function foot(report: Report, page: Page): string[] {
  if (report.recommendations.length === 0) return [];
  const isTimed = report.recommendations.some((each) => each.proofs.some((proof) => proof.outcome.kind === "measured"));
  const words =
    "Estimated: the planner's cost, in its own units (1 is one sequential page read), not milliseconds. " +
    (isTimed
      ? "Measured: run on the copy, in milliseconds; what was made there is dropped. Production was not changed."
      : "Nothing was executed and nothing was changed.");
  const compared = report.retrieval && report.retrieval.statementCount > 0 ? ` ${retrievalText(report.retrieval)}` : "";
  return wrap(`${words}${compared}`, page.width).map(page.paint.dim);
}

export function title(text: string, { paint, width }: Page): string {
  return paint.bold(paint.cyan(`── ${text} ${"─".repeat(Math.max(3, width - text.length - 4))}`));
}

function bounded<T>(members: readonly T[], limit: number, lines: (member: T) => readonly string[]): string[] {
  const rest = members.length - limit;
  return [...members.slice(0, limit).flatMap(lines), ...(rest > 0 ? [`  … and ${grouped(rest)} more (--format json lists all)`] : [])];
}
