import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Change, IndexDefinition } from "../../src/domain/candidate.ts";
import type { Catalog, Relation } from "../../src/domain/catalog.ts";
import { applySteps } from "../../src/explain/apply-steps.ts";
import { definition } from "../render/literal-report.ts";
import { plainKey } from "../support/plain-index.ts";
import { catalog, existingIndex, relation } from "./literal-catalog.ts";

let postgres: PGlite;
beforeAll(async () => {
  postgres = await PGlite.create();
});
afterAll(() => postgres.close());

function create(index: Partial<IndexDefinition> = {}): Change {
  return { kind: "create-index", index: definition(index) };
}

/** Each step in its own transaction, as a report says. */
async function runSteps(steps: readonly string[]): Promise<void> {
  for (const sql of steps) await postgres.query(sql);
}

async function indexes(): Promise<Record<string, boolean>> {
  const { rows } = await postgres.query<{ name: string; valid: boolean }>(
    `select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' order by 1`,
  );
  return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]));
}

async function fresh(schema: string): Promise<void> {
  await postgres.exec(`drop schema public cascade; create schema public; ${schema}`);
}

const part = (name: string, parent: string, rest: Partial<Relation> = {}) =>
  relation(name, ["id", "customer_id", "created_at"], {
    parents: [{ schema: "public", name: parent }],
    partitionBound: "FOR VALUES …",
    ...rest,
  });

const columns = "id int, customer_id int, created_at int";
const partitioned: Catalog = catalog([
  relation("orders", ["id", "customer_id", "created_at"], { kind: "partitioned-table", partitionKey: "RANGE (id)" }),
  part("orders_low", "orders"),
  part("orders_high", "orders", { kind: "partitioned-table", partitionKey: "LIST (customer_id)" }),
  part("orders_high_one", "orders_high"),
  part("orders_high_rest", "orders_high"),
]);
const partitionedSql = `
  create table orders (${columns}) partition by range (id);
  create table orders_low partition of orders for values from (0) to (100);
  create table orders_high partition of orders for values from (100) to (200) partition by list (customer_id);
  create table orders_high_one partition of orders_high for values in (1);
  create table orders_high_rest partition of orders_high default;`;

describe("creating an index", () => {
  test("on an expression ends with ANALYZE, without which the planner guesses its values", async () => {
    await fresh("create table users (email text)");
    const users = catalog([relation("users", ["email"])]);
    const { apply } = applySteps(create({ relation: { schema: "public", name: "users" }, keys: [plainKey("lower(email)")] }), users);
    expect(apply).toHaveLength(2);
    expect(apply[1]).toBe("ANALYZE public.users");
    await runSteps(apply);
  });

  test("builds without blocking writes and is taken back the same way", async () => {
    await fresh(`create table orders (${columns})`);
    const steps = applySteps(create(), catalog([relation("orders", ["id", "customer_id", "created_at"])]));
    expect(steps.apply).toEqual([
      "CREATE INDEX CONCURRENTLY orders_customer_id_created_at_idx ON public.orders (customer_id, created_at DESC)",
    ]);
    expect(steps.undo).toEqual(["DROP INDEX CONCURRENTLY public.orders_customer_id_created_at_idx"]);
    expect(steps.lock).toBe("ShareUpdateExclusiveLock");
    await runSteps(steps.apply);
    expect(await indexes()).toEqual({ orders_customer_id_created_at_idx: true });
    await runSteps(steps.undo);
    expect(await indexes()).toEqual({});
  });

  test("on a partitioned table of two levels ends valid at every level, and undo leaves nothing", async () => {
    await fresh(partitionedSql);
    const steps = applySteps(create(), partitioned);
    expect(steps.apply.filter((sql) => sql.includes("CONCURRENTLY"))).toHaveLength(3);
    expect(steps.apply.filter((sql) => sql.includes("ATTACH PARTITION"))).toHaveLength(4);
    expect(steps.lock).toBe("ShareLock");
    await runSteps(steps.apply);
    const made = await indexes();
    expect(Object.keys(made)).toHaveLength(5);
    expect(Object.values(made)).toEqual([true, true, true, true, true]);
    await runSteps(steps.undo);
    expect(await indexes()).toEqual({});
  });

  test("takes a partition's own equal index in, and undo makes that one again", async () => {
    await fresh(partitionedSql);
    const definition = "CREATE INDEX had_before ON public.orders_low USING btree (customer_id, created_at DESC)";
    await runSteps([definition]);
    const own = existingIndex("had_before", ["customer_id", "created_at"], definition);
    const withIndex = catalog(
      partitioned.relations.map((each) => (each.name === "orders_low" ? { ...each, indexes: [...each.indexes, own] } : each)),
    );
    const steps = applySteps(create(), withIndex);
    expect(steps.apply.filter((sql) => sql.includes("CONCURRENTLY"))).toHaveLength(2);
    expect(steps.apply.filter((sql) => sql.endsWith("ATTACH PARTITION public.had_before"))).toHaveLength(1);
    await runSteps(steps.apply);
    expect(Object.values(await indexes())).toEqual([true, true, true, true, true]);
    await runSteps(steps.undo);
    expect(await indexes()).toEqual({ had_before: true });
  });

  test("leaves an index alone that is attached, unique, or runs another way, and builds its own", async () => {
    const definition = "CREATE INDEX had_before ON public.orders_low USING btree (customer_id, created_at DESC)";
    const others = [
      existingIndex("had_before", ["customer_id", "created_at"], definition, { parent: { schema: "public", name: "other" } }),
      existingIndex("had_before", ["customer_id", "created_at"], definition.replace("INDEX", "UNIQUE INDEX"), { unique: true }),
      existingIndex("had_before", ["customer_id", "created_at"], definition.replace(" DESC", "")),
    ];
    for (const own of others) {
      const withIndex = catalog(partitioned.relations.map((each) => (each.name === "orders_low" ? { ...each, indexes: [own] } : each)));
      expect(applySteps(create(), withIndex).apply.filter((sql) => sql.includes("CONCURRENTLY"))).toHaveLength(3);
    }
  });

  test("over a foreign partition, which ON ONLY would leave invalid, attaches what was built CONCURRENTLY", async () => {
    const withForeign = catalog([...partitioned.relations, part("orders_far", "orders", { kind: "foreign-table" })]);
    const steps = applySteps(create(), withForeign);
    expect(steps.apply.at(-1)).toBe("CREATE INDEX orders_customer_id_created_at_idx ON public.orders (customer_id, created_at DESC)");
    expect(steps.apply.slice(0, -1).every((sql) => sql.startsWith("CREATE INDEX CONCURRENTLY"))).toBe(true);

    await fresh(partitionedSql);
    await runSteps(steps.apply.slice(0, -1));
    const before = await indexes();
    await runSteps(steps.apply.slice(-1));
    const after = await indexes();
    // Only the two parents' own were added: the leaves' were found and attached, none was built again.
    expect(Object.keys(after).length - Object.keys(before).length).toBe(2);
    expect(Object.values(after).every(Boolean)).toBe(true);
  });

  test("installs the extension its operator classes need, all of them and only when missing", () => {
    const trigram = create({
      accessMethod: "gin",
      keys: [plainKey("customer_id", { operatorClass: "gin_trgm_ops" })],
      extension: "btree_gin",
      otherExtensions: ["pg_trgm"],
    });
    const orders = relation("orders", ["customer_id"]);
    expect(applySteps(trigram, catalog([orders])).apply.slice(0, 2)).toEqual([
      "CREATE EXTENSION IF NOT EXISTS btree_gin",
      "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    ]);
    const installed = catalog([orders], {
      extensions: ["btree_gin", "pg_trgm"].map((name) => ({ name, version: "1", schema: "extensions" })),
    });
    expect(applySteps(trigram, installed).apply).toEqual([
      "CREATE INDEX CONCURRENTLY orders_customer_id_idx ON public.orders USING gin (customer_id extensions.gin_trgm_ops)",
    ]);
  });

  test("takes no name that a table, index, sequence or other advice has", () => {
    const orders = relation("orders", ["customer_id"], { indexes: [existingIndex("orders_customer_id_created_at_idx", ["id"], "")] });
    const taken = catalog([orders], { sequences: [{ schema: "public", name: "orders_customer_id_created_at_idx1" }] });
    const also = [{ schema: "public", name: "orders_customer_id_created_at_idx2" }];
    expect(applySteps(create(), taken, also).index?.name).toBe("orders_customer_id_created_at_idx3");
  });
});

describe("dropping an index", () => {
  const drop = (name: string, on = "orders"): Change => ({
    kind: "drop-index",
    index: { schema: "public", name },
    relation: { schema: "public", name: on },
  });

  test("is undone by the server's own definition, CONCURRENTLY", async () => {
    await fresh(`create table orders (${columns}); create unique index old on orders (customer_id) where id > 3`);
    const { rows } = await postgres.query<{ definition: string }>("select pg_get_indexdef('old'::regclass) as definition");
    const orders = relation("orders", ["id", "customer_id"], {
      indexes: [existingIndex("old", ["customer_id"], rows[0]!.definition, { unique: true })],
    });
    const steps = applySteps(drop("old"), catalog([orders]));
    expect(steps.apply).toEqual(["DROP INDEX CONCURRENTLY public.old"]);
    await runSteps(steps.apply);
    expect(await indexes()).toEqual({});
    await runSteps(steps.undo);
    expect(await indexes()).toEqual({ old: true });
    expect(steps.undo[0]).toContain("CREATE UNIQUE INDEX CONCURRENTLY old");
    const { rows: remade } = await postgres.query<{ definition: string }>("select pg_get_indexdef('old'::regclass) as definition");
    expect(remade).toEqual(rows);
  });

  test("of a partitioned table is undone at every level", async () => {
    await fresh(`${partitionedSql} create index old on orders (customer_id)`);
    const before = await indexes();
    const { rows } = await postgres.query<{ table: string; name: string; parent: string | null; definition: string; partitioned: boolean }>(
      `select i.indrelid::regclass::text as table, c.relname as name, h.inhparent::regclass::text as parent,
              pg_get_indexdef(c.oid) as definition, c.relkind = 'I' as partitioned
       from pg_index i join pg_class c on c.oid = i.indexrelid left join pg_inherits h on h.inhrelid = c.oid
       where c.relnamespace = 'public'::regnamespace`,
    );
    const relations = partitioned.relations.map((each) => ({
      ...each,
      indexes: rows
        .filter((row) => row.table === each.name)
        .map((row) =>
          existingIndex(row.name, ["customer_id"], row.definition, {
            parent: row.parent === null ? null : { schema: "public", name: row.parent },
            partitioned: row.partitioned,
          }),
        ),
    }));
    const steps = applySteps(drop("old"), catalog(relations));
    expect(steps.lock).toBe("AccessExclusiveLock");
    await runSteps(steps.apply);
    expect(await indexes()).toEqual({});
    await runSteps(steps.undo);
    expect(await indexes()).toEqual(before);
    expect(Object.values(before).every(Boolean)).toBe(true);
  });

  test("of an index nobody read cannot be undone, and says so by an empty undo", () => {
    expect(applySteps(drop("unknown"), catalog([relation("orders", ["id"])])).undo).toEqual([]);
  });
});
