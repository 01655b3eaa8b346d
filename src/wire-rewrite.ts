import type { Node } from "@pgsql/types";
import { loadRewriteRules, loadRules } from "../rules/index.ts";
import type { RewritesFound } from "./audit/rewrite-trials.ts";
import type { AuditInput } from "./config/audit-input.ts";
import type { IndexDefinition } from "./domain/candidate.ts";
import type { Report } from "./domain/report.ts";
import { uncountedStatement } from "./domain/uncounted-statement.ts";
import type { EquivalenceInput, EquivalenceProver } from "./equivalence/prover.ts";
import { AdvisorError } from "./errors.ts";
import type { RuleFailure } from "./rewrite/propose-rewrites.ts";
import type { RewriteTrial } from "./rewrite/trial.ts";
import type { SqlParser } from "./syntax/parse-sql.ts";
import { advisorVersion, cacheOf, type Hooks, sourceOf } from "./wire.ts";

export interface RewriteRun {
  readonly trials: readonly RewriteTrial[];
  /** Why no rule may touch the statement; null when they may. */
  readonly leftAlone: string | null;
  /** Indexes that the same search chose for the statement, those of a recommended rewrite among them. */
  readonly indexes: readonly IndexDefinition[];
  /** A rule that threw is a bug: named, and the run goes on. */
  readonly failures: readonly RuleFailure[];
  /** How costs were found, in words. */
  readonly planner: string;
}

/**
 * An audit of one statement under the source's schema and statistics, told by its rewrites: rules, proofs, the search for indexes and
 * rewrites together, and what a change of code must save are the audit's own. Of a long statement, or one of many tables, only the indexes that its rewrites ask for are tried. Throws INPUT_INVALID for what cannot be parsed or planned,
 * ABORTED when it was stopped.
 */
export async function runRewrite(
  reading: AuditInput,
  sql: string,
  limits: { readonly judgeBudgetMs: number },
  hooks: Hooks,
): Promise<RewriteRun> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const { openPlannerFor } = await import("./wire-planners.ts");
  const { openProver } = await import("./equivalence/prover.ts");
  const { audit } = await import("./audit/audit.ts");
  const { isLong } = await import("./rewrite/propose-rewrites.ts");
  const { chosenIndexes, rewriteTrials } = await import("./audit/rewrite-trials.ts");
  const parser = await openParser();
  try {
    const root = await readStatement(sql, parser);
    const source = await sourceOf(reading, parser, []);
    let planner = "";
    let found: Omit<RewriteRun, "planner"> = { trials: [], leftAlone: null, indexes: [], failures: [] };
    const onRewrites = async (rewrites: RewritesFound) => {
      const [leftAlone = null] = rewrites.leftAlone.values();
      const { failures } = rewrites;
      found = { trials: await rewriteTrials(rewrites), leftAlone, indexes: chosenIndexes(rewrites), failures };
    };
    const report = await audit(
      {
        source: {
          read: async (options) => ({
            ...(await source.read(options)),
            statements: [uncountedStatement(sql.trim().replace(/;\s*$/, ""), null)],
          }),
        },
        parser,
        // A long statement is planned as seldom as can be: with the indexes that its rewrites want.
        rules: isLong(sql, root) ? new Map() : await loadRules(),
        async openPlanner(snapshot) {
          const opened = await openPlannerFor(reading, snapshot, hooks.signal);
          planner = opened.description;
          return opened;
        },
        rewrites: { rules: await loadRewriteRules(), openProver: () => withBudget(openProver(cacheOf(reading)), limits.judgeBudgetMs) },
      },
      { ...reading, ...hooks, advisorVersion: await advisorVersion(), onRewrites },
    );
    refuseUnplanned(report);
    return { ...found, planner };
  } finally {
    await parser.close();
  }
}

function withBudget(prover: EquivalenceProver, budgetMs: number): EquivalenceProver {
  return { ...prover, judge: (input: EquivalenceInput) => prover.judge({ ...input, budgetMs }) };
}

/** Before anything is read: a mistyped statement should not wait for a server. */
async function readStatement(sql: string, parser: SqlParser): Promise<Node> {
  const parsed = await parser.parse(sql);
  const count = parsed.kind === "parsed" ? parsed.statements.length : 0;
  if (parsed.kind === "parsed" && count === 1) return parsed.statements[0]!.node;
  const line = parsed.kind === "failed" && parsed.position ? ` at line ${parsed.position.line}, column ${parsed.position.column}` : "";
  const why = parsed.kind === "failed" ? `${parsed.message}${line}` : `${count} statements in one text`;
  throw new AdvisorError("INPUT_INVALID", `The statement cannot be read: ${why}.`, { hint: "Give one SELECT statement." });
}

/** Of a workload that is one statement, what was skipped is the statement. */
function refuseUnplanned({ skipped: [skipped], partial }: Report): void {
  if (skipped)
    throw new AdvisorError("INPUT_INVALID", `The statement cannot be planned: ${skipped.detail}.`, {
      hint: "Check that its tables are in the schema given, and that it runs there.",
    });
  if (partial) throw new AdvisorError("ABORTED", partial.reason);
}
