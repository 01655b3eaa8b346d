import type { Report } from "../domain/report.ts";
import { readAssets } from "./html/assets.ts";
import { renderHtml } from "./html/render-html.ts";
import { renderJson } from "./json.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderTerminal } from "./terminal.ts";

export const reportFormats = ["terminal", "markdown", "html", "json"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface RenderOptions {
  /** ANSI colours; only the terminal format has any. */
  readonly color: boolean;
  /** Columns of the terminal; the others take no notice. */
  readonly width: number;
  /** Earlier reports of the same database; only HTML draws its history. */
  readonly earlier?: readonly Report[];
}

/** The whole report as text that ends with a newline. */
export function renderReport(report: Report, format: ReportFormat, options: RenderOptions): string {
  switch (format) {
    case "terminal":
      return renderTerminal(report, options);
    case "markdown":
      return renderMarkdown(report);
    case "html":
      return renderHtml(report, readAssets(), options.earlier === undefined ? {} : { earlier: options.earlier });
    case "json":
      return renderJson(report);
    default:
      return format satisfies never;
  }
}
