import type { OnProgress } from "../contract/progress.ts";
import type { Machine } from "../domain/machine.ts";
import type { Finding, Report } from "../domain/report.ts";
import type { ReviewNotice } from "../domain/review.ts";
import type { JudgeInput, Judgement } from "../judge/judgement.ts";
import { type FoundFile, type MigrationFile, type ReadOptions, readMigration } from "../migrations/read-migration.ts";
import { failedRule } from "../rule/failed-rule.ts";
import type { MigrationRule, Severity } from "../rule/migration.ts";
import { type AddedText, adviseAdded } from "./added-statements.ts";
import { findBetterIndexes } from "./better-index.ts";
import { durationWords } from "./estimate.ts";
import { finding, reviewChecks, withUniqueIds } from "./finding.ts";
import { judgeImpact } from "./impact-findings.ts";
import { judgeFiles, refusals, withEvidence } from "./judge-files.ts";
import { reviewedStatements } from "./reviewed-statements.ts";
import { type Ground, type RunTools, runFiles } from "./run-files.ts";
import { suppress } from "./suppressions.ts";

export type { Ground } from "./run-files.ts";

export interface ReviewTools extends RunTools {
  readonly rules: ReadonlyMap<string, MigrationRule>;
  readonly judge: (input: JudgeInput) => Judgement;
}

export interface ReviewInput extends ReadOptions {
  /** In the order they are applied. */
  readonly files: readonly FoundFile[];
  readonly ground: Ground;
  /** Major version; null = the snapshot's, else the default, which the report then says. */
  readonly postgres: number | null;
  /** By rule id; `off` silences. */
  readonly levels: Readonly<Record<string, Severity | "off">>;
  readonly ruleOptions: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Ids of accepted findings. */
  readonly baseline: ReadonlySet<string>;
  readonly machine: Machine;
  readonly added: readonly AddedText[];
  /** What the caller could not find or read. */
  readonly notices: readonly ReviewNotice[];
  /** Throws AdvisorError ABORTED when the run shall end. */
  readonly stop: () => void;
  readonly onProgress: OnProgress;
  readonly advisorVersion: string;
  /** ISO 8601. */
  readonly now: string;
}

/** Taken when neither a flag nor a snapshot says which: the newest but one, which most hosts run. Our choice. */
const defaultPostgres = 17;

/** read → run → judge → compare → report. Runs SQL nowhere but in the scratch database. */
export async function review(tools: ReviewTools, input: ReviewInput): Promise<Report> {
  input.onProgress("read", 0, input.files.length);
  const { ground, stop, onProgress } = input;
  const cut = await readFiles(tools, input, tools.openScratch !== null);
  const run = await runFiles(cut, tools, { ground, stop, onFile: (done, total) => onProgress("run", done, total) });
  onProgress("judge", 0, null);
  // By text alone, the trees of earlier files tell the judge what was there before.
  const reread = run.catalog === null && cut.some((file) => !file.isNew) && tools.openScratch !== null;
  const files = reread ? await readFiles(tools, input, false) : cut;
  const { judgement, known } = judgeFiles(files, run, tools.judge, judgeSettings(tools, input));
  onProgress("advise", 0, null);
  const impact = run.impact && judgeImpact(run.impact, run.families, known, await findBetterIndexes(run, tools, stop));
  const added = await adviseAdded(run, input.added, tools);

  const raised = [
    ...withEvidence(judgement.findings, impact?.findings ?? []),
    ...refusals(known, judgement, "run on PostgreSQL 18"),
    ...added.findings,
    ...notSql(files),
  ];
  const ordered = withUniqueIds(inOrder(atLevels(raised, input.levels), files));
  const { findings: left, suppressed } = suppress(ordered, files, knownIds(tools));
  const all = withUniqueIds(inOrder(atLevels(left, input.levels), files)).map(plain);
  const findings = all.filter((each) => !input.baseline.has(each.id));
  const statements = reviewedStatements(known, { run, hasFigures: hasFigures(ground), machine: input.machine, findings });
  return {
    schemaVersion: 1,
    generatedAt: input.now,
    advisorVersion: input.advisorVersion,
    server: ground.kind === "snapshot" ? ground.snapshot.server : null,
    origin: run.basis.words,
    summary: {
      ...emptySummary,
      statementCount: known.length,
      relationCount: run.catalog?.relations.length ?? 0,
      planCount: run.impact?.plannedCount ?? 0,
    },
    families: [],
    recommendations: [],
    findings,
    rejected: [],
    skipped: [],
    gaps: [...run.gaps, ...judgement.failures.map(failedRule)],
    partial: null,
    review: {
      basis: run.basis,
      postgres: postgresOf(input),
      files: files.map((file) => ({
        path: file.path,
        isNew: file.isNew,
        runner: file.runner.name,
        statementCount: file.statements.length,
      })),
      statements,
      workload: impact?.impact ?? null,
      added: added.statements,
      notices: [...input.notices, ...versionNotice(input), ...openNotices(files)],
      suppressed,
      baselineCount: all.length - findings.length,
      durationBasis: statements.some((each) => each.work.some((work) => work.seconds !== null)) ? durationWords(input.machine) : null,
    },
  };
}

/** Files that undo are left out. `cutContext`: earlier files are to be run, and need no trees. */
async function readFiles(tools: ReviewTools, input: ReviewInput, cutContext: boolean): Promise<MigrationFile[]> {
  const files: MigrationFile[] = [];
  for (const file of input.files) {
    const read = await readMigration(tools.parser, file, { ...input, onlyCut: cutContext && !file.isNew });
    if (read) files.push(read);
  }
  return files;
}

const emptySummary = {
  statementCount: 0,
  relationCount: 0,
  candidateCount: 0,
  planCount: 0,
  costBefore: 0,
  costAfter: 0,
  geometricMeanRatio: 1,
  indexBytes: 0,
  boundRatio: 1,
  weightedRatio: 1,
};

function postgresOf(input: ReviewInput): number {
  if (input.postgres !== null) return input.postgres;
  return input.ground.kind === "snapshot" ? input.ground.snapshot.server.major : defaultPostgres;
}

function versionNotice(input: ReviewInput): ReviewNotice[] {
  if (input.postgres !== null || input.ground.kind === "snapshot") return [];
  return [{ path: null, line: null, message: `PostgreSQL ${defaultPostgres} is assumed: say --pg-version, or give a snapshot` }];
}

function judgeSettings(tools: ReviewTools, input: ReviewInput) {
  const snapshot = input.ground.kind === "none" ? null : input.ground.snapshot;
  const settings = Object.fromEntries((snapshot?.settings ?? []).map((setting) => [setting.name, setting.value]));
  const live = input.ground.kind === "snapshot" && input.postgres === null ? input.ground.snapshot.server : null;
  return {
    hasFigures: hasFigures(input.ground),
    countingDays: countingDays(input.ground),
    postgres: postgresOf(input),
    serverVersion: live?.versionNumber ?? null,
    rules: tools.rules,
    levels: input.levels,
    options: input.ruleOptions,
    ...(input.ground.kind === "snapshot" ? { settings } : {}),
  };
}

/** A schema file has figures when it states some, or makes rows. */
function hasFigures(ground: Ground): boolean {
  if (ground.kind === "none") return false;
  return ground.kind === "snapshot" || ground.snapshot.catalog.relations.some((relation) => (relation.rows ?? 0) > 0);
}

function countingDays(ground: Ground): number | null {
  if (ground.kind !== "snapshot" || ground.snapshot.server.standby) return null;
  const since = ground.snapshot.server.countingSince;
  return since === null ? null : (Date.parse(ground.snapshot.collectedAt) - Date.parse(since)) / 86_400_000;
}

function knownIds(tools: ReviewTools): ReadonlySet<string> {
  return new Set([...tools.rules.keys(), ...Object.values(reviewChecks).map((check) => check.id)]);
}

/** The judge has given its own findings their level; ours get it here. */
function atLevels(findings: readonly Finding[], levels: ReviewInput["levels"]): Finding[] {
  return findings.flatMap((each) => {
    const level = levels[each.rule];
    if (level === undefined) return [each];
    return level === "off" ? [] : [{ ...each, severity: level }];
  });
}

/** Files in the order they run, then lines, then rules. */
function inOrder(findings: readonly Finding[], files: readonly MigrationFile[]): Finding[] {
  const order = new Map(files.map((file, at) => [file.path, at]));
  const at = (each: Finding) => (each.place === null ? files.length : (order.get(each.place.file) ?? files.length));
  return findings.toSorted(
    (a, b) =>
      at(a) - at(b) ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      (a.rule < b.rule ? -1 : 1),
  );
}

/** Without what only this run needs. */
function plain(each: Finding): Finding {
  const { id, rule, severity, title, message, help, place, locks, relationLocks, safer } = each;
  return {
    id,
    rule,
    severity,
    ...(title === undefined ? {} : { title }),
    message,
    ...(help === undefined ? {} : { help }),
    place,
    locks,
    ...(relationLocks === undefined ? {} : { relationLocks }),
    safer,
  };
}

function notSql(files: readonly MigrationFile[]): Finding[] {
  return files
    .filter((file) => file.isNew)
    .flatMap((file) => file.notices.map((notice) => ({ file, notice })))
    .filter(({ notice }) => notice.kind === "broken")
    .map(({ file, notice }) =>
      finding({
        check: reviewChecks.cannotParse,
        place: { file: file.path, line: notice.line ?? 1, column: 1 },
        message: notice.message,
        key: notice.message,
      }),
    );
}

function openNotices(files: readonly MigrationFile[]): ReviewNotice[] {
  return files.flatMap((file) =>
    file.notices
      .filter((notice) => notice.kind === "open" || !file.isNew)
      .map(({ path, line, message }) => ({ path, line, message: file.isNew ? message : `${message} (an earlier file)` })),
  );
}
