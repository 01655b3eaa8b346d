import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner, WhatIf } from "../../src/contract/planner.ts";
import type { Catalog, Column, Relation } from "../../src/domain/catalog.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { indexesUsed, planShape } from "../../src/parse/read-plan.ts";
import { index } from "./store.ts";

/** What a planner can do; what it cannot it must refuse, never pretend. */
export interface Abilities {
  readonly prepares: boolean;
  readonly everyAccessMethod: boolean;
}

/** One more column for a relation. */
function extra({ columns }: Relation): Column {
  const [first] = columns;
  return {
    ...first!,
    name: "extra",
    position: 1 + Math.max(...columns.map((each) => each.position)),
    notNull: false,
    default: null,
    identity: null,
  };
}

const today: WhatIf = { show: [], hide: [] };
const byCustomer = "select * from orders where customer_id = 77";
const placedAt = { schema: "public", name: "orders_placed_at" };
const recent = "select * from orders where placed_at > '2025-01-28 12:00+00'";

/**
 * The promises of `contract/planner.ts`, for every implementation, over the database of store.ts. `footprint` counts the relations of
 * production: it must not change. `catalog`: of production, for a planner that can try another.
 */
export function plannerConformance(
  name: string,
  abilities: Abilities,
  open: () => Promise<{ readonly planner: Planner; readonly footprint: () => Promise<number>; readonly catalog?: Catalog }>,
): void {
  describe(name, () => {
    let planner: Planner;
    let footprint: () => Promise<number>;
    let catalog: Catalog | undefined;
    let before: number;
    beforeAll(async () => {
      ({ planner, footprint, catalog } = await open());
      before = await footprint();
    });
    afterAll(() => planner?.close());

    const planned = async (sql: string, whatIf: WhatIf = today, generic = false): Promise<Plan> => {
      const outcome = await planner.plan(sql, whatIf, { generic });
      if (outcome.kind === "failed") throw new Error(`${outcome.sqlState} ${outcome.message}: ${sql}`);
      return outcome.plan;
    };

    test("says what it is", () => {
      expect(planner.description).toMatch(/\d+\.\d+/);
      expect(planner.description.toLowerCase()).toContain(planner.backend);
    });

    test("the same question has the same answer", async () => {
      expect(await planned(byCustomer)).toEqual(await planned(byCustomer));
    });

    test("plans with the indexes that exist", async () => {
      expect(planShape(await planned(recent))).toContain("orders_placed_at on public.orders");
      expect(planShape(await planned("select * from orders where id = 9"))).toContain("Index Scan orders_pkey on public.orders");
    });

    test("plans $n in general, and knows their types", async () => {
      const sql = "select * from orders where id = $1 and total > $2";
      expect(indexesUsed(await planned(sql, today, true))).toContain("orders_pkey");
      expect(await planner.parameterTypes(sql)).toEqual(["bigint", "numeric"]);
      expect(await planner.parameterTypes("select * from nowhere where id = $1")).toBeNull();
      // The refused question leaves no trace on the next.
      expect(indexesUsed(await planned(sql, today, true))).toContain("orders_pkey");
    });

    test("a statement that cannot be planned is an answer with its SQLSTATE", async () => {
      expect(await planner.plan("select nothing from orders", today)).toMatchObject({ kind: "failed", sqlState: "42703" });
      expect(await planner.plan("select $1 from nowhere", today, { generic: true })).toMatchObject({ kind: "failed", sqlState: "42P01" });
    });

    test("never runs a statement, nor a second one behind it", async () => {
      await planned("delete from orders where id = 12");
      expect(await planner.plan("select 1; delete from orders", today)).toMatchObject({ kind: "failed", sqlState: "42601" });
      expect((await planned("select * from orders where id = 12")).root.planRows).toBe(1);
    });

    test("refuses an index that cannot be", async () => {
      const refused = await planner.prepare("c0ffee000001", index("orders", "nothing"));
      // HypoPG raises it as an internal error.
      expect(refused).toMatchObject({
        kind: "refused",
        sqlState: expect.stringMatching(abilities.prepares ? /^(42703|XX000)$/ : /^0A000$/),
      });
    });

    test.runIf(abilities.prepares)("an index that is not there is used when shown, and only then", async () => {
      const prepared = await planner.prepare("c0ffee000002", index("orders", "customer_id"));
      if (prepared.kind === "refused") throw new Error(prepared.message);
      expect(prepared.bytes).toBeGreaterThan(100_000);
      expect(await planner.prepare("c0ffee000002", index("orders", "customer_id"))).toEqual(prepared);
      const without = await planned(byCustomer);
      const shown = await planned(byCustomer, { show: ["c0ffee000002"], hide: [] });
      expect(indexesUsed(without)).not.toContain(prepared.name);
      expect(indexesUsed(shown)).toContain(prepared.name);
      expect(shown.root.totalCost).toBeLessThan(without.root.totalCost / 5);
      expect(await planned(byCustomer)).toEqual(without);
      expect(await planned(byCustomer, { show: ["c0ffee000002"], hide: [] })).toEqual(shown);
    });

    test.runIf(abilities.prepares)("several are shown together, also on a partitioned table", async () => {
      const first = await planner.prepare("c0ffee000003", index("readings", "sensor"));
      const second = await planner.prepare("c0ffee000002", index("orders", "customer_id"));
      expect([first.kind, second.kind]).toEqual(["prepared", "prepared"]);
      const sql = "select * from readings r join orders o on o.customer_id = r.sensor where r.sensor = 17 and o.customer_id = 17";
      const used = indexesUsed(await planned(sql, { show: ["c0ffee000002", "c0ffee000003"], hide: [] }));
      expect([...used].sort()).toEqual(["plansmith_c0ffee000002", "plansmith_c0ffee000003"]);
    });

    test.runIf(abilities.prepares)("other access methods are proved or refused, never guessed", async () => {
      const answer = await planner.prepare("c0ffee000004", index("orders", "tags", { accessMethod: "gin" }));
      expect(answer.kind).toBe(abilities.everyAccessMethod ? "prepared" : "refused");
      if (answer.kind !== "prepared") return;
      const shown = await planned("select * from orders where tags @> '{t17}'", { show: ["c0ffee000004"], hide: [] });
      expect(indexesUsed(shown)).toContain(answer.name);
    });

    test("an existing index is hidden and comes back, or hiding is refused", async () => {
      const outcome = await planner.plan(recent, { show: [], hide: [placedAt] });
      if (planner.hidesIndexes === false) expect(outcome).toMatchObject({ kind: "failed", sqlState: "0A000" });
      else expect(outcome.kind === "planned" && indexesUsed(outcome.plan)).not.toContain("orders_placed_at");
      expect(indexesUsed(await planned(recent))).toContain("orders_placed_at");
    });

    test("an index nobody prepared is not shown", async () => {
      const asked = planner.plan(byCustomer, { show: ["c0ffee00000f"], hide: [] });
      if (abilities.prepares) await expect(asked).rejects.toMatchObject({ code: "INTERNAL" });
      else expect(await asked).toMatchObject({ kind: "failed", sqlState: "0A000" });
    });

    test("tries another schema beside its own, or says that it cannot", async () => {
      const { underSchema } = planner;
      expect(underSchema !== undefined).toBe(catalog !== undefined);
      if (!underSchema || !catalog) return;
      const more = catalog.relations.map((each) => (each.name === "orders" ? { ...each, columns: [...each.columns, extra(each)] } : each));
      const sql = "select extra from orders where extra = 5 and customer_id = 17";
      const inside = await underSchema({ ...catalog, relations: more }, async (other) => {
        const first = await other.plan(sql, today);
        const prepared = await other.prepare("c0ffee000002", index("orders", "customer_id"));
        return [first.kind, prepared.kind, (await other.plan(byCustomer, { show: ["c0ffee000002"], hide: [] })).kind];
      });
      expect(inside).toEqual({ kind: "tried", result: ["planned", "prepared", "planned"] });
      expect(await planner.plan(sql, today)).toMatchObject({ kind: "failed", sqlState: "42703" });
      await expect(underSchema(catalog, () => Promise.reject(new Error("in between")))).rejects.toThrow("in between");
      expect((await planned(byCustomer)).root.totalCost).toBeGreaterThan(0);
    });

    test("leaves nothing on production", async () => {
      expect(await footprint()).toBe(before);
    });
  });
}
