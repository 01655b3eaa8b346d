import type { Report } from "../domain/report.ts";
import { renderAnnotations } from "./annotations.ts";
import { renderGitlab } from "./gitlab.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderComment } from "./review-comment.ts";
import { renderReviewTerminal } from "./review-terminal.ts";
import { renderSarif } from "./sarif.ts";

export const reviewFormats = ["terminal", "markdown", "json", "sarif", "gitlab", "junit", "github"] as const;
export type ReviewFormat = (typeof reviewFormats)[number];

/** A review as text that ends with a newline. `markdown` is the comment of a pull request, `github` workflow commands. */
export function renderReview(report: Report, format: ReviewFormat, options: { readonly color: boolean; readonly width: number }): string {
  switch (format) {
    case "terminal":
      return renderReviewTerminal(report, options);
    case "markdown":
      return renderComment(report);
    case "json":
      return renderJson(report);
    case "sarif":
      return renderSarif(report);
    case "gitlab":
      return renderGitlab(report);
    case "junit":
      return renderJunit(report);
    case "github":
      return renderAnnotations(report);
    default:
      return format satisfies never;
  }
}
