import { readFile } from "node:fs/promises";
import { loadMigrationRules, loadRewriteRules, loadRules, loadTuningRules } from "../rules/index.ts";
import { type AuditOptions, type AuditTools, audit } from "./audit/audit.ts";
import type { Check } from "./collect/doctor.ts";
import type { AuditInput, CollectInput, ListedRule } from "./config/audit-input.ts";
import type { ModelInput } from "./config/model-input.ts";
import type { LanguageModel } from "./contract/language-model.ts";
import type { OnProgress } from "./contract/progress.ts";
import type { SnapshotSource } from "./contract/snapshot-source.ts";
import type { Report } from "./domain/report.ts";
import type { Gap, StatementStats } from "./domain/snapshot.ts";
import { noHardware } from "./domain/tuning.ts";
import { uncountedStatement } from "./domain/uncounted-statement.ts";
import type { Verdict } from "./equivalence/verdict.ts";
import { AdvisorError } from "./errors.ts";
import type { SqlParser } from "./syntax/parse-sql.ts";
import type { OpenDemo } from "./wire-demo.ts";

/** How a caller follows a run and ends it early. */
export interface Hooks {
  readonly onProgress: OnProgress;
  /** Told of every better set of indexes that an audit's search comes by. */
  readonly onBest?: NonNullable<AuditOptions["onBest"]>;
  readonly signal: AbortSignal;
}

/** Timeout for locks: reading a catalog never waits long, and never makes others wait behind it. */
const lockTimeoutMs = 2_000;

/** Runs a whole audit. Throws AdvisorError when nothing useful could be read. */
export async function runAudit(input: AuditInput, hooks: Hooks): Promise<Report> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const { openMeasurerFor, openPlannerFor } = await import("./wire-planners.ts");
  const { openProver } = await import("./equivalence/prover.ts");
  const { copy } = input;
  const { checkEmbedding, openSimilarCases } = await import("./wire-similar.ts");
  const { embedding, model } = input;
  if (embedding !== undefined) checkEmbedding(embedding);
  const opened: { close(): Promise<void> }[] = [];
  const parser = await openParser();
  const demo = input.source.kind === "demo" ? await demoOf(input) : null;
  try {
    const statements = input.statementsFile === undefined ? null : await statementsFrom(input.statementsFile, parser, input);
    const tools: AuditTools = {
      source: demo?.source ?? (await logged(await sourceOf(input, parser, statements), input, parser)),
      parser,
      rules: await loadRules(),
      openPlanner: (snapshot) => openPlannerFor(input, snapshot, hooks.signal),
      rewrites: { rules: await loadRewriteRules(), openProver: () => openProver(cacheOf(input)) },
      tuning: { rules: await loadTuningRules(), hardware: input.hardware ?? noHardware },
      ...(embedding === undefined
        ? {}
        : {
            openSimilar: async () => {
              const similar = await openSimilarCases({ embedding, ...cacheOf(input), signal: hooks.signal });
              opened.push(similar);
              return similar;
            },
          }),
      ...(model === undefined
        ? {}
        : { agent: { name: model.name, budget: model.budget, words: model.words, openModel: () => openModel(model) } }),
      ...(copy === undefined ? {} : { openMeasurer: (snapshot) => openMeasurerFor(copy, snapshot) }),
      ...(demo === null ? {} : { openMeasurer: demo.openMeasurer }),
    };
    return await audit(tools, { ...input, ...hooks, advisorVersion: await advisorVersion() });
  } finally {
    for (const each of opened) await each.close();
    await demo?.close();
    await parser.close();
  }
}

async function openModel(input: ModelInput): Promise<LanguageModel> {
  const { openLanguageModel } = await import("./wire-model.ts");
  return openLanguageModel(input, process.env);
}

/** Reads a server and saves the snapshot. */
export async function runCollect(
  input: CollectInput,
  hooks: Hooks,
): Promise<{
  readonly path: string;
  readonly bytes: number;
  readonly gaps: readonly Gap[];
  readonly statementCount: number;
  readonly relationCount: number;
}> {
  const { saveSnapshot } = await import("./collect/saved-source.ts");
  const source = urlSource(input, null);
  const snapshot = input.logFiles
    ? await withOwnParser((parser) => logged(source, input, parser).then((joined) => joined.read(hooks)))
    : await source.read(hooks);
  const bytes = await saveSnapshot(input.outputPath, snapshot);
  return {
    path: input.outputPath,
    bytes,
    gaps: snapshot.gaps,
    statementCount: snapshot.statements.length,
    relationCount: snapshot.catalog.relations.length,
  };
}

/** The source with what logs tell of its statements, where logs are given. */
async function logged(source: SnapshotSource, { logFiles }: Pick<AuditInput, "logFiles">, parser: SqlParser): Promise<SnapshotSource> {
  if (logFiles === undefined || logFiles.length === 0) return source;
  const { withLogs } = await import("./logs/logged-source.ts");
  return withLogs(source, logFiles, parser);
}

async function withOwnParser<T>(work: (parser: SqlParser) => Promise<T>): Promise<T> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const parser = await openParser();
  try {
    return await work(parser);
  } finally {
    await parser.close();
  }
}

/** Two statements, and how long and how to compare them. */
export interface ProveInput {
  readonly before: string;
  readonly after: string;
  readonly seed: number;
  readonly budgetMs: number;
  readonly rowsOnly: boolean;
}

/** Judges whether one statement may stand for the other under the source's schema. Throws AdvisorError when that cannot be read. */
export async function runProve(reading: AuditInput, pair: ProveInput, hooks: Hooks): Promise<Verdict> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const { judgeEquivalence } = await import("./equivalence/prover.ts");
  const { findRule } = await import("./equivalence/find-rule.ts");
  const parser = await openParser();
  try {
    const snapshot = await (await sourceOf(reading, parser, [])).read(hooks);
    hooks.onProgress("prove", 0, null);
    const rule = await findRule(pair.before, pair.after, { rules: await loadRewriteRules(), snapshot, parser });
    return await judgeEquivalence(
      { ...pair, snapshot, parser, signal: hooks.signal, ...(rule === null ? {} : { rule }) },
      cacheOf(reading),
    );
  } finally {
    await parser.close();
  }
}

/** What a role may read on a server, and the grants it lacks. */
export async function runDoctor(target: { readonly url?: string }): Promise<readonly Check[]> {
  const { connectReadOnly } = await import("./connect/connect.ts");
  const { examine } = await import("./collect/doctor.ts");
  const session = await connectReadOnly({ ...target, statementTimeoutMs: 10_000, lockTimeoutMs });
  try {
    return await examine(session);
  } finally {
    await session.close();
  }
}

/** Every rule with its words and options, sorted by id. */
export async function listRules(): Promise<readonly ListedRule[]> {
  const rules = [...(await loadRules()), ...(await loadMigrationRules()), ...(await loadRewriteRules()), ...(await loadTuningRules())];
  return rules.map(([id, rule]) => ({
    id,
    kind: rule.kind,
    detects: rule.detects,
    effect: rule.effect,
    remedy: rule.remedy,
    sources: rule.sources,
    gates: rule.gates ?? [],
    options: rule.options ?? {},
  }));
}

async function statementsFrom(path: string, parser: SqlParser, input: AuditInput): Promise<readonly StatementStats[]> {
  const { readStatementsFile } = await import("./collect/statements-file.ts");
  const { statements, failures } = await readStatementsFile(parser, path);
  const [first] = failures;
  if (first && !input.skipInvalid)
    throw new AdvisorError(
      "INPUT_INVALID",
      `${path}:${first.line}: ${first.message}${failures.length > 1 ? ` (and ${failures.length - 1} more such statements)` : ""}`,
      {
        hint: "Mend the statement, or leave such statements out with --skip-invalid: the report lists them.",
      },
    );
  // A text that no grammar knows stays in the workload, so that the report lists it with its reason.
  return [...statements, ...failures.map((failure) => uncountedStatement(failure.text, `${path}:${failure.line}`))];
}

/** The source that an input names. */
export async function sourceOf(
  input: AuditInput,
  parser: SqlParser,
  statements: readonly StatementStats[] | null,
): Promise<SnapshotSource> {
  const { source } = input;
  switch (source.kind) {
    case "url":
      return urlSource({ ...input, ...(source.url === undefined ? {} : { url: source.url }) }, statements);
    case "snapshot": {
      const { savedSource } = await import("./collect/saved-source.ts");
      return withStatements(savedSource(source.path), parser, { statements, redact: input.redactValues });
    }
    case "schema": {
      const { schemaSource } = await import("./collect/schema-source.ts");
      return schemaSource(parser, { ...readingOf(input), ...cacheOf(input), schemaFile: source.path, statements: statements ?? [] });
    }
    case "demo": {
      const demo = await demoOf(input);
      return { read: (options) => demo.source.read(options).finally(() => demo.close()) };
    }
    default:
      return source satisfies never;
  }
}

async function demoOf(input: AuditInput): Promise<OpenDemo> {
  const { openDemo } = await import("./wire-demo.ts");
  return openDemo(readingOf(input), cacheOf(input));
}

type Reading = Pick<
  AuditInput,
  "top" | "minCalls" | "includeSchemas" | "excludeSchemas" | "redactValues" | "statementTimeoutMs" | "readEnds" | "sampleRows"
>;

function readingOf(input: Reading) {
  const { top, minCalls, includeSchemas, excludeSchemas, redactValues, readEnds, sampleRows = false } = input;
  return { top, minCalls, includeSchemas, excludeSchemas, redactValues, readEnds, sampleRows, now: new Date() };
}

export function cacheOf(input: AuditInput): { cacheDirectory?: string | null } {
  return input.cacheDirectory === undefined ? {} : { cacheDirectory: input.cacheDirectory };
}

function urlSource(input: Reading & { readonly url?: string }, statements: readonly StatementStats[] | null): SnapshotSource {
  return {
    async read(options) {
      const { connectReadOnly } = await import("./connect/connect.ts");
      const { liveSource } = await import("./collect/live-source.ts");
      options.onProgress?.("connect", 0, null);
      const target = input.url === undefined ? {} : { url: input.url };
      const session = await connectReadOnly({ ...target, statementTimeoutMs: input.statementTimeoutMs, lockTimeoutMs });
      try {
        return await liveSource(session, { ...readingOf(input), statements }).read(options);
      } finally {
        await session.close();
      }
    },
  };
}

/** A saved snapshot, with the statements of a file in place of its own where one is given. */
function withStatements(
  source: SnapshotSource,
  parser: SqlParser,
  input: { readonly statements: readonly StatementStats[] | null; readonly redact: boolean },
): SnapshotSource {
  return {
    async read(options) {
      const snapshot = await source.read(options);
      const own = input.statements === null ? snapshot : { ...snapshot, statements: input.statements };
      if (!input.redact) return own;
      const { redactValues } = await import("./collect/redact-values.ts");
      return redactValues(own, parser);
    },
  };
}

/** `version` of the package this runs from, found by walking up: sources and build lie at different depths. */
export async function advisorVersion(): Promise<string> {
  for (let folder = new URL("./", import.meta.url); folder.pathname !== "/"; folder = new URL("../", folder)) {
    const text = await readFile(new URL("package.json", folder), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (text !== null) return (JSON.parse(text) as { version: string }).version;
  }
  throw new AdvisorError("INTERNAL", "No package.json above the program's own files.");
}
