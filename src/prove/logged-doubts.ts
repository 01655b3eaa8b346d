import { type Plan, type PlanDoubt, planNodes } from "../domain/plan.ts";
import { relationKey } from "../domain/postgres.ts";
import type { QueryFamily } from "../domain/workload.ts";

/** Rows really read, this many times off what the planner expected, are worth a word (as CREATE STATISTICS is advised from). */
const worthSaying = 10;

/** What real plans of a server's log show of the planner's estimates for a statement: scans that gave many times more or fewer rows. */
export function loggedDoubts(family: QueryFamily): PlanDoubt[] {
  const worst = new Map<string, { readonly doubt: PlanDoubt; readonly factor: number }>();
  for (const plan of family.statements.flatMap((statement) => statement.runs ?? []).flatMap((run) => run.plan ?? []))
    for (const { relation, factor, isMore } of misestimates(plan)) {
      const key = relationKey(relation);
      if ((worst.get(key)?.factor ?? 0) >= factor) continue;
      const text = `the log's plans show ${Math.round(factor)} times ${isMore ? "more" : "fewer"} rows of ${relation.name} than the planner expects`;
      worst.set(key, { factor, doubt: { kind: "misestimate", relation, index: null, text } });
    }
  return [...worst.values()].map(({ doubt }) => doubt).toSorted((a, b) => (a.text < b.text ? -1 : 1));
}

function* misestimates(plan: Plan) {
  if (hasLimit(plan)) return;
  for (const node of planNodes(plan)) {
    const { relation, actual, planRows } = node;
    if (relation === null || actual === null || actual.loops === 0) continue;
    // EXPLAIN's rows are never under 1.
    const [real, expected] = [Math.max(1, actual.rowsPerLoop), Math.max(1, planRows)];
    const factor = Math.max(real / expected, expected / real);
    if (factor >= worthSaying) yield { relation, factor, isMore: real > expected };
  }
}

/** Below a LIMIT, or a join that stops at the first match, scans end early. */
function hasLimit(plan: Plan): boolean {
  return [...planNodes(plan)].some((node) => node.type === "Limit" || node.joinType === "Semi" || node.joinType === "Anti");
}
