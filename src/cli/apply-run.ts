import type { Chosen } from "../apply/choose-items.ts";
import type { Format, OutputFile } from "../apply/format.ts";
import { briefLockTimeoutMs } from "../apply/script.ts";
import type { Report } from "../domain/report.ts";
import { plural } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { ExitCode } from "./errors.ts";
import { duration } from "./read-flags.ts";

export interface ApplyFlags {
  readonly format?: string | undefined;
  readonly out?: string | undefined;
  readonly "lock-timeout"?: string | undefined;
}

/** Suggestions go beside the migrations under a name that no tool takes for one. */
const suggestionsName = (now: Date) => `plansmith_by_hand_${now.toISOString().replaceAll(/\D/g, "").slice(0, 14)}.md`;

export interface ApplyPlace {
  readonly cwd: string;
  readonly now: Date;
  /** A line for a person. */
  readonly tell: (line: string) => void;
  /** A file's text, with `--out -`. */
  readonly print: (text: string) => void;
}

/** Writes migrations for the ids (all recommendations without any), or prints them with `--out -`. */
export async function writeMigrations(report: Report, ids: readonly string[], flags: ApplyFlags, io: ApplyPlace): Promise<ExitCode> {
  const { formatOf, planFiles } = await import("../apply/plan-files.ts");
  const { openPlace, usualFolder } = await import("../apply/place.ts");
  const { suggestionText } = await import("../apply/suggestions.ts");
  const { writeFiles } = await import("../apply/write-files.ts");
  const format = formatOf(flags.format ?? "sql");
  const lockTimeout = lockTimeoutOf(flags["lock-timeout"]);
  const printing = flags.out === "-";
  const place = await openPlace(printing || flags.out === undefined ? await usualFolder(io.cwd, format.folders) : flags.out);
  const { chosen, files } = await withParser(async (parser) => {
    const chosen = await chosenOf(parser, report, ids);
    return { chosen, files: await planFiles(chosen.items, { format, place, now: io.now, lockTimeout, parser }) };
  });
  const suggestions: OutputFile[] =
    chosen.suggestions.length === 0 ? [] : [{ path: suggestionsName(io.now), text: suggestionText(chosen.suggestions) }];
  if (printing) {
    for (const file of [...files, ...suggestions]) io.print(`-- file: ${file.path}\n${file.text}`);
    return 0;
  }
  for (const path of await writeFiles(place.folder, [...files, ...suggestions])) io.tell(`wrote ${path}`);
  tellWhatNext(chosen, format, files.length, io.tell);
  return 0;
}

/** The report's changes that the ids name, read with PostgreSQL's grammar. */
export function choose(report: Report, ids: readonly string[]): Promise<Chosen> {
  return withParser((parser) => chosenOf(parser, report, ids));
}

async function chosenOf(parser: SqlParser, report: Report, ids: readonly string[]): Promise<Chosen> {
  const { chooseItems } = await import("../apply/choose-items.ts");
  return chooseItems(parser, report, ids);
}

async function withParser<T>(work: (parser: SqlParser) => Promise<T>): Promise<T> {
  const { openParser } = await import("../syntax/parse-sql.ts");
  const parser = await openParser();
  try {
    return await work(parser);
  } finally {
    await parser.close();
  }
}

function tellWhatNext({ items, suggestions }: Chosen, format: Format, fileCount: number, tell: (line: string) => void): void {
  if (items.length > 0) tell(`${plural(items.length, "change")} in ${plural(fileCount, "file")} for ${format.name}. Nothing was run.`);
  if (suggestions.length > 0)
    tell(`${plural(suggestions.length, "change")} to make by hand, which no migration holds (rewrites are such), in the Markdown file.`);
  if (items.length > 0 && format.note !== null) tell(format.note);
}

/** `5s`, as PostgreSQL takes it. Throws INPUT_INVALID for what is no time, or so long that others would wait. */
export function lockTimeoutOf(text: string | undefined): string {
  const ms = duration("lock-timeout", text) ?? briefLockTimeoutMs;
  if (ms > 60_000)
    throw new AdvisorError("INPUT_INVALID", "--lock-timeout is longer than a minute: everybody else waits behind that lock as long.", {
      hint: "Give 1s to 60s. Statements that hold nobody up wait ten minutes in any case.",
    });
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.round(ms)}ms`;
}
