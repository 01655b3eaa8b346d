import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planNodes } from "../../src/domain/plan.ts";
import type { Scan } from "../../src/domain/workload.ts";
import { readPlan } from "../../src/parse/read-plan.ts";
import { factsOf, loadGrammar } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Every column that a B-tree takes has an index of its own, named by its table and column. */
const indexed: Readonly<Record<string, readonly string[]>> = {
  orders: ["id", "user_id", "status", "created_at", "total"],
  users: ["id", "email", "country"],
  items: ["order_id", "product_id", "qty", "price"],
  products: ["id", "category_id"],
};

/** With no other way left, the planner enters an index by whatever condition it can. */
const schema = `
  create table orders (id bigint not null, user_id bigint not null, status text, created_at timestamptz, total numeric);
  create table users (id bigint not null, email varchar(200), name text, country text);
  create table items (order_id bigint, product_id bigint, qty int, price numeric);
  create table products (id bigint, category_id int);
  create view open_orders as select id, user_id, status from orders where status = 'open';
  create view user_totals (who, orders) as select user_id, count(*) from open_orders group by user_id;
  insert into orders select g, g % 100, 's' || g % 5, now(), g from generate_series(1, 2000) g;
  insert into users select g, 'e' || g, 'n', 'c' || g % 7 from generate_series(1, 100) g;
  insert into items select g % 2000, g, g % 10, g from generate_series(1, 4000) g;
  ${Object.entries(indexed)
    .flatMap(([table, columns]) => columns.map((column) => `create index "${table}.${column}" on ${table} (${column});`))
    .join("\n")}
  analyze;
  set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_material = off;
  set enable_memoize = off; set enable_hashagg = off;`;

const cases = [
  "select o.id from orders o join users u on u.id = o.user_id where u.id = 5",
  "select * from (select user_id, count(*) n from orders group by user_id) s where user_id = 5 and n > 2",
  "select orders from user_totals where who = 5",
  "select o.id from orders o, users u where (u.id = o.user_id and o.id = 5) or (u.id = o.user_id and o.id = 6)",
  "select id from orders where (user_id, id) < ($1, $2) and status = $3",
  "select u.id from users u left join orders o on o.user_id = u.id and o.status = 's1' where u.id = 5 and o.id is null",
  "select o.id from orders o left join users u on u.id = o.user_id left join items i on i.order_id = o.id and i.qty = 5 where u.country = 'c1' and (i.price is null or i.price > 3)",
  "select u.id, (select max(o.total) from orders o where o.user_id = u.id and o.status = 's1') from users u where u.id between 3 and 9",
  "select * from users u where u.id = (select o.user_id from orders o where o.id = 77)",
  "select u.id from users u where u.id in (select o.user_id from orders o where o.id = u.id and o.status = 's1')",
  "select u.id from users u join (select user_id, count(*) c from orders group by user_id) s on s.user_id = u.id where u.id = 4",
  "select u.id from users u join lateral (select count(*) c from orders o where o.user_id = u.id) s on true where s.c > 3",
  "select * from (select user_id, max(id) m from orders group by user_id union all select id, id from users) q where user_id = 6",
  "select distinct o.user_id from orders o where o.user_id > 90 order by 1",
  "with recent as (select * from orders where id > 1900), byuser as (select user_id, count(*) n from recent group by user_id) select u.email, b.n from byuser b join users u on u.id = b.user_id where b.n > 1 and u.id = 3",
  "select o.id from orders o where not (o.id not in (1,2,3)) and o.user_id is not distinct from 4",
  "select o.id from orders o, users u where o.user_id = u.id and u.email in ('e5', 'e6') and o.id < (select count(*) from items)",
  "select o.id from orders o join users u on (o.user_id, o.status) = (u.id, u.name) where u.id = 7",
  "select * from orders o where exists (select 1 from items i join users u on u.id = i.product_id where i.order_id = o.id and u.email = 'e5')",
  "select * from orders o where o.id = any(array(select order_id from items where qty = 3 and product_id = 9))",
  "select * from users u where not exists (select 1 from orders o where o.user_id = u.id and o.total > 5) and u.id = 5",
  "select u.id from users u left join (select o.id, o.user_id from orders o join items i on i.order_id = o.id) s on s.user_id = u.id where u.id = 5",
  "select u.id from users u left join (select o.user_id, count(*) from orders o group by 1) s on s.user_id = u.id where u.id = 5",
  "select a.id from orders a where a.id = 5 or a.id = 7 or a.user_id = 3 and a.status = 's1'",
  "select o.id from orders o join users u using (id) left join items i on i.order_id = id where id = 3",
  "select o.id from orders o natural join (select id, id as user_id from users) v where id = 3",
  "select o.id from orders o where case when true then o.id = 4 else false end",
  "select sum(total) filter (where user_id = 3) from orders where id in (select max(order_id) from items group by product_id)",
  "delete from items i where not exists (select 1 from orders o where o.id = i.order_id)",
  "update items set qty = 1 where (order_id, product_id) in (select id, user_id from orders where status = 's1' and id = 10)",
  "insert into items (order_id) select o.id from orders o left join items i on i.order_id = o.id where i.order_id is null and o.user_id = 4",
  "select t.id from orders t tablesample system (10) where t.id = 4",
  "select g, o.id from generate_series(1, 3) g join orders o on o.id = g",
  "select g, o.id from generate_series(1, 3) g cross join lateral (select * from orders o where o.user_id = g order by id desc limit 2) o",
  "(select id from orders where user_id = 3 limit 2) union all (select id from users where id = 3) order by 1",
  "select x.id from (select o.id, o.user_id from orders o where o.status = 's1' union all select o.id, o.user_id from orders o where o.total > 1990) x where x.user_id = 5 and x.id > 100",
  "select v.k, o.id from (values (1), (2)) v(k) left join orders o on o.id = v.k",
  "select o.id from orders o where (o.id = 3 and o.user_id = 3) or (o.id = 4 and o.status = 's4')",
  "select o.id, u.id from orders o full join users u on o.user_id = u.id where o.id = 4",
  "select o.id from orders o join items i on i.order_id = o.id join products p on p.id = i.product_id and p.category_id = o.user_id where o.id = 9",
  "with recursive t(id, d) as (select id, 0 from orders where id = 5 union select o.id, d + 1 from t join orders o on o.user_id = t.id where d < 3) select t.id from t join users u on u.id = t.id where u.country = 'c1'",
  "select o.id from orders o where o.user_id = (select id from users where email = 'e3') and o.id in (select order_id from items where product_id = (select min(id) from products))",
  "merge into users u using (select user_id, count(*) n from orders where status = 's1' group by user_id) s on s.user_id = u.id when matched then update set name = s.n::text when not matched then insert (id) values (s.user_id)",
];

describe("scans against PostgreSQL's own planner", () => {
  let database: PGlite;
  beforeAll(async () => {
    await loadGrammar();
    database = await PGlite.create();
    await database.exec(schema);
  });
  afterAll(() => database.close());

  /** Index (`table.column`) and condition of every index that the plan enters, and the tables it reads. */
  async function planned(sql: string) {
    const [result] = await database.exec(`explain (format json, generic_plan) ${sql}`);
    // EXPLAIN (FORMAT JSON) returns one row of one column.
    const row = result?.rows[0] as { "QUERY PLAN": unknown };
    const nodes = [...planNodes(readPlan(row["QUERY PLAN"]))];
    const entered = nodes.filter((node) => node.index !== null && node.indexCondition !== null);
    const tables = nodes.flatMap((node) => (node.relation && node.type.includes("Scan") ? [node.relation.name] : []));
    return { entered: entered.map((node) => [node.index!, node.indexCondition!] as const), tables: tables.sort() };
  }

  test.each(cases)("%s", async (sql) => {
    const { entered, tables } = await planned(sql);
    const { scans, unresolved } = factsOf(sql, shop, shopViews());
    expect(unresolved).toEqual([]);
    expect(scans.map((scan) => scan.relation.name).sort()).toEqual(tables);
    // min() and max() add an IS NOT NULL of their own.
    const asked = entered.filter(([, condition]) => !/^\(\w+(\.\w+)? IS NOT NULL\)$/.test(condition));
    for (const [index, condition] of asked)
      expect(
        scans.some((scan) => restricts(scan, index)),
        `${index} entered by ${condition}`,
      ).toBe(true);
  });
});

function restricts(scan: Scan, index: string): boolean {
  const [table, column] = index.split(".");
  const all = [...scan.predicates, ...scan.disjunctions.flat(2)];
  return scan.relation.name === table && all.some((predicate) => predicate.on.columns.includes(column!));
}
