import { expect, test } from "vitest";
import type { PlanNode } from "../../src/domain/plan.ts";
import { constantTests, scanConditions } from "../../src/rule/scan-condition.ts";

const read = (...conditions: string[]) => constantTests(conditions)?.map(({ column, values }) => [column, ...values]) ?? null;

test("tests of plain columns for equality are read as EXPLAIN writes them", () => {
  expect(read("(customer = 29)")).toEqual([["customer", "29"]]);
  expect(read("((o.status)::text = 'it''s'::text)")).toEqual([["status", "it's"]]);
  expect(read(`("Order" = '-5'::integer)`)).toEqual([["Order", "-5"]]);
  expect(read("((code)::text = ANY ('{a,\"b c\"}'::text[]))")).toEqual([["code", "a", "b c"]]);
  expect(read("(price = 10.50)")).toEqual([["price", "10.50"]]);
  expect(read("(at = '2024-01-01 00:00:00'::timestamp without time zone)")).toEqual([["at", "2024-01-01 00:00:00"]]);
});

test("conjuncts are split outside quotes, and one that a bitmap repeats counts once", () => {
  expect(read("((a = '(x AND y'::text) AND (b = 2))", "(b = 2)")).toEqual([
    ["a", "(x AND y"],
    ["b", "2"],
  ]);
});

test("what is no equality with a value the planner knew makes the whole condition unread", () => {
  for (const other of [
    "(a = $1)",
    "(a > 5)",
    "(lower(a) = 'x'::text)",
    "(o.a = u.b)",
    "((a = 1) OR (b = 2))",
    "(NOT a)",
    "(a = (SubPlan 1))",
    "((a = 1) AND (b > 2))",
    "(a = ANY ($1))",
    "((a + 1) = 5)",
    "",
  ])
    expect(read(other), other).toBeNull();
  expect(constantTests([])).toBeNull();
});

test("a scan's conditions are those of its bitmaps too; under a BitmapOr there are none that must hold", () => {
  // Only what scanConditions() reads.
  const node = (more: Partial<PlanNode>) => ({ indexCondition: null, filter: null, children: [], ...more }) as unknown as PlanNode;
  const bitmap = node({ type: "Bitmap Index Scan", indexCondition: "(a = 1)" });
  expect(scanConditions(node({ filter: "(b = 2)", children: [bitmap] }))).toEqual(["(b = 2)", "(a = 1)"]);
  expect(scanConditions(node({ filter: "(b = 2)", children: [node({ type: "BitmapOr", children: [bitmap, bitmap] })] }))).toBeNull();
});
