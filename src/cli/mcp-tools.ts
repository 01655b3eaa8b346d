import { z } from "zod";
import type { AuditInput } from "../config/audit-input.ts";
import type { Config } from "../config/config.ts";
import { latestMajor } from "../domain/postgres.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import { type Tool, type ToolContext, tool } from "../mcp/tool.ts";
import { type InputFlags, makeAuditInput } from "./make-input.ts";
import { type McpAccess, sourceShape, sourceWords, sqlText, statementText, withSource, withText } from "./mcp-source.ts";

export interface McpSetting {
  readonly access: McpAccess;
  readonly config: Config;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}

/** Reports that `explain` can still ask for. */
const mostReports = 10;
const seconds = (most: number, usual: number) =>
  z.number().positive().max(most).optional().describe(`Longest that it may take, in seconds [default: ${usual}]`);
const json = (value: unknown) => JSON.stringify(value, null, 1);

/** The tools of `plansmith mcp`: what the commands of the same names do, for a client that may only read. */
export function mcpTools(setting: McpSetting): Tool[] {
  const reports = new Map<string, Report>();
  let count = 0;
  const keep = (report: Report): string => {
    const id = `report-${++count}`;
    reports.set(id, report);
    for (const oldest of reports.keys()) if (reports.size > mostReports) reports.delete(oldest);
    return id;
  };
  return [
    auditTool(setting, keep),
    explainTool(setting, reports),
    rewriteTool(setting),
    proveTool(setting),
    reviewTool(setting),
    searchTool(setting),
  ];
}

/** Reading and budgets as the configuration says; values of rows and statements never leave. */
function inputOf(source: AuditInput["source"], flags: InputFlags, { config }: McpSetting): AuditInput {
  return makeAuditInput(source, flags, { ...config, withValues: false });
}

function auditTool(setting: McpSetting, keep: (report: Report) => string): Tool {
  return tool({
    name: "audit",
    title: "Audit a PostgreSQL workload",
    description: `Proposes indexes, rewrites and settings, each proved in a shadow planner; nothing is changed or executed on the server. Give one source: ${sourceWords(setting.access)}; a schema wants statements as well. Returns a summary; explain tells one recommendation in full.`,
    input: z.strictObject({
      ...sourceShape,
      statements: sqlText.optional().describe("SQL statements to advise on, separated by semicolons, instead of pg_stat_statements"),
      top: z.number().int().min(1).max(10_000).optional().describe("Statements with the most total time to look at"),
      maxIndexes: z.number().int().min(0).max(1000).optional().describe("New indexes at most"),
      timeBudgetSeconds: seconds(1800, 300),
    }),
    run: async ({ statements, top, maxIndexes, timeBudgetSeconds, ...given }, context) => {
      const report = await withSource(given, setting.access, (source) => {
        const flags = {
          ...(top === undefined ? {} : { top: String(top) }),
          ...(maxIndexes === undefined ? {} : { "max-indexes": String(maxIndexes) }),
          "time-budget": `${timeBudgetSeconds ?? 300}s`,
        };
        const run = async (more: InputFlags) => {
          if (source.kind === "schema" && more.statements === undefined)
            throw new AdvisorError("INPUT_INVALID", "A schema has no statements to advise on.", { hint: "Give statements as well." });
          const { runAudit } = await import("../wire.ts");
          return runAudit(inputOf(source, { ...flags, ...more }, setting), context);
        };
        return statements === undefined ? run({}) : withText(statements, "statements", (path) => run({ statements: path }));
      });
      return json({ report: keep(report), ...summaryOf(report) });
    },
  });
}

function summaryOf(report: Report) {
  return {
    origin: report.origin,
    partial: report.partial,
    summary: report.summary,
    recommendations: report.recommendations.map(({ id, title, basis, benefit, apply }) => ({
      id,
      title,
      basis,
      shareOfWorkload: benefit.shareOfWorkload,
      statements: benefit.families.length,
      apply,
    })),
    tuning: (report.tuning?.advice ?? []).map(({ id, rule, severity, title, message, proof }) => ({
      id,
      rule,
      severity,
      title,
      message,
      proof: proof.kind,
    })),
    rejected: report.rejected.length,
    skipped: report.skipped.length,
    gaps: report.gaps.map(({ what, why }) => ({ what, why })),
  };
}

function explainTool({ config }: McpSetting, reports: ReadonlyMap<string, Report>): Tool {
  return tool({
    name: "explain",
    title: "Explain one recommendation",
    description:
      "One recommendation or piece of tuning advice in full: words, SQL, plans before and after, cautions, undo. Of an audit of this session (report), or of one that the store of reports has (audit).",
    input: z.strictObject({
      id: z.string().min(4).max(40).describe("Of a recommendation or advice, or its beginning"),
      report: z.string().max(40).optional().describe("As audit named it: report-1"),
      audit: z.string().max(20).optional().describe("Of the store, instead: last, previous, or an id"),
      target: z.string().max(300).optional().describe("Of the store: the database, where it has several"),
    }),
    run: async ({ report: name, audit, target, id }) => {
      const report = await explained({ name, audit, target }, config.store, reports);
      const { findNamed } = await import("../saved-report/find-named.ts");
      const found = findNamed(report, id);
      if ("proof" in found) return json(found);
      const { renderExpanded } = await import("../render/terminal-expanded.ts");
      return renderExpanded(report, found, { color: false, width: 110 });
    },
  });
}

interface Explained {
  readonly name: string | undefined;
  readonly audit: string | undefined;
  readonly target: string | undefined;
}

async function explained({ name, audit, target }: Explained, store: string | null, reports: ReadonlyMap<string, Report>): Promise<Report> {
  if (name === undefined) {
    if (audit === undefined)
      throw new AdvisorError("INPUT_INVALID", "Say which report the id is of.", {
        hint: 'Give report, as audit named it, or audit: "last" for the newest of the store.',
      });
    const { chooseReport } = await import("../wire-report.ts");
    const report = await chooseReport({ audit, target, store });
    // Nothing here tells a value from a name any more.
    if (report.holdsValues === false) return report;
    throw new AdvisorError("INPUT_INVALID", "That audit may hold values of rows or statements, which this server does not give out.", {
      hint: "Audit again without --with-values, or read it with: plansmith explain",
    });
  }
  const report = reports.get(name);
  if (report && audit === undefined) return report;
  if (report)
    throw new AdvisorError("INPUT_INVALID", "Both report and audit are given: which of them?", { hint: "Leave out one of the two." });
  throw new AdvisorError("INPUT_INVALID", `There is no report "${name}" in this session.`, {
    hint: reports.size === 0 ? "Call audit first." : `There are: ${[...reports.keys()].join(", ")}.`,
  });
}

function rewriteTool(setting: McpSetting): Tool {
  return tool({
    name: "rewrite",
    title: "Rewrite a statement",
    description:
      "Rewrites of one statement by rules, each with its cost in the shadow planner and whether it is proved to give the same rows.",
    input: z.strictObject({ ...sourceShape, statement: statementText, timeBudgetSeconds: seconds(300, 8) }),
    run: ({ statement, timeBudgetSeconds, ...given }, context) =>
      withSource(given, setting.access, async (source) => {
        const { runRewrite } = await import("../wire-rewrite.ts");
        const { rewriteJson } = await import("./rewrite-text.ts");
        const limits = { judgeBudgetMs: (timeBudgetSeconds ?? 8) * 1000 };
        return json(rewriteJson(await runRewrite(inputOf(source, {}, setting), statement, limits, context)));
      }),
  });
}

function proveTool(setting: McpSetting): Tool {
  return tool({
    name: "prove",
    title: "Judge whether one statement may stand for another",
    description:
      "Runs both on many small databases of hostile rows in an embedded PostgreSQL: proved, tested (no difference found: evidence, not proof), different (with a counter-example), or unsupported.",
    input: z.strictObject({
      ...sourceShape,
      before: statementText,
      after: statementText,
      seed: z.number().int().min(0).optional(),
      timeBudgetSeconds: seconds(300, 8),
    }),
    run: ({ before, after, seed, timeBudgetSeconds, ...given }, context) =>
      withSource(given, setting.access, async (source) => {
        const { runProve } = await import("../wire.ts");
        const pair = { before, after, seed: seed ?? 1, budgetMs: (timeBudgetSeconds ?? 8) * 1000, rowsOnly: false };
        return json(await runProve(inputOf(source, {}, setting), pair, context));
      }),
  });
}

function reviewTool(setting: McpSetting): Tool {
  return tool({
    name: "review",
    title: "Review migrations",
    description:
      "Says what migrations do before they are merged: locks, rewrites, scans, errors. They run in an embedded PostgreSQL with the schema given and no rows, and nowhere else.",
    input: z.strictObject({
      files: z
        .array(z.strictObject({ path: z.string().min(1).max(500).describe("As in the repository: it tells the tool"), sql: sqlText }))
        .min(1)
        .max(100),
      schema: sqlText.optional().describe("Schema before the migrations, as DDL"),
      snapshot: sourceShape.snapshot,
      pgVersion: z.number().int().min(10).max(latestMajor).optional().describe("Major version of production"),
      runner: z.string().max(40).optional().describe("Tool that applies the migrations; else by path and text"),
    }),
    run: ({ files, schema, snapshot, ...rest }, context) =>
      schema === undefined && snapshot === undefined
        ? reviewFiles(files, {}, rest, { setting, context })
        : withSource({ schema, snapshot }, setting.access, (source) =>
            reviewFiles(
              files,
              source.kind === "schema" ? { schema: source.path } : source.kind === "snapshot" ? { snapshot: source.path } : {},
              rest,
              {
                setting,
                context,
              },
            ),
          ),
  });
}

interface Session {
  readonly setting: McpSetting;
  readonly context: ToolContext;
}

async function reviewFiles(
  files: readonly { readonly path: string; readonly sql: string }[],
  ground: { readonly schema?: string; readonly snapshot?: string },
  { pgVersion, runner }: { readonly pgVersion?: number | undefined; readonly runner?: string | undefined },
  { setting, context }: Session,
): Promise<string> {
  const { openParser } = await import("../syntax/parse-sql.ts");
  const { makeReview } = await import("./make-review.ts");
  const { runReview } = await import("../wire-review.ts");
  const { renderReview } = await import("../render/review.ts");
  const parser = await openParser();
  try {
    const given = files.map(({ path, sql }) => ({ path, content: Buffer.from(sql), isNew: true }));
    const flags = { ...ground, runner, "pg-version": pgVersion === undefined ? undefined : String(pgVersion) };
    // The configuration's commands and folders are those of the machine that this runs on: a client has no say in them.
    const config = { ...setting.config, review: { ...setting.config.review, commands: [], migrations: [] } };
    const make = { cwd: setting.access.root, paths: [], flags, config, parser, ...context, now: setting.now(), given };
    return renderReview(await runReview(await makeReview(make), context, parser), "markdown", { color: false, width: 100 });
  } finally {
    await parser.close();
  }
}

function searchTool(setting: McpSetting): Tool {
  return tool({
    name: "search",
    title: "Search proven cases and earlier reports",
    description: "Takes words, or one SQL statement, which is compared by its access path: what helped statements of the same kind.",
    input: z.strictObject({
      query: z.string().min(1).max(200_000),
      limit: z.number().int().min(1).max(50).optional(),
      schema: sqlText.optional().describe("DDL of the statement's tables"),
    }),
    run: async ({ query, limit, schema }, { signal }) => {
      const { runSearch } = await import("../wire-search.ts");
      const { embedding, store, cacheDirectory } = setting.config;
      const search = (schemaInput: AuditInput | null) =>
        runSearch({
          query,
          limit: limit ?? 5,
          schema: schemaInput,
          embedding,
          store,
          ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
          signal,
        });
      if (schema === undefined) return json(await search(null));
      return withText(schema, "schema", async (path) => json(await search(inputOf({ kind: "schema", path }, {}, setting))));
    },
  });
}
