import { expect, test } from "vitest";
import type { PlanNode } from "../../src/domain/plan.ts";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { loggedDoubts } from "../../src/prove/logged-doubts.ts";
import { plan, planNode } from "../support/plan-node.ts";

const orders = { schema: "", name: "orders" };
const node = (more: Partial<PlanNode>): PlanNode =>
  planNode("Seq Scan", { relation: orders, actual: { rowsPerLoop: 500, loops: 1, timeMsPerLoop: 1 }, ...more });
function family(...roots: readonly PlanNode[]): QueryFamily {
  const runs = roots.map((root) => ({ sql: "select 1", parameters: {}, durationMs: 1, plan: plan(root) }));
  // Only its statements' runs are read.
  return { statements: [{ sql: "select 1", runs }] } as unknown as QueryFamily;
}

test("a scan that read many times other rows than expected is said, with the worst of several plans", () => {
  expect(loggedDoubts(family(node({}), node({ planRows: 25 }))).map((doubt) => doubt.text)).toEqual([
    "the log's plans show 500 times more rows of orders than the planner expects",
  ]);
  expect(loggedDoubts(family(node({ planRows: 9000, actual: { rowsPerLoop: 3, loops: 1, timeMsPerLoop: 1 } })))[0]!.text).toContain(
    "3000 times fewer",
  );
});

test("what ended early, never ran, was not analysed or is about right says nothing", () => {
  expect(loggedDoubts(family(node({ type: "Limit", relation: null, children: [node({})] })))).toEqual([]);
  expect(loggedDoubts(family(node({ actual: { rowsPerLoop: 0, loops: 0, timeMsPerLoop: 0 }, planRows: 900 })))).toEqual([]);
  expect(loggedDoubts(family(node({ actual: null })))).toEqual([]);
  expect(loggedDoubts(family(node({ planRows: 100 })))).toEqual([]);
});
