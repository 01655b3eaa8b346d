import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { indexKey } from "../../src/domain/index-key.ts";
import { embeddedDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await embeddedDatabase(["pg_trgm"]);
  await database.run(`create extension pg_trgm;
    create type state as enum ('open', 'paid');
    create table orders (id bigint, customer_id bigint, email varchar(80), name text, status text, state state, total numeric(10,2), payload jsonb,
      tags text[], active boolean, created_at timestamptz, "Mixed Case" int, placed date);`);
});
afterAll(() => database.close());

/** What the server says of an index that it was asked to make under some name. */
async function serverText(sql: string): Promise<string> {
  await database.run("drop index if exists other_name");
  await database.run(sql.replace("CREATE INDEX", "CREATE INDEX other_name"));
  const [row] = await database.session.query<{ definition: string }>("select pg_get_indexdef('other_name'::regclass) as definition");
  return row!.definition;
}

describe("an index's key", () => {
  test.each([
    "CREATE INDEX ON public.orders (customer_id, created_at DESC)",
    "CREATE INDEX ON public.orders (customer_id) INCLUDE (total)",
    "CREATE INDEX ON public.orders (created_at DESC NULLS LAST)",
    'CREATE INDEX ON public.orders ("Mixed Case", id)',
    "CREATE INDEX ON public.orders ((lower(email)))",
    "CREATE INDEX ON public.orders ((lower(email::text)))",
    "CREATE INDEX ON public.orders (name text_pattern_ops)",
    "CREATE INDEX ON public.orders ((payload ->> 'kind'))",
    "CREATE INDEX ON public.orders (((payload ->> 'n')::numeric) DESC)",
    "CREATE INDEX ON public.orders USING gin (payload jsonb_path_ops)",
    "CREATE INDEX ON public.orders USING gin (name gin_trgm_ops)",
    "CREATE INDEX ON public.orders USING brin (created_at) WITH (pages_per_range = 32)",
    "CREATE INDEX ON public.orders (customer_id) WHERE status = 'open'",
    "CREATE INDEX ON public.orders (customer_id) WHERE state = 'open'",
    "CREATE INDEX ON public.orders (customer_id) WHERE status IN ('open', 'it''s (odd)')",
    "CREATE INDEX ON public.orders (customer_id) WHERE (status <> 'open' AND total > 0)",
    "CREATE INDEX ON public.orders (customer_id) WHERE active AND placed IS NOT NULL",
    "CREATE INDEX ON public.orders (customer_id) WHERE name LIKE 'a  b%'",
    "CREATE INDEX ON public.orders ((COALESCE(name, '')))",
    'CREATE INDEX ON public.orders (name COLLATE "C")',
  ])("%s is known again in the server's own words", async (sql) => {
    expect(indexKey(await serverText(sql))).toBe(indexKey(sql));
  });

  test("indexes that serve other statements have other keys", () => {
    const apart = [
      "(a, b)",
      "(b, a)",
      "(a)",
      "(a DESC)",
      "(a) INCLUDE (b)",
      "(a) WHERE b = 'x'",
      "(a) WHERE b = 'y'",
      "(a) WHERE b = 'X'",
      "(a text_pattern_ops)",
      "((p ->> 'n')::int)",
      "((p ->> 'n')::numeric)",
      "((p ->> 'n'))",
      "USING gin (a)",
    ].map((rest) => indexKey(`CREATE INDEX ON t ${rest}`));
    expect(new Set(apart).size).toBe(apart.length);
  });

  test("name, table and storage do not count", () => {
    const plain = indexKey("CREATE INDEX ON public.orders (customer_id)");
    expect(indexKey("CREATE UNIQUE INDEX x ON shop.orders_7 USING btree (customer_id) WITH (fillfactor='70')")).toBe(plain);
  });
});
