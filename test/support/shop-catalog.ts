import { relationKey } from "../../src/domain/postgres.ts";
import { literalCatalog, table } from "./literal-catalog.ts";
import { tree } from "./scan-text.ts";

/** A small shop, used by the tests of name resolution and scans. */
export const shop = literalCatalog(
  [
    table(
      "orders",
      `id bigint not null, user_id bigint not null, status text, created_at timestamptz, placed timestamp, total numeric, note text,
      code varchar(40), meta jsonb, tags text[], active boolean, during tstzrange, search tsvector, "Mixed" int, embedding vector`,
    ),
    table("users", "id bigint not null, email varchar(200), name text, country text, active boolean, created_at timestamptz"),
    table("items", "order_id bigint, product_id bigint, qty int, price numeric, line int"),
    table("products", "id bigint, name text, category_id int, attrs hstore, loc point"),
    table("logs", "id bigint, at timestamptz, level text", { kind: "partitioned-table" }),
    table("events", "id bigint, at timestamptz", { schema: "audit" }),
    table("open_orders", "id bigint, user_id bigint, status text", { kind: "view" }),
    table("user_totals", "who bigint, orders bigint", { kind: "view" }),
    table("mirror", "id bigint", { kind: "view" }),
  ],
  [
    { schema: "public", name: "slug", arguments: "text", definition: "", language: "sql", volatility: "immutable" },
    { schema: "public", name: "rank_of", arguments: "bigint", definition: "", language: "sql", volatility: "volatile" },
  ],
);

/** Definitions as pg_get_viewdef writes them; `mirror` reads itself, which PostgreSQL would refuse. */
export function shopViews(): ReadonlyMap<string, ReturnType<typeof tree>> {
  const definitions = {
    open_orders: "SELECT orders.id, orders.user_id, orders.status FROM orders WHERE orders.status = 'open'::text",
    user_totals: "SELECT open_orders.user_id, count(*) AS count FROM open_orders GROUP BY open_orders.user_id",
    mirror: "SELECT mirror.id FROM mirror",
  };
  return new Map(Object.entries(definitions).map(([name, sql]) => [relationKey({ schema: "public", name }), tree(sql)]));
}
