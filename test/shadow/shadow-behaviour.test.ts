import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { indexesUsed } from "../../src/parse/read-plan.ts";
import { index, key } from "../../src/rule/index.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { collect } from "./fidelity.ts";

const orders = { schema: "public", name: "orders" };
const nothing = { show: [], hide: [] };

let production: EmbeddedDatabase;
let snapshot: Snapshot;
let planner: Planner;
beforeAll(async () => {
  production = await bootEmbedded();
  await production.run(
    `create table orders (id int primary key, customer int not null, status text not null, placed timestamptz not null, total numeric);
     insert into orders select g, g % 500, (array['new', 'paid', 'sent'])[1 + g % 3], timestamptz '2024-01-01' + g * interval '1 minute', g % 97 from generate_series(1, 20000) g;
     create index orders_status_placed on orders (status, placed);
     create table other (id int, note text);
     create schema twin; create table twin.orders (id int)`,
  );
  await production.session.query("vacuum analyze");
  snapshot = await collect(production.session);
  planner = await openShadowPlanner(snapshot);
  await planner.prepare("customer", index(orders, "btree", [key("customer")]));
});
afterAll(async () => {
  await planner.close();
  await production.close();
});

async function cost(sql: string, whatIf: Parameters<Planner["plan"]>[1]): Promise<number> {
  const outcome = await planner.plan(sql, whatIf);
  if (outcome.kind === "failed") throw new Error(outcome.message);
  return outcome.plan.root.totalCost;
}

describe("prepare", () => {
  test("answers the same for the same id", async () => {
    const first = await planner.prepare("customer", index(orders, "btree", [key("customer")]));
    expect(await planner.prepare("customer", index(orders, "btree", [key("customer")]))).toBe(first);
  });

  test.each([
    ["an operator class that does not fit", index(orders, "gin", [key("customer")]), "42704"],
    ["a column that is not there", index(orders, "btree", [key("nowhere")]), "42703"],
    ["a relation that is not there", index({ schema: "public", name: "nowhere" }, "btree", [key("id")]), "42P01"],
    ["a function that is not immutable", index(orders, "btree", [{ ...key("id"), column: null, sql: "(now() - placed)" }]), "42P17"],
    ["an extension that is nowhere", index(orders, "btree", [key("id")], { extension: "timescaledb" }), "0A000"],
    ["a predicate with a subquery", index(orders, "btree", [key("id")], { predicate: "id in (select 1)" }), "0A000"],
  ])("refuses %s and leaves the shadow as it was", async (name, definition, sqlState) => {
    const sql = "select * from orders where customer = 7";
    const before = [await cost(sql, nothing), await cost(sql, { show: ["customer"], hide: [] })];
    const refused = await planner.prepare(`refused ${name}`, definition);
    expect(refused).toMatchObject({ kind: "refused", sqlState });
    expect([await cost(sql, nothing), await cost(sql, { show: ["customer"], hide: [] })]).toEqual(before);
    expect(await planner.prepare(`again ${name}`, index(orders, "btree", [key("placed")]))).toMatchObject({ kind: "prepared" });
    expect([await cost(sql, nothing), await cost(sql, { show: ["customer"], hide: [] })]).toEqual(before);
  });

  test("creates the extension that an operator class needs, without changing what production's statements see", async () => {
    const trigram = index(orders, "gin", [key("status", { operatorClass: "gin_trgm_ops" })], { extension: "pg_trgm" });
    expect(await planner.prepare("trigram", trigram)).toMatchObject({ kind: "prepared" });
    const outcome = await planner.plan("select * from orders where status ilike '%xyz%'", { show: ["trigram"], hide: [] });
    expect(outcome.kind === "planned" && [...indexesUsed(outcome.plan)]).toEqual(["plansmith_trigram"]);
    expect(await planner.plan("select similarity('a', 'b')", nothing)).toMatchObject({ kind: "failed", sqlState: "42883" });
  });

  test("says so when a size or a statistic is a guess", async () => {
    const empty = await planner.prepare("blank", index({ schema: "public", name: "other" }, "btree", [key("note")]));
    expect(empty).toMatchObject({ kind: "prepared", uncertain: expect.stringContaining("no statistics for note") });
    expect(await planner.prepare("known", index(orders, "btree", [key("total")]))).toMatchObject({ uncertain: null });
  });
});

describe("plan", () => {
  const sql = "select * from orders where customer = 7";

  test("shows exactly the indexes asked for, in any order of calls", async () => {
    const with_ = await cost(sql, { show: ["customer"], hide: [] });
    const without = await cost(sql, nothing);
    expect(with_).toBeLessThan(without);
    expect(await cost(sql, { show: ["customer"], hide: [] })).toBe(with_);
    expect(await cost(sql, nothing)).toBe(without);
  });

  test("hides existing indexes, also those of a primary key", async () => {
    const byKey = "select * from orders where id = 5";
    const shown = await cost(byKey, nothing);
    const hidden = await cost(byKey, { show: [], hide: [{ schema: "public", name: "orders_pkey" }] });
    expect(hidden).toBeGreaterThan(shown * 10);
    expect(await cost(byKey, nothing)).toBe(shown);
  });

  test("leaves parameters in place for a generic plan", async () => {
    const generic = await planner.plan("select * from orders where customer = $1", { show: ["customer"], hide: [] }, { generic: true });
    expect(generic.kind === "planned" && [...indexesUsed(generic.plan)]).toEqual(["plansmith_customer"]);
    expect(await planner.plan("select * from orders where customer = $1", nothing)).toMatchObject({ kind: "failed", sqlState: "42P02" });
  });

  test("tells the types of parameters where PostgreSQL can", async () => {
    expect(await planner.parameterTypes("select * from orders where customer = $1 and placed > $2")).toEqual([
      "integer",
      "timestamp with time zone",
    ]);
    expect(await planner.parameterTypes("select $1 + $2")).toBeNull();
    expect(await planner.parameterTypes("select 1; drop table orders")).toBeNull();
  });

  test("never runs anything: a second statement is refused, DML only planned", async () => {
    expect(await planner.plan("select 1; drop table orders", nothing)).toMatchObject({ kind: "failed", sqlState: "42601" });
    expect(await planner.plan("select ';'; -- end", nothing)).toMatchObject({ kind: "planned" });
    expect(await planner.plan("delete from orders where customer = 1;", { show: ["customer"], hide: [] })).toMatchObject({
      kind: "planned",
    });
    expect(await planner.plan("insert into orders values (1, 1, 'new', now(), 1) on conflict (id) do nothing", nothing)).toMatchObject({
      kind: "planned",
    });
    expect(await planner.plan("select count(*) from orders", nothing)).toMatchObject({ kind: "planned" });
  });

  test.each([
    ["selec 1", "42601"],
    ["select * from nowhere", "42P01"],
    ["select 1 / 0", "22012"],
    ["", "42601"],
    ["begin", "42601"],
  ])("a statement that cannot be planned fails with its SQLSTATE and harms nothing: %s", async (broken, sqlState) => {
    const before = await cost(sql, nothing);
    expect(await planner.plan(broken, { show: ["customer"], hide: [] })).toMatchObject({ kind: "failed", sqlState });
    expect(await cost(sql, nothing)).toBe(before);
  });

  test("tells tables of the same name apart", async () => {
    const outcome = await planner.plan("select * from twin.orders t join orders o using (id)", nothing);
    const schemas: string[] = [];
    const visit = (node: { relation: { schema: string } | null; children: readonly never[] }): void => {
      if (node.relation) schemas.push(node.relation.schema);
      for (const child of node.children) visit(child);
    };
    if (outcome.kind === "planned") visit(outcome.plan.root as never);
    expect(schemas.sort()).toEqual(["public", "twin"]);
  });

  test("throws for an index that was never prepared", async () => {
    await expect(planner.plan(sql, { show: ["stranger"], hide: [] })).rejects.toMatchObject({ code: "INTERNAL" });
  });
});

describe("production older than 18", () => {
  test("does without skip scans, and says that versions differ", async () => {
    const few = "select * from orders where placed = '2024-01-02 10:00'";
    const now = await planner.plan(few, nothing);
    expect(now.kind === "planned" && [...indexesUsed(now.plan)]).toEqual(["orders_status_placed"]);
    expect(planner.cautions(orders)).toEqual([]);

    const older = await openShadowPlanner({ ...snapshot, server: { ...snapshot.server, major: 15, versionNumber: 150_008 } });
    try {
      await older.prepare("skip", index(orders, "btree", [key("status"), key("placed")]));
      const then = await older.plan(few, { show: ["skip"], hide: [] });
      expect(then.kind === "planned" && [...indexesUsed(then.plan)]).toEqual([]);
      const first = await older.plan("select * from orders where status = 'new' and placed = '2024-01-02 10:00'", {
        show: ["skip"],
        hide: [],
      });
      expect(first.kind === "planned" && indexesUsed(first.plan).size).toBe(1);
      // Said once of the run, not of every relation.
      expect(older.gaps.filter(({ why }) => why.includes("production runs 15"))).toHaveLength(1);
      expect(older.cautions(orders)).toEqual([]);
    } finally {
      await older.close();
    }
  });
});

describe("cautions", () => {
  test("name what is missing from the statistics of a relation", async () => {
    const [table] = snapshot.catalog.relations.filter((relation) => relation.name === "orders");
    const unread = {
      ...table!,
      columns: table!.columns.map((column) => (column.name === "customer" ? { ...column, statistics: null } : column)),
    };
    const never = {
      ...table!,
      schema: "twin",
      rows: null,
      columns: table!.columns.map((column) => ({ ...column, statistics: null })),
      indexes: [],
    };
    const relations = [unread, { ...never, constraints: [] }];
    const partly = await openShadowPlanner({ ...snapshot, valuesRedacted: true, catalog: { ...snapshot.catalog, relations } });
    try {
      expect(partly.cautions(orders)).toEqual([expect.stringContaining("customer"), expect.stringContaining("values were left out")]);
      expect(partly.cautions({ schema: "twin", name: "orders" })).toEqual([
        expect.stringContaining("never analysed"),
        expect.stringContaining("no column statistics"),
        expect.stringContaining("values were left out"),
      ]);
      expect(partly.cautions({ schema: "public", name: "stranger" })).toEqual(["public.stranger is not in the snapshot"]);
    } finally {
      await partly.close();
    }
  });
});

test("stops when asked to", async () => {
  await expect(openShadowPlanner(snapshot, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
});
