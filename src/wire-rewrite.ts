import { loadRewriteRules } from "../rules/index.ts";
import type { AuditInput } from "./config/audit-input.ts";
import type { StatementStats } from "./domain/snapshot.ts";
import { AdvisorError } from "./errors.ts";
import type { Rewrites } from "./rewrite/try-rewrites.ts";
import { cacheOf, type Hooks, sourceOf } from "./wire.ts";

export interface RewriteRun extends Rewrites {
  /** How costs were found, in words. */
  readonly planner: string;
  /** Id of the statement in `leftAlone`. */
  readonly family: string;
}

/** Tries every rewrite rule on one statement under the source's schema and statistics. Throws INPUT_INVALID for what cannot be parsed or planned. */
export async function runRewrite(
  reading: AuditInput,
  sql: string,
  limits: { readonly judgeBudgetMs: number },
  hooks: Hooks,
): Promise<RewriteRun> {
  const { openParser } = await import("./syntax/parse-sql.ts");
  const { openPlannerFor } = await import("./wire-planners.ts");
  const { group, parseViews, searchPathOf } = await import("./group/group.ts");
  const { bindParameters } = await import("./group/bind-parameters.ts");
  const { baseline } = await import("./prove/baseline.ts");
  const { openProver } = await import("./equivalence/prover.ts");
  const { tryRewrites, usualLimits } = await import("./rewrite/try-rewrites.ts");
  const parser = await openParser();
  try {
    const read = await (await sourceOf(reading, parser, [])).read(hooks);
    const snapshot = { ...read, statements: [statementOf(sql)] };
    const grouped = await group(snapshot, parser);
    const [skipped] = grouped.skipped;
    if (skipped)
      throw new AdvisorError("INPUT_INVALID", `The statement cannot be read: ${skipped.detail}.`, { hint: "Give one SELECT statement." });
    hooks.onProgress("shadow", 0, null);
    const planner = await openPlannerFor(reading, snapshot, hooks.signal);
    const prover = openProver(cacheOf(reading));
    try {
      const workload = await bindParameters(grouped, snapshot, (text) => planner.parameterTypes(text));
      const [family] = workload.families;
      const planned = family && (await baseline(family, planner));
      if (!family || !planned || "reason" in planned) {
        const why = planned && "reason" in planned ? planned.detail : "it reads no table";
        throw new AdvisorError("INPUT_INVALID", `The statement cannot be planned: ${why}.`, {
          hint: "Check that its tables are in the schema given.",
        });
      }
      const rewrites = await tryRewrites({
        families: [{ family, examples: planned.examples }],
        snapshot,
        names: { searchPath: searchPathOf(snapshot), viewTrees: await parseViews(snapshot.catalog, parser) },
        rules: await loadRewriteRules(),
        ruleOptions: reading.ruleOptions,
        parser,
        planner,
        base: { show: [], hide: [] },
        judge: (input) => prover.judge(input),
        limits: { ...usualLimits, ...limits },
        stop: () => {
          if (hooks.signal.aborted) throw new AdvisorError("ABORTED", "Stopped by the user.");
        },
        signal: hooks.signal,
        onProgress: hooks.onProgress,
      });
      return { ...rewrites, planner: planner.description, family: family.id };
    } finally {
      await prover.close();
      await planner.close();
    }
  } finally {
    await parser.close();
  }
}

function statementOf(sql: string): StatementStats {
  const unknown = {
    queryId: null,
    rows: null,
    sharedBlocksRead: null,
    sharedBlocksHit: null,
    tempBlocksWritten: null,
    countingSince: null,
  };
  return { ...unknown, sql: sql.trim().replace(/;\s*$/, ""), calls: 1, totalExecTimeMs: 0, place: null };
}
