import { loadTuningRules } from "../../rules/index.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { Snapshot, StatementStats } from "../../src/domain/snapshot.ts";
import { noHardware, type Tuning } from "../../src/domain/tuning.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import { bindParameters } from "../../src/group/bind-parameters.ts";
import { group } from "../../src/group/group.ts";
import type { SqlParser } from "../../src/syntax/parse-sql.ts";
import { tuningContext } from "../../src/tune/context.ts";
import { withShapes } from "../../src/tune/families.ts";
import type { PlannedFamily } from "../../src/tune/replan.ts";
import { runRules } from "../../src/tune/run-rules.ts";
import { type TuneInput, tune } from "../../src/tune/tune.ts";

/** A statement of pg_stat_statements with its calls. */
export function called(sql: string, calls = 100): StatementStats {
  return { ...uncountedStatement(sql, null), calls, totalExecTimeMs: calls * 500, rows: calls, tempBlocksWritten: 0 };
}

export interface Asked {
  readonly parser: SqlParser;
  readonly planner: Planner;
  readonly snapshot: Snapshot;
  /** `tuning/<name>`. */
  readonly rule: string;
}

/** What one tuning rule says of the snapshot's statements, proved by the planner. */
export async function adviceOn({ parser, planner, snapshot, rule }: Asked, more: Partial<TuneInput> = {}): Promise<Tuning> {
  const { families } = await bindParameters(await group(snapshot, parser), snapshot, (sql) => planner.parameterTypes(sql));
  const { tuning } = await tune({
    snapshot,
    families,
    planned: families.map((family) => ({ family, typical: family.examples[0]! })),
    rules: new Map([[rule, (await loadTuningRules()).get(rule)!]]),
    options: {},
    hardware: noHardware,
    parser,
    searchPath: ["public"],
    planner,
    indexes: { show: [], hide: [] },
    chosen: [],
    stop: () => {},
    onProgress: () => {},
    ...more,
  });
  return tuning;
}

/** What one tuning rule proposes first for the snapshot's statements, if anything, and each statement as it is written in it. */
export async function firstProposal({ parser, snapshot, rule }: Omit<Asked, "planner">, options: TuneInput["options"] = {}) {
  const { families } = await group(snapshot, parser);
  const context = tuningContext(snapshot, await withShapes(families, parser), noHardware);
  const { proposals } = runRules(snapshot, context, new Map([[rule, (await loadTuningRules()).get(rule)!]]), options);
  const asWritten: PlannedFamily[] = families.map((family) => ({ family, typical: { kind: "text", sql: family.sql, values: {} } }));
  return { proposal: proposals[0]?.proposal ?? null, asWritten };
}
