import { readFile } from "node:fs/promises";
import type { Config } from "../config/config.ts";
import type { OnProgress } from "../contract/progress.ts";
import { assumedMachine, type Machine, machineOf } from "../domain/machine.ts";
import { latestMajor, newestMajor } from "../domain/postgres.ts";
import type { ReviewNotice } from "../domain/review.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import { conventionNames } from "../migrations/conventions.ts";
import { findFiles } from "../migrations/find-files.ts";
import { withPrinted } from "../migrations/print-command.ts";
import type { FoundFile } from "../migrations/read-migration.ts";
import { parseBaseline } from "../review/baseline.ts";
import type { Ground } from "../review/run-files.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { ReviewRun } from "../wire-review.ts";
import { fetchSnapshot } from "./fetch-snapshot.ts";
import { isForkBuild } from "./fork.ts";
import { existingFile, wholeNumber } from "./read-flags.ts";
import { changedFiles, pullFiles } from "./review-changes.ts";

export interface ReviewFlags {
  readonly base?: string | undefined;
  readonly snapshot?: string | undefined;
  readonly "snapshot-command"?: string | undefined;
  readonly schema?: string | undefined;
  readonly statements?: string | undefined;
  readonly "pg-version"?: string | undefined;
  readonly runner?: string | undefined;
  readonly var?: readonly string[] | undefined;
  readonly baseline?: string | undefined;
  readonly "update-baseline"?: boolean | undefined;
  readonly "max-snapshot-age"?: string | undefined;
  readonly run?: boolean | undefined;
  /** `github`: the pull request's files, through the API. */
  readonly files?: string | undefined;
  readonly pull?: string | undefined;
  readonly "run-commands"?: boolean | undefined;
}

export interface MakeReview {
  readonly cwd: string;
  readonly paths: readonly string[];
  /** Files that are at hand already: nothing is looked for. */
  readonly given?: readonly FoundFile[];
  readonly flags: ReviewFlags;
  readonly config: Config;
  readonly parser: SqlParser;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  readonly now: Date;
}

/** Flags over configuration: what to review, and on which ground. Throws INPUT_INVALID for what cannot be meant. */
export async function makeReview(make: MakeReview): Promise<ReviewRun> {
  const { flags, config, now } = make;
  if ((flags.snapshot ?? flags["snapshot-command"]) !== undefined && flags.schema !== undefined)
    throw new AdvisorError("INPUT_INVALID", "--snapshot and --schema exclude each other.", {
      hint: "Give the one that is nearer to production.",
    });
  const runner = checkedRunner(flags.runner ?? config.review.runner ?? null);
  const ground = await readGround(make);
  const found = await printed(make, await findInput(make, ground.kind === "none"));
  const notices: ReviewNotice[] = found.notices.map((message) => ({ path: null, line: null, message }));
  const oldestMs = ageMilliseconds(flags["max-snapshot-age"] ?? config.review.maxSnapshotAge);
  if (ground.kind === "snapshot") notices.push(...ageNotice(ground.snapshot, oldestMs, now));
  return {
    files: found.files,
    added: found.added,
    ground,
    runner,
    placeholders: { ...config.review.placeholders, ...placeholders(flags.var ?? []) },
    postgres: majorVersion(flags["pg-version"]) ?? config.review.postgres ?? null,
    levels: fullIds(config.levels),
    ruleOptions: config.rules,
    baseline: await readBaseline(flags),
    machine: machineOfConfig(config.review.machine),
    notices,
    now: ground.kind === "snapshot" ? ground.snapshot.collectedAt : now.toISOString(),
    scratch: flags.run ?? true,
    ...(config.cacheDirectory === undefined ? {} : { cacheDirectory: config.cacheDirectory }),
  };
}

function machineOfConfig(machine: Config["review"]["machine"]): Machine {
  if (machine === undefined) return assumedMachine;
  const { scan, ...others } = machine.megabytesPerSecond;
  const known = Object.entries(others).flatMap(([work, rate]) => (rate === undefined ? [] : [[work, rate * 1e6]]));
  return machineOf(machine.measured ?? "the configuration says", { scan: scan * 1e6, ...Object.fromEntries(known) });
}

interface Found {
  readonly files: readonly FoundFile[];
  readonly added: ReviewRun["added"];
  readonly notices: readonly string[];
}

async function findInput(make: MakeReview, withEarlier: boolean): Promise<Found> {
  const { cwd, paths, flags, config, given } = make;
  if (given !== undefined) return { files: given, added: [], notices: [] };
  if (flags.files === "github") return pullFiles({ ...make, withEarlier });
  if (flags.base !== undefined) return changedFiles({ ...make, base: flags.base, withEarlier });
  const wanted = paths.length > 0 ? paths : config.review.migrations;
  if (wanted.length === 0)
    throw new AdvisorError("INPUT_INVALID", "There is nothing to review.", {
      hint: "Name migration files or folders, or say --base REF to review what a branch adds.",
    });
  return { ...(await findFiles(cwd, wanted, { withEarlier })), added: [] };
}

/** Commands of the configuration run where the caller says so, and never for a fork: its branch may hold the configuration. */
async function printed(make: MakeReview, found: Found): Promise<Found> {
  const { flags, config, cwd, signal } = make;
  if (flags["run-commands"] && flags.files !== undefined)
    throw new AdvisorError("INPUT_INVALID", "--run-commands and --files github exclude each other.", {
      hint: "Commands need the branch checked out: use --base, on branches that you trust.",
    });
  if (config.review.commands.length === 0) return found;
  const commands = config.review.commands.map((each) => ({ ...each, runner: checkedRunner(each.runner ?? null) }));
  const refusedBecause = !flags["run-commands"]
    ? "say --run-commands to run the configured command"
    : (await isForkBuild(process.env))
      ? "commands do not run for a change from a fork"
      : null;
  const { files, notices } = await withPrinted(found.files, commands, { cwd, refusedBecause, signal });
  return { ...found, files, notices: [...found.notices, ...notices] };
}

async function readGround(make: MakeReview): Promise<Ground> {
  const { flags, parser, signal, onProgress } = make;
  const token = process.env.PLANSMITH_SNAPSHOT_TOKEN ?? null;
  const file = await fetchSnapshot({ snapshot: flags.snapshot, command: flags["snapshot-command"], token, signal });
  if (file !== null) {
    try {
      const { savedSource } = await import("../collect/saved-source.ts");
      const snapshot = await savedSource(file.path).read({ signal });
      return { kind: "snapshot", snapshot: await withStatements(snapshot, make), name: file.name };
    } finally {
      await file.remove();
    }
  }
  if (flags.schema === undefined) return { kind: "none" };
  const { schemaSource } = await import("../collect/schema-source.ts");
  const path = await existingFile("schema", flags.schema);
  const reading = { top: 100_000, minCalls: 0, includeSchemas: [], excludeSchemas: [], readEnds: true, redactValues: false, now: make.now };
  const cache = make.config.cacheDirectory === undefined ? {} : { cacheDirectory: make.config.cacheDirectory };
  const snapshot = await schemaSource(parser, { ...reading, ...cache, schemaFile: path, statements: [] }).read({ signal, onProgress });
  // What is said of empty tables is about index advice.
  const told = { ...snapshot, gaps: snapshot.gaps.filter((gap) => gap.area !== "statistics") };
  return { kind: "schema-file", snapshot: await withStatements(told, make), name: path };
}

async function withStatements(snapshot: Snapshot, { flags, parser }: MakeReview): Promise<Snapshot> {
  if (flags.statements === undefined) return snapshot;
  const { readStatementsFile } = await import("../collect/statements-file.ts");
  const { statements } = await readStatementsFile(parser, await existingFile("statements", flags.statements));
  return { ...snapshot, statements };
}

function checkedRunner(name: string | null): string | null {
  if (name === null || conventionNames.includes(name)) return name;
  throw new AdvisorError("INPUT_INVALID", `Unknown runner "${name}".`, { hint: `Known: ${conventionNames.join(", ")}.` });
}

function placeholders(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf("=");
      if (at > 0) return [each.slice(0, at), each.slice(at + 1)];
      throw new AdvisorError("INPUT_INVALID", `--var "${each}" has no value.`, { hint: "Write --var name=value." });
    }),
  );
}

/** `set-not-null-scan` is `migration/set-not-null-scan`. */
function fullIds(levels: Config["levels"]): ReviewRun["levels"] {
  return Object.fromEntries(Object.entries(levels).map(([id, level]) => [id.includes("/") ? id : `migration/${id}`, level]));
}

async function readBaseline(flags: ReviewFlags): Promise<ReadonlySet<string>> {
  if (flags.baseline === undefined) {
    if (flags["update-baseline"])
      throw new AdvisorError("INPUT_INVALID", "--update-baseline has no file to write.", { hint: "Name it with --baseline FILE." });
    return new Set();
  }
  if (flags["update-baseline"]) return new Set();
  const path = await existingFile("baseline", flags.baseline);
  return parseBaseline(await readFile(path, "utf8"), flags.baseline);
}

const hourMs = 3_600_000;

/** `7d`, `12h`. */
function ageMilliseconds(limit: string): number {
  const match = /^(\d+)\s*(h|d)$/.exec(limit);
  if (!match)
    throw new AdvisorError("INPUT_INVALID", `"${limit}" is no age of a snapshot.`, { hint: "Write hours or days, such as 36h or 7d." });
  return Number(match[1]) * (match[2] === "d" ? 24 * hourMs : hourMs);
}

/** How old the snapshot may be before the report says that it is stale. */
function ageNotice(snapshot: Snapshot, limitMs: number, now: Date): ReviewNotice[] {
  const ageMs = now.getTime() - Date.parse(snapshot.collectedAt);
  if (ageMs <= limitMs) return [];
  const message = `the snapshot is ${inWords(ageMs)} old, older than ${inWords(limitMs)}: sizes, rates and plans may have changed; collect a new one`;
  return [{ path: null, line: null, message }];
}

function inWords(ms: number): string {
  return ms >= 48 * hourMs ? `${Math.floor(ms / hourMs / 24)} days` : `${Math.floor(ms / hourMs)} hours`;
}

/** `16`, `16.3`; a `server_version_num` or a slip of the finger is refused. */
function majorVersion(text: string | undefined): number | undefined {
  const major = wholeNumber("pg-version", text?.split(".")[0], 10);
  if (major === undefined || major <= latestMajor) return major;
  throw new AdvisorError("INPUT_INVALID", `--pg-version ${text} is no major version of PostgreSQL.`, {
    hint: `Write 10 to ${newestMajor}, such as --pg-version 16.`,
  });
}
