import type { Recommendation } from "../domain/recommendation.ts";
import type { FamilySummary, Report } from "../domain/report.ts";
import { change, cost, grouped, percent, plural } from "../domain/units.ts";
import { comparisonMarkdown } from "./comparison.ts";
import { likeText, reasonText, retrievalText } from "./like-wording.ts";
import { paretoTable } from "./pareto.ts";
import { patternLoad, patternRemedy, shownPatterns } from "./patterns.ts";
import { excerpt, markdownBlock, markdownCode, markdownText } from "./safe-text.ts";
import { tuningBlocks } from "./tuning-markdown.ts";
import {
  agreementText,
  benefitText,
  doubtsText,
  heading,
  loadText,
  measuredText,
  nothingRecommended,
  priceText,
  rankedEffects,
  splitReason,
  summaryRows,
  titledGroups,
  worstText,
} from "./wording.ts";

/** Rows of each list before "and N more"; JSON has all of it. */
const shown = { effects: 10, rejected: 10, families: 15, skipped: 10, sqlCharacters: 2_000, patterns: 10 };

/** For a pull request or a wiki: GitHub-flavoured, details blocks for the long lists, hostile text escaped. */
export function renderMarkdown(report: Report): string {
  const families = new Map(report.families.map((family) => [family.id, family]));
  const blocks = [
    `# Plansmith report: ${markdownText(heading(report))}`,
    report.origin === null ? "" : markdownText(report.origin),
    report.partial === null
      ? ""
      : `> **Partial report.** ${markdownText(report.partial.reason)} Missing: ${markdownText(report.partial.missing)}`,
    table(
      ["", ""],
      summaryRows(report).map(([label, text]) => [`**${label}**`, markdownText(text)]),
    ),
    ...comparisonMarkdown(report.comparison),
    report.recommendations.length === 0
      ? `## No recommendation\n\n${nothingRecommended(report)}`
      : `## ${plural(report.recommendations.length, "recommendation")}`,
    ...report.recommendations.flatMap((each, position) => recommendation(each, position + 1, families)),
    ...findings(report),
    ...patterns(report),
    ...pareto(report),
    ...tuningBlocks(report),
    ...rejected(report),
    ...withoutAdvice(report),
    ...skipped(report),
    ...gaps(report),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function patterns(report: Report): string[] {
  const found = shownPatterns(report, shown.patterns);
  if (found === null) return [];
  const rows = found.patterns.map((pattern) => [
    `**${markdownText(pattern.title)}**`,
    patternLoad(pattern),
    markdownText(pattern.detail),
    markdownText(patternRemedy(pattern)),
  ]);
  const compared = report.retrieval ? [markdownText(retrievalText(report.retrieval))] : [];
  return [`## ${found.title}`, table(["Asked for", "Load", "Where", "Remedy"], rows) + more(found.left), ...compared];
}

function pareto(report: Report): string[] {
  const sizes = paretoTable(report);
  return sizes === null ? [] : [details(sizes.title, table(sizes.columns, sizes.rows))];
}

function recommendation(each: Recommendation, position: number, families: ReadonlyMap<string, FamilySummary>): string[] {
  const effects = rankedEffects(each, families);
  const rows = effects.slice(0, shown.effects).map((effect) => {
    const family = families.get(effect.family);
    const below = [worstText(effect), measuredText(each, effect.family)].filter((text) => text !== null);
    return [
      `${markdownCode(family?.place ?? effect.family, "cell")}<br>${markdownText(loadText(family))}`,
      `${cost(effect.costBefore)} → ${cost(effect.costAfter)} (${change(effect.costBefore, effect.costAfter)})`,
      [effect.planChange, ...below].map(markdownText).join("<br>"),
    ];
  });
  const statements = effects.slice(0, shown.effects).flatMap((effect) => families.get(effect.family) ?? []);
  return [
    `### ${position}. ${markdownText(each.title)}`,
    `${markdownCode(each.id)}: ${markdownText(benefitText(each))}`,
    each.explanation.text
      .split(/\n\s*\n/)
      .map(markdownText)
      .join("\n\n"),
    each.apply.length === 0 ? "" : markdownBlock(each.apply.map((sql) => `${sql};`).join("\n"), "sql"),
    ...(each.rewrite ? [markdownBlock(each.rewrite.diff, "diff"), `**Same result:** ${markdownText(agreementText(each.rewrite))}`] : []),
    rows.length === 0 ? "" : table(["Statement", "Cost per call, estimated", "Plan"], rows) + more(effects.length - shown.effects),
    `**Price:** ${markdownText(priceText(each))}`,
    ...each.cautions.map((caution) => `**Caution:** ${markdownText(caution)}`),
    ...(each.likeCase ? [`**Like a proven case:** ${markdownText(likeText(each.likeCase))}`] : []),
    ...(each.doubts ? [`**Less sure:** ${markdownText(doubtsText(each.doubts))}`] : []),
    statements.length === 0
      ? ""
      : details(
          "Statements",
          statements.map((family) => `${markdownCode(family.id)}\n\n${markdownBlock(shortened(family.sql), "sql")}`).join("\n\n"),
        ),
    each.undo.length === 0 ? "" : details("Undo", markdownBlock(each.undo.map((sql) => `${sql};`).join("\n"), "sql")),
  ];
}

function findings(report: Report): string[] {
  if (report.findings.length === 0) return [];
  const items = report.findings.map((finding) => {
    const place = finding.place === null ? "" : ` at ${markdownCode(`${finding.place.file}:${finding.place.line}`)}`;
    const safer = finding.safer.length === 0 ? "" : `\n\n${markdownBlock(finding.safer.map((sql) => `${sql};`).join("\n"), "sql")}`;
    return `**${finding.severity}** ${markdownCode(finding.id)} ${markdownCode(finding.rule)}${place}: ${markdownText(finding.message)}${safer}`;
  });
  return [`## ${plural(report.findings.length, "finding")}`, ...items];
}

function rejected(report: Report): string[] {
  if (report.rejected.length === 0) return [];
  const groups = titledGroups(report.rejected, (each) => splitReason(each.reason).head).map((group) => {
    const rows = group.members.slice(0, shown.rejected).map((each) => [markdownCode(each.sql, "cell"), markdownText(reasonText(each))]);
    return `**${markdownText(group.title)}** (${grouped(group.members.length)})\n\n${table(["Candidate", "Reason"], rows)}${more(group.members.length - shown.rejected)}`;
  });
  return [details(`Refused: ${plural(report.rejected.length, "candidate")}`, groups.join("\n\n"))];
}

function withoutAdvice(report: Report): string[] {
  const silent = report.families.filter((family) => family.noAdvice !== null);
  if (silent.length === 0) return [];
  const rows = silent
    .slice(0, shown.families)
    .map((family) => [markdownCode(excerpt(family.sql, 100), "cell"), percent(family.share), markdownText(family.noAdvice ?? "")]);
  return [
    details(
      `Without advice: ${plural(silent.length, "statement")}`,
      table(["Statement", "Share", "Why"], rows) + more(silent.length - shown.families),
    ),
  ];
}

function skipped(report: Report): string[] {
  if (report.skipped.length === 0) return [];
  const rows = report.skipped
    .slice(0, shown.skipped)
    .map((each) => [
      markdownCode(excerpt(each.sql, 100), "cell"),
      markdownText(each.place ?? ""),
      `${each.reason}: ${markdownText(each.detail)}`,
    ]);
  return [
    details(
      `Skipped: ${plural(report.skipped.length, "statement")}`,
      table(["Statement", "Place", "Why"], rows) + more(report.skipped.length - shown.skipped),
    ),
  ];
}

function gaps(report: Report): string[] {
  if (report.gaps.length === 0) return [];
  const rows = report.gaps.map((gap) => [
    gap.area,
    markdownText(gap.what),
    markdownText(gap.why),
    gap.remedy === null ? "" : markdownCode(gap.remedy, "cell"),
  ]);
  return [details(`Gaps: ${plural(report.gaps.length, "thing")} not known`, table(["Area", "What", "Why", "Mend"], rows))];
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/** GitHub needs the blank lines to read Markdown inside. */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${markdownText(summary)}</summary>\n\n${content}\n\n</details>`;
}

function more(count: number): string {
  return count > 0 ? `\n\n… and ${grouped(count)} more` : "";
}

function shortened(sql: string): string {
  return sql.length <= shown.sqlCharacters ? sql : `${sql.slice(0, shown.sqlCharacters)} …`;
}
