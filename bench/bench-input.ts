import { type AuditInput, type PlannerName, plannerNames } from "../src/config/audit-input.ts";

/** What every benchmark starts from: the defaults of the command line, without a source. */
export const benchInput: Omit<AuditInput, "source"> = {
  top: 10_000,
  minCalls: 0,
  includeSchemas: [],
  excludeSchemas: [],
  maxIndexes: 10,
  maxGrowth: 0.1,
  maxBytes: null,
  withValues: false,
  redactValues: false,
  statementTimeoutMs: 30_000,
  timeBudgetMs: null,
  readEnds: true,
  ruleOptions: {},
};

/** The planner a benchmark's command line names; `auto` when it names none. */
export function plannerChoice(given: string | undefined): PlannerName {
  const chosen = plannerNames.find((each) => each === (given ?? "auto"));
  if (!chosen) throw new Error(`No planner "${given}": one of ${plannerNames.join(", ")}.`);
  return chosen;
}
