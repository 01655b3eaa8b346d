import type { Config } from "../config/config.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import type { Published } from "../publish/one-comment.ts";
import { checkRun } from "../render/check-run.ts";
import { type ReviewFormat, renderReview, reviewFormats } from "../render/review.ts";
import { commentMarker, renderComment } from "../render/review-comment.ts";
import { baselineText } from "../review/baseline.ts";
import type { ExitCode } from "./errors.ts";
import { isForkBuild } from "./fork.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { makeReview, type ReviewFlags } from "./make-review.ts";
import { showProgress } from "./progress.ts";
import { wholeNumber } from "./read-flags.ts";
import { wantsColor } from "./report-run.ts";
import { openOutput } from "./write-output.ts";

export interface ReviewRunFlags extends ReviewFlags {
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  readonly output?: string | undefined;
  readonly "fail-on"?: string | undefined;
  readonly publish?: readonly string[] | undefined;
  readonly "comment-id"?: string | undefined;
}

/** Reviews, writes the report, publishes it where asked, and says how the process shall end. */
export async function reviewRun(paths: readonly string[], flags: ReviewRunFlags, config: Config): Promise<ExitCode> {
  const format = reviewFormat(flags);
  const output = await openOutput(flags.output);
  try {
    const report = await run(paths, flags, config, format);
    const toTerminal = flags.output === undefined || flags.output === "-";
    const color = toTerminal && wantsColor();
    await output.write(renderReview(report, format, { color, width: toTerminal ? (process.stdout.columns ?? 80) : 80 }));
    const exitCode = exitCodeOf(report, flags["fail-on"] ?? config.review.failOn);
    for (const where of flags.publish ?? []) await publish(report, where, flags, exitCode);
    if (flags["update-baseline"] && flags.baseline !== undefined)
      await (await openOutput(flags.baseline)).write(baselineText(report.findings));
    return exitCode;
  } finally {
    await output.discard();
  }
}

/** A comment, a note or a check run; what came of it is told on stderr. */
async function publish(report: Report, where: string, flags: ReviewRunFlags, exitCode: ExitCode): Promise<void> {
  const pull = wholeNumber("pull", flags.pull, 1) ?? null;
  const id = flags["comment-id"] ?? "default";
  const comment = {
    marker: commentMarker(id),
    text: (limit: number) => renderComment(report, { id, limit }),
    onlyUpdate: !report.review?.files.some((file) => file.isNew),
  };
  const { githubTarget } = await import("../publish/github-environment.ts");
  const { publishComment } = await import("../publish/github-comment.ts");
  const { publishCheck } = await import("../publish/github-check.ts");
  const { gitlabTarget, publishNote } = await import("../publish/gitlab-note.ts");
  const told = async (what: string, published: Promise<Published>) => {
    const { where: place, note } = await published;
    process.stderr.write(`plansmith: ${what} ${place}${note === null ? "" : `: ${note}`}\n`);
  };
  if (where === "github-check") {
    const check = checkRun(report, exitCode === 1, id);
    if (comment.onlyUpdate) process.stderr.write("plansmith: check nowhere: nothing was reviewed\n");
    else await told("check", publishCheck(await githubTarget(process.env, pull), check));
  } else if (where === "gitlab" && !process.env.PLANSMITH_GITLAB_TOKEN && (await isForkBuild(process.env))) {
    process.stderr.write("plansmith: note nowhere: a fork's pipeline has no PLANSMITH_GITLAB_TOKEN\n");
  } else if (where === "gitlab") {
    const target = gitlabTarget(process.env, pull);
    await told("note", publishNote(target, comment, target));
  } else {
    const target = await githubTarget(process.env, pull);
    await told("comment", publishComment(target, comment, target));
  }
}

async function run(paths: readonly string[], flags: ReviewRunFlags, config: Config, format: ReviewFormat): Promise<Report> {
  const progress = showProgress(process.stderr, { silent: format !== "terminal", now: Date.now });
  const interrupt = listenForInterrupt();
  const { openParser } = await import("../syntax/parse-sql.ts");
  const parser = await openParser();
  try {
    const hooks = { onProgress: progress.onProgress, signal: interrupt.signal };
    const { runReview } = await import("../wire-review.ts");
    const input = await makeReview({ cwd: process.cwd(), paths, flags, config, parser, ...hooks, now: new Date() });
    return await runReview(input, hooks, parser);
  } finally {
    await parser.close();
    progress.end();
    interrupt.end();
  }
}

function reviewFormat(flags: ReviewRunFlags): ReviewFormat {
  if (flags.json && flags.format !== undefined && flags.format !== "json")
    throw new AdvisorError("INPUT_INVALID", `--json and --format ${flags.format} exclude each other.`, { hint: "Give one of them." });
  if (flags.json) return "json";
  const named = reviewFormats.find((format) => format === flags.format);
  if (named) return named;
  const ending = /\.(md|json|sarif|xml)$/i.exec(flags.output ?? "")?.[1]?.toLowerCase();
  const byEnding: Readonly<Record<string, ReviewFormat>> = { md: "markdown", json: "json", sarif: "sarif", xml: "junit" };
  return byEnding[ending ?? ""] ?? "terminal";
}

const levels = ["note", "warning", "error"] as const;

/** 3 when nothing of the new files could be read, 1 when a finding is at or above the threshold, else 0. */
function exitCodeOf(report: Report, failOn: string): ExitCode {
  const unread = report.review?.notices.some((notice) => notice.path !== null) ?? false;
  const readable = report.review?.files.some((file) => file.isNew && file.statementCount > 0) ?? false;
  if (unread && !readable && report.findings.length === 0) return 3;
  const threshold = levels.indexOf(failOn as (typeof levels)[number]);
  if (threshold < 0) return 0;
  return report.findings.some((each) => levels.indexOf(each.severity) >= threshold) ? 1 : 0;
}
