import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Plan, planNodes } from "../../src/domain/plan.ts";
import { AdvisorError } from "../../src/errors.ts";
import { indexesUsed, planShape, readPlan } from "../../src/parse/read-plan.ts";

let db: PGlite;
beforeAll(async () => {
  db = await PGlite.create();
  await db.exec(`
    create schema shop;
    set search_path = shop, public;
    create table orders (id int primary key, customer int, state text, total numeric, placed date) with (autovacuum_enabled = off);
    insert into orders select n, n % 1000, case when n % 100 = 0 then 'open' else 'done' end, n, date '2026-01-01' + n % 300 from generate_series(1, 20000) n;
    create index orders_customer on orders (customer);
    create index orders_state on orders (state);
    create table customers (id int primary key, name text);
    insert into customers select n, 'c' || n from generate_series(0, 999) n;
    create table events (at date not null, kind int) partition by range (at);
    create table events_1 partition of events for values from ('2026-01-01') to ('2026-02-01');
    create table events_2 partition of events for values from ('2026-02-01') to ('2026-03-01');
    create index events_kind on events (kind);
    analyze;`);
});
afterAll(() => db.close());

async function explain(sql: string, options = "format json, verbose", settings: readonly string[] = []): Promise<Plan> {
  for (const setting of settings) await db.exec(`set ${setting}`);
  const { rows } = await db.query<{ "QUERY PLAN": unknown }>(`explain (${options}) ${sql}`);
  for (const setting of settings) await db.exec(`reset ${setting.split(" ")[0]}`);
  return readPlan(rows[0]!["QUERY PLAN"]);
}

const typesOf = (plan: Plan) => [...planNodes(plan)].map((node) => node.type);

describe("a plan of PostgreSQL", () => {
  test("has costs, rows, relation, index, condition, filter and direction", async () => {
    const { root, executionTimeMs } = await explain("select total from orders where customer = 5 and total > 3");
    expect(executionTimeMs).toBeNull();
    expect(root).toMatchObject({
      type: "Bitmap Heap Scan",
      relation: { schema: "shop", name: "orders" },
      index: null,
      filter: expect.stringContaining("total"),
    });
    expect(root.totalCost).toBeGreaterThan(root.startupCost);
    expect(root.planRows).toBeGreaterThan(0);
    expect(root.children).toMatchObject([
      { type: "Bitmap Index Scan", index: "orders_customer", indexCondition: "(orders.customer = 5)", children: [], actual: null },
    ]);
  });

  test("keeps a backward scan, a join type and a strategy", async () => {
    const backward = await explain("select id from orders order by id desc limit 3");
    expect([...planNodes(backward)].at(-1)).toMatchObject({ type: "Index Only Scan", index: "orders_pkey", scanDirection: "Backward" });
    const joined = await explain("select state, count(*) from orders o left join customers c on c.id = o.customer group by state, c.name");
    expect(typesOf(joined)).toEqual(expect.arrayContaining(["Aggregate", "Hash Join", "Hash", "Seq Scan"]));
    expect([...planNodes(joined)].find((node) => node.type === "Hash Join")).toMatchObject({ joinType: "Left" });
    expect([...planNodes(joined)].find((node) => node.type === "Aggregate")!.strategy).toMatch(/Hashed|Sorted/);
  });

  test("names the indexes under BitmapAnd and BitmapOr", async () => {
    const or = await explain("select * from orders where customer = 5 or state = 'open'");
    expect(typesOf(or)).toEqual(["Bitmap Heap Scan", "BitmapOr", "Bitmap Index Scan", "Bitmap Index Scan"]);
    expect([...indexesUsed(or)]).toEqual(["orders_customer", "orders_state"]);
  });

  test("names an index of each partition, and the partitions", async () => {
    const plan = await explain("select * from events where kind = 3", undefined, ["enable_seqscan to off"]);
    expect([...indexesUsed(plan)].sort()).toEqual(["events_1_kind_idx", "events_2_kind_idx"]);
    expect(planShape(plan)).toBe("Append(Index Scan events_1_kind_idx on shop.events_1, Index Scan events_2_kind_idx on shop.events_2)");
  });

  test("includes InitPlan, SubPlan and CTE below the node they belong to", async () => {
    const plan = await explain(
      `with recent as materialized (select * from orders where placed > '2026-09-01')
       select (select max(id) from customers), r.id from recent r where exists (select 1 from orders o where o.customer = r.customer and o.total > r.total or r.id = 1)`,
    );
    expect(typesOf(plan)).toEqual(expect.arrayContaining(["CTE Scan", "Seq Scan", "Result", "Limit", "Index Only Scan"]));
    expect(indexesUsed(plan)).toContain("customers_pkey");
  });

  test.each([
    ["insert into orders (id) values (1) on conflict (id) do nothing", "ModifyTable Insert"],
    ["update orders set state = 'x' where id = 7", "ModifyTable Update"],
    ["delete from orders where customer = 7", "ModifyTable Delete"],
    ["merge into orders o using customers c on o.id = c.id when matched then delete", "ModifyTable Merge"],
  ])("of %s starts with %s on the table", async (sql, start) => {
    expect(planShape(await explain(sql))).toMatch(new RegExp(`^${start} on shop.orders\\(`));
  });

  test("of a parallel query marks the parallel nodes", async () => {
    const plan = await explain("select count(*) from orders", undefined, [
      "max_parallel_workers_per_gather to 2",
      "parallel_setup_cost to 0",
      "parallel_tuple_cost to 0",
      "min_parallel_table_scan_size to 0",
      "min_parallel_index_scan_size to 0",
    ]);
    expect(planShape(plan)).toMatch(/Gather.*Parallel (?:Seq|Index Only) Scan/);
    expect([...planNodes(plan)].some((node) => node.parallelAware)).toBe(true);
  });

  test("that was run has measured rows, loops and time; a node never reached has zero loops", async () => {
    const plan = await explain(
      "select * from customers c join orders o on o.customer = c.id where c.id = -1",
      "analyze, format json, verbose",
    );
    expect(plan.executionTimeMs).toBeGreaterThan(0);
    const actual = [...planNodes(plan)].map((node) => node.actual);
    expect(actual.every((each) => each !== null)).toBe(true);
    expect(actual.some((each) => each!.loops === 0)).toBe(true);
    expect((await explain("select 1", "analyze, timing off, format json")).root.actual).toEqual({
      rowsPerLoop: 1,
      loops: 1,
      timeMsPerLoop: 0,
    });
  });

  test("without VERBOSE takes schemas from whom it is told to ask", async () => {
    const { rows } = await db.query<{ "QUERY PLAN": unknown }>("explain (format json) select * from orders");
    const value = rows[0]!["QUERY PLAN"];
    expect(readPlan(value).root.relation).toEqual({ schema: "", name: "orders" });
    expect(readPlan(value, (name) => (name === "orders" ? "shop" : null)).root.relation).toEqual({ schema: "shop", name: "orders" });
    expect(planShape(readPlan(value))).toBe("Seq Scan on orders");
  });
});

describe("the shape of a plan", () => {
  test("is the same for other constants and costs, another for another index", async () => {
    const [one, two, other] = await Promise.all([
      explain("select * from orders where customer = 1"),
      explain("select * from orders where customer = 2"),
      explain("select * from orders where id = 2"),
    ]);
    expect(planShape(one!)).toBe("Bitmap Heap Scan on shop.orders(Bitmap Index Scan orders_customer)");
    expect(planShape(two!)).toBe(planShape(one!));
    expect(planShape(other!)).toBe("Index Scan orders_pkey on shop.orders");
  });
});

describe("what is no plan", () => {
  test("the text and the parsed value read the same", () => {
    const value = [{ Plan: { "Node Type": "Result", "Startup Cost": 0, "Total Cost": 0.01, "Plan Rows": 1, "Plan Width": 4 } }];
    expect(readPlan(JSON.stringify(value))).toEqual(readPlan(value));
    expect(readPlan(value).root).toMatchObject({
      relation: null,
      index: null,
      strategy: null,
      scanDirection: null,
      parallelAware: false,
      actual: null,
    });
  });

  test.each([
    ["text", "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)"],
    ["null", null],
    ["nothing", undefined],
    ["an empty list", []],
    ["a list of something else", [{ Query: 1 }]],
    ["a node without costs", [{ Plan: { "Node Type": "Result" } }]],
    ["a child that is no node", [{ Plan: { "Node Type": "Limit", "Startup Cost": 0, "Total Cost": 1, "Plan Rows": 1, Plans: ["x"] } }]],
    ["children that are no list", [{ Plan: { "Node Type": "Limit", "Startup Cost": 0, "Total Cost": 1, "Plan Rows": 1, Plans: {} } }]],
  ])("%s is refused with a code", (_, value) => {
    expect(() => readPlan(value)).toThrow(AdvisorError);
    expect(() => readPlan(value)).toThrow(expect.objectContaining({ code: "INTERNAL" }));
  });
});
