import { describe, expect, test } from "vitest";
import type { PlanNode } from "../../src/domain/plan.ts";
import { planChange } from "../../src/explain/plan-change.ts";
import { plan, planNode } from "../support/plan-node.ts";

const orders = { schema: "public", name: "orders" };
const users = { schema: "public", name: "users" };
const seq = (relation = orders, rest: Partial<PlanNode> = {}) =>
  planNode("Seq Scan", { relation, filter: "(a = $1)", planRows: 12, ...rest });
const indexScan = (index: string, relation = orders, rest: Partial<PlanNode> = {}) => planNode("Index Scan", { relation, index, ...rest });
const changed = (before: PlanNode, after: PlanNode, options: Parameters<typeof planChange>[2] = {}) =>
  planChange(plan(before), plan(after), options);

describe("the plan change in one line", () => {
  test("says what a full scan read and kept, and the index that replaces it", () => {
    const line = changed(seq(), indexScan("orders_a_idx"), { rowsOf: () => 23_453 });
    expect(line).toBe("Seq Scan on orders (reads 23,453 rows, keeps 12) → Index Scan using orders_a_idx");
  });
  test("does not invent the rows read when nobody knows them", () => {
    expect(changed(seq(), indexScan("i"))).toBe("Seq Scan on orders (keeps 12 rows) → Index Scan using i");
  });
  test("shows the name to be created instead of the planner's own", () => {
    expect(changed(seq(), indexScan("<13>btree"), { indexName: () => "orders_a_idx" })).toContain("using orders_a_idx");
  });
  test("says that a sort is gone", () => {
    expect(changed(planNode("Sort", { children: [seq()] }), indexScan("i"))).toMatch(/; no Sort$/);
  });
  test("says which join takes the place of which", () => {
    const before = planNode("Hash Join", { children: [seq(), seq(users)] });
    const after = planNode("Nested Loop", { children: [seq(users), indexScan("i")] });
    expect(changed(before, after)).toBe("Seq Scan on orders (keeps 12 rows) → Index Scan using i; Nested Loop instead of Hash Join");
  });
  test("names the indexes below a bitmap heap scan", () => {
    const bitmap = planNode("Bitmap Heap Scan", {
      relation: orders,
      children: [
        planNode("BitmapAnd", {
          children: [planNode("Bitmap Index Scan", { index: "a_idx" }), planNode("Bitmap Index Scan", { index: "b_idx" })],
        }),
      ],
    });
    expect(changed(seq(), bitmap)).toContain("→ Bitmap Heap Scan using a_idx and b_idx");
  });
  test("counts partitions that change alike instead of listing them", () => {
    const parts = Array.from({ length: 12 }, (_, position) => ({ schema: "public", name: `orders_${position}` }));
    const before = planNode("Append", { children: parts.map((part) => seq(part)) });
    const after = planNode("Append", { children: parts.map((part) => indexScan(`${part.name}_idx`, part)) });
    expect(changed(before, after)).toBe("Seq Scan on orders_0 (keeps 12 rows) → Index Scan using orders_0_idx and 11 more alike");
  });
  test("tells one index from another under the same scan", () => {
    expect(changed(indexScan("old"), indexScan("new"))).toBe("Index Scan on orders using old → Index Scan using new");
  });
  test("tells a parallel scan that goes with its Gather", () => {
    const before = planNode("Gather", { children: [seq(orders, { parallelAware: true })] });
    expect(changed(before, indexScan("i"))).toBe("Parallel Seq Scan on orders (keeps 12 rows) → Index Scan using i; no Gather");
  });
  test("tells hashed from sorted grouping", () => {
    const before = planNode("Aggregate", { strategy: "Hashed", children: [indexScan("i")] });
    const after = planNode("Aggregate", { strategy: "Sorted", children: [indexScan("i")] });
    expect(changed(before, after)).toBe("GroupAggregate instead of HashAggregate");
  });
  test("does not take the table that an UPDATE writes for a scan", () => {
    const write = (child: PlanNode) => planNode("ModifyTable", { relation: orders, children: [child] });
    expect(changed(write(seq()), write(indexScan("i")))).toBe("Seq Scan on orders (keeps 12 rows) → Index Scan using i");
  });
  test("says so when only the cost differs", () => {
    expect(changed(seq(orders, { totalCost: 10 }), seq(orders, { totalCost: 9 }))).toBe("same plan shape, cheaper");
    expect(changed(seq(), seq())).toBe("same plan");
  });
});
