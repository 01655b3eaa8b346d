import { describe, expect, test } from "vitest";
import { type Chosen, explain } from "../../src/explain/explain.ts";
import { candidate, definition, literalReport, proof, recommendation } from "../render/literal-report.ts";
import { plan, planNode } from "../support/plan-node.ts";
import { catalog, existingIndex, relation } from "./literal-catalog.ts";

const orders = relation("orders", ["id", "customer_id", "created_at"], {
  indexes: [existingIndex("orders_old_idx", ["id"], "CREATE INDEX orders_old_idx ON public.orders USING btree (id)")],
});
const snapshot = { catalog: catalog([orders]), server: literalReport.server!, collectedAt: "2026-11-21T10:00:00.000Z" };
const { planChange: _, ...effect } = recommendation.benefit.families[0]!;

const chosen: Chosen = {
  candidate: candidate("3f2a9c01b2d4"),
  proofs: [proof],
  basis: "estimated",
  benefit: { timeSavedMsPerDay: null, costSaved: 1e9, shareOfWorkload: 0.412, families: [effect] },
  indexBytes: 12_900_000,
  sizeUncertain: false,
  cautions: [],
};
const dropped: Chosen = {
  ...chosen,
  candidate: {
    ...candidate("0123456789ab"),
    change: { kind: "drop-index", index: { schema: "public", name: "orders_old_idx" }, relation: { schema: "public", name: "orders" } },
    reason: "no scan since the counters were reset",
  },
  proofs: [],
  benefit: { timeSavedMsPerDay: null, costSaved: 0, shareOfWorkload: 0, families: [] },
  indexBytes: -40_960_000,
};

describe("explain", () => {
  const [created, drop] = explain([chosen, dropped], snapshot);

  test("says what, why, the evidence with percent and absolute cost, and the price", () => {
    expect(created!.title).toBe("B-tree index on orders (customer_id, created_at DESC)");
    expect(created!.explanation.writtenBy).toBe("template");
    for (const words of [
      "equality on customer_id keeps 12 of 2,000,000 rows.",
      "rule index/btree-for-filter",
      "Estimated by the shadow planner",
      "41.2 % of the workload's cost",
      "from cost 12,345 to 8.46 a call (−99.9 %)",
      "12.3 MB",
      "CONCURRENTLY",
      "could not be read",
    ])
      expect(created!.explanation.text).toContain(words);
  });
  test("gives the plan change from the proof, with rows from the catalog", () => {
    expect(created!.benefit.families[0]!.planChange).toBe(
      "Seq Scan on orders (reads 2,000,000 rows, keeps 12) → Index Scan using orders_customer_id_created_at_idx; no Sort",
    );
  });
  test("shows each new index of a set under the name it will have, whatever the planner called it", () => {
    const other: Chosen = {
      ...chosen,
      candidate: candidate("aaaaaaaaaaaa", definition({ include: ["id"] })),
      benefit: { ...chosen.benefit, shareOfWorkload: 0.1 },
    };
    const scan = (index: string) => plan(planNode("Index Scan", { relation: { schema: "public", name: "orders" }, index }));
    const plans = { before: scan("orders_old_idx"), after: scan("plansmith_aaaaaaaaaaaa") };
    const [first] = explain([{ ...chosen, benefit: { ...chosen.benefit, families: [{ ...effect, plans }] } }, other], snapshot);
    expect(first!.benefit.families[0]!.planChange).toBe(
      "Index Scan on orders using orders_old_idx → Index Scan using orders_customer_id_created_at_idx1",
    );
    expect(Object.keys(first!.benefit.families[0]!)).not.toContain("plans");
  });
  test("says what a drop frees and that nothing gets dearer", () => {
    expect(drop!.title).toBe("Drop index orders_old_idx on orders");
    expect(drop!.explanation.text).toContain("no statement of the workload gets dearer without it");
    expect(drop!.explanation.text).toContain("It frees 39.1 MB");
    expect(drop!.undo).toEqual(["CREATE INDEX CONCURRENTLY orders_old_idx ON public.orders USING btree (id)"]);
  });
  test("ranks by what is saved and puts drops last, whatever the order given", () => {
    const more: Chosen = { ...chosen, candidate: candidate("cccccccccccc"), benefit: { ...chosen.benefit, shareOfWorkload: 0.5 } };
    expect(explain([dropped, chosen, more], snapshot).map((each) => each.id)).toEqual(["cccccccccccc", "3f2a9c01b2d4", "0123456789ab"]);
  });
  test("never says measured of an estimate", () => {
    expect(`${created!.explanation.text}${drop!.explanation.text}`).not.toMatch(/measured/i);
  });
  test("gives two new indexes with the same keys two names", () => {
    const partial: Chosen = { ...chosen, candidate: candidate("aaaaaaaaaaaa", definition({ predicate: "created_at IS NULL" })) };
    const less = { ...partial, benefit: { ...partial.benefit, shareOfWorkload: 0.1 } };
    const [one, other] = explain([less, chosen], snapshot);
    expect(one!.apply[0]).toContain(" orders_customer_id_created_at_idx ");
    expect(other!.apply[0]).toContain(" orders_customer_id_created_at_idx1 ");
    expect(other!.title).toMatch(/^Partial B-tree index/);
  });
  test("cautions about an extension that is missing, and more when the server does not offer it", () => {
    const trigram: Chosen = { ...chosen, candidate: candidate("bbbbbbbbbbbb", definition({ extension: "pg_trgm" })) };
    expect(explain([trigram], snapshot)[0]!.cautions[0]).toContain("not installed in this database");
    const without = { ...snapshot, catalog: catalog([orders], { availableExtensions: ["hstore"] }) };
    expect(explain([trigram], without)[0]!.cautions[0]).toContain("does not offer");
  });
});
