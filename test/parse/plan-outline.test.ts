import { describe, expect, test } from "vitest";
import { relationKey } from "../../src/domain/postgres.ts";
import { planShape } from "../../src/parse/plan-outline.ts";
import { plan, planNode } from "../support/plan-node.ts";

const own = relationKey;
const orders = { schema: "public", name: "orders" };
const root = { schema: "public", name: "events" };
const partition = (month: string) => ({ schema: "parts", name: `events_2026_${month}` });
const rootOf = (relation: { schema: string; name: string }) => relationKey(relation.schema === "parts" ? root : relation);
const part = (month: string) => planNode("Index Scan", { relation: partition(month), index: `events_2026_${month}_at_idx` });

describe("a plan's shape", () => {
  test("figures and conditions do not count", () => {
    const scan = (totalCost: number, filter: string) =>
      plan(planNode("Seq Scan", { relation: orders, totalCost, filter, planRows: totalCost }));
    expect(planShape(scan(1, "(a = 1)"), own)).toEqual(planShape(scan(99, "(a = 2)"), own));
  });

  test("another index, join or order of relations is another shape", () => {
    const shapes = [
      planNode("Index Scan", { relation: orders, index: "a_idx" }),
      planNode("Index Scan", { relation: orders, index: "b_idx" }),
      planNode("Index Scan", { relation: orders, index: "a_idx", scanDirection: "Backward" }),
      planNode("Seq Scan", { relation: orders }),
      planNode("Seq Scan", { relation: { schema: "tenant", name: "orders" } }),
      planNode("Seq Scan", { relation: orders, parallelAware: true }),
      planNode("Hash Join", {
        joinType: "Inner",
        children: [planNode("Seq Scan", { relation: orders }), planNode("Seq Scan", { relation: root })],
      }),
      planNode("Hash Join", {
        joinType: "Left",
        children: [planNode("Seq Scan", { relation: orders }), planNode("Seq Scan", { relation: root })],
      }),
      planNode("Hash Join", {
        joinType: "Inner",
        children: [planNode("Seq Scan", { relation: root }), planNode("Seq Scan", { relation: orders })],
      }),
    ].map((node) => planShape(plan(node), own).id);
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  test("the next month's partition, alone or with others, is the same shape", () => {
    const october = planShape(plan(part("10")), rootOf);
    expect(october.outline).toBe("Index Scan events events_#_at_idx");
    expect(planShape(plan(part("11")), rootOf)).toEqual(october);
    expect(planShape(plan(planNode("Append", { children: [part("10"), part("11")] })), rootOf)).toEqual(october);
  });

  test("a long outline is cut and its id is not", () => {
    const long = (last: string) =>
      plan(
        planNode("Append", {
          children: [
            ...Array.from({ length: 50 }, (_, at) => planNode("Seq Scan", { relation: { schema: "public", name: `t${at}` } })),
            planNode(last),
          ],
        }),
      );
    expect(planShape(long("Result"), own).outline).toHaveLength(300);
    expect(planShape(long("Result"), own).id).not.toBe(planShape(long("Sort"), own).id);
  });
});
