import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("statements that change rows", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "an update finds its rows and needs them whole",
      "update orders set status = 'x', total = total + 1 where user_id = $1 and created_at < now()",
      ["orders [update]: user_id = $1; created_at < <now()>; reads *"],
    ],
    [
      "update from joins",
      "update orders o set total = i.price from items i where i.order_id = o.id and i.qty > 5 returning o.id, i.line",
      ["orders o [update]: id = i.order_id; reads *", "items i: order_id = o.id; qty > 5; reads order_id, qty, price, line"],
    ],
    [
      "update reads subqueries in SET",
      "update orders set (status, note) = (select country, name from users u where u.id = orders.user_id) where id = 4",
      ["orders [update]: id = 4; reads *", "users u: id = orders.user_id; reads id, name, country"],
    ],
    ["a delete finds its rows", "delete from orders where created_at < $1", ["orders [delete]: created_at < $1; reads *"]],
    [
      "delete using joins",
      "delete from orders using users u where u.id = user_id and u.country = 'x'",
      ["orders [delete]: user_id = u.id; reads *", "users u: id = orders.user_id; country = 'x'; reads id, country"],
    ],
    [
      "a delete by subquery",
      "delete from items where order_id in (select id from orders where status = 'gone')",
      ["items [delete]: order_id = orders.id; reads *", "orders: id = items.order_id; status = 'gone'; reads id, status"],
    ],
    ["insert values reads nothing", "insert into orders (id, status) values ($1, $2), ($3, $4) returning *", []],
    [
      "insert select reads its source",
      "insert into items (order_id) select id from orders where status = 'x'",
      ["orders: status = 'x'; reads id, status"],
    ],
    [
      "on conflict looks up the arbiter columns",
      "insert into users (id, email) values ($1, 'x') on conflict (id) do update set email = excluded.email where users.active",
      ["users [insert-conflict]: id = $1; reads *"],
    ],
    [
      "on conflict do nothing reads the key alone",
      "insert into users (id, email) values ($1, 'x') on conflict (email) do nothing",
      ["users [insert-conflict]: email = 'x'; reads email"],
    ],
    [
      "on conflict of many rows compares with the new row",
      "insert into users (id, email) select user_id, note from orders on conflict (lower(email)) do nothing",
      ["orders: reads user_id, note", "users [insert-conflict]: lower(email) = <lower(excluded.email)>; reads email"],
    ],
    [
      "on conflict of a partial index takes its predicate",
      "insert into users (id) values (5) on conflict (id) where active do nothing",
      ["users [insert-conflict]: id = 5; active is true; reads id, active"],
    ],
    ["on conflict without a target looks up nothing we know", "insert into users (id) values (1) on conflict do nothing", []],
    [
      "merge joins its source to its target",
      "merge into orders t using items s on t.id = s.order_id when matched then update set total = s.price",
      ["orders t [merge]: id = s.order_id; reads *", "items s: order_id = t.id; reads order_id, price"],
    ],
    [
      "merge with inserts keeps the source",
      "merge into orders t using (select order_id, price from items where qty > 5) s on t.id = s.order_id when matched and s.price > 3 then update set total = s.price when not matched then insert (id) values (s.order_id)",
      ["orders t [merge]: id = items.order_id; reads *", "items: qty > 5; reads order_id, qty, price"],
    ],
    [
      "merge that touches unmatched targets reads the target whole",
      "merge into orders t using items s on t.id = s.order_id when not matched by source then delete",
      ["orders t [merge]: reads *", "items s: order_id = t.id; reads order_id"],
    ],
    [
      "an update through a view changes its table",
      "update open_orders set status = 'done' where user_id = 5",
      ["orders [update]: user_id = 5; status = 'open'::text; reads *"],
    ],
    [
      "an update with a CTE of chosen rows",
      "with next as (select id from orders where status = 'new' order by created_at limit 1 for update skip locked) update orders o set status = 'taken' from next where next.id = o.id",
      ["orders o [update]: id = orders.id; reads *", "orders: status = 'new'; sort created_at; limit 1; reads *"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
