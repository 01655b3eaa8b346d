import pc from "picocolors";
import type { Comparison } from "../domain/comparison.ts";
import type { Report } from "../domain/report.ts";
import { grouped } from "../domain/units.ts";
import { type ComparisonPart, comparisonBasis, comparisonParts, isQuiet } from "./comparison-wording.ts";
import { indent, wrap } from "./layout.ts";
import { excerpt, markdownCode, markdownText, oneLine } from "./safe-text.ts";
import { type Page, title } from "./terminal.ts";
import { heading } from "./wording.ts";

/** Lines of one part that are printed; JSON has all. */
const shown = { terminal: 5, markdown: 15, sqlCharacters: 120 };

/** The section for a terminal, a line each; empty without a comparison. */
export function comparisonLines(comparison: Comparison | undefined, page: Page): string[] {
  if (!comparison) return [];
  const { paint, width } = page;
  const parts = comparisonParts(comparison);
  return [
    title("Since last time", page),
    ...wrap(comparisonBasis(comparison), width).map(paint.dim),
    ...(isQuiet(parts) ? [nothing] : []),
    ...parts.flatMap((part) => [
      tinted(part, paint)(`${part.title} (${grouped(part.lines.length)})`),
      ...part.lines
        .slice(0, shown.terminal)
        .flatMap(({ text, sql, details }) => [
          ...hanging(oneLine(text), width),
          ...(sql === null ? [] : [`    ${excerpt(sql, width - 4)}`]),
          ...indent(wrap(details.join(" "), width - 4), 4).map(paint.dim),
        ]),
      ...(part.lines.length > shown.terminal ? [`  … and ${grouped(part.lines.length - shown.terminal)} more`] : []),
    ]),
  ];
}

/** A comparison by itself, as text that ends with a newline; `report` is the later one. JSON is the comparison alone. */
export function renderComparison(
  report: Report & { readonly comparison: Comparison },
  format: "terminal" | "markdown" | "json",
  options: { readonly color: boolean; readonly width: number },
): string {
  const words = `Plansmith: what changed, ${heading(report)}`;
  switch (format) {
    case "terminal": {
      const page = { paint: pc.createColors(options.color), width: Math.min(110, Math.max(50, options.width)) };
      const lines = [page.paint.bold(oneLine(words)), "", ...comparisonLines(report.comparison, page).slice(1)];
      return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
    }
    case "markdown":
      return `${[`# ${markdownText(words)}`, ...comparisonMarkdown(report.comparison).slice(1)].join("\n\n")}\n`;
    case "json":
      return `${JSON.stringify(report.comparison, null, 2)}\n`;
    default:
      return format satisfies never;
  }
}

const nothing = "Nothing changed that is worth a line.";

function tinted({ tone }: ComparisonPart, paint: Page["paint"]): (text: string) => string {
  if (tone === "bad") return (text) => paint.bold(paint.red(text));
  return tone === "good" ? (text) => paint.bold(paint.green(text)) : paint.bold;
}

function hanging(text: string, width: number): string[] {
  const [first = "", ...rest] = wrap(text, width - 4);
  return [`  ${first}`, ...indent(rest, 4)];
}

/** The section in Markdown, one block an entry; empty without a comparison. */
export function comparisonMarkdown(comparison: Comparison | undefined): string[] {
  if (!comparison) return [];
  const parts = comparisonParts(comparison);
  return [
    "## Since last time",
    markdownText(comparisonBasis(comparison)),
    ...(isQuiet(parts) ? [nothing] : []),
    ...parts.map(({ title, lines }) =>
      [
        `**${title}** (${grouped(lines.length)})`,
        "",
        ...lines
          .slice(0, shown.markdown)
          .map(({ text, sql, details }) =>
            [
              `- ${markdownText(oneLine(text))}`,
              ...(sql === null ? [] : [`  ${markdownCode(excerpt(sql, shown.sqlCharacters))}`]),
              ...details.map((detail) => `  ${markdownText(oneLine(detail))}`),
            ].join("<br>\n"),
          ),
        ...(lines.length > shown.markdown ? [`- … and ${grouped(lines.length - shown.markdown)} more`] : []),
      ].join("\n"),
    ),
  ];
}
