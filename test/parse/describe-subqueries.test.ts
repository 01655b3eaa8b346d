import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("conditions reach subqueries as in the planner", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "a condition enters a subquery",
      "select a from (select id as a, status as b from orders) s where b = 'x'",
      ["orders: status = 'x'; reads id, status"],
    ],
    [
      "an expression output is substituted",
      "select e from (select lower(note) as e from orders) s where e = 'x'",
      ["orders: lower(note) = 'x'; reads note"],
    ],
    [
      "a condition on a grouping key goes below GROUP BY",
      "select * from (select user_id, count(*) n from orders group by user_id) s where user_id = 5 and n > 2",
      ["orders: user_id = 5; reads user_id"],
    ],
    [
      "a condition stays above LIMIT",
      "select * from (select id, status from orders order by created_at limit 10) s where status = 'x'",
      ["orders: sort created_at; limit 10; reads id, status, created_at"],
    ],
    [
      "a condition goes below a window function only on PARTITION BY",
      "select * from (select id, user_id, status, rank() over (partition by user_id order by created_at) r from orders) s where user_id = 5 and status = 'x' and r = 1",
      ["orders: user_id = 5; sort created_at; reads id, user_id, status, created_at"],
    ],
    [
      "a condition goes below DISTINCT",
      "select * from (select distinct user_id, status from orders) s where status = 'x'",
      ["orders: status = 'x'; group user_id; reads user_id, status"],
    ],
    [
      "a condition goes below DISTINCT ON only on its keys",
      "select * from (select distinct on (user_id) user_id, status from orders order by user_id, id) s where user_id = 5 and status = 'x'",
      ["orders: user_id = 5; sort id; reads id, user_id, status"],
    ],
    [
      "a condition goes into every arm of UNION ALL",
      "select * from (select id, status from orders union all select id, country from users) u where id = 4",
      ["orders: id = 4; reads id, status", "users: id = 4; reads id, country"],
    ],
    [
      "a join condition reaches the arms of UNION ALL",
      "select u.id from (select id, user_id as k from orders union all select id, id from users) u join items i on i.order_id = u.k where i.qty = 3",
      [
        "orders: user_id = i.order_id; reads id, user_id",
        "users: id = i.order_id; reads id",
        "items i: qty = 3; order_id = u.k; reads order_id, qty",
      ],
    ],
    [
      "a condition goes into the arms of UNION but a join does not",
      "select u.id from (select id from orders union select id from users) u join items i on i.order_id = u.id where u.id = 4",
      ["orders: id = 4; reads id", "users: id = 4; reads id", "items i: order_id = u.id; order_id = 4; reads order_id"],
    ],
    [
      "EXCEPT and INTERSECT arms are scans",
      "select id from orders except select order_id from items where qty > 5",
      ["orders: reads id", "items: qty > 5; reads order_id, qty"],
    ],
    [
      "IN is a join for both sides",
      "select email from users where id in (select user_id from orders where total > 100)",
      ["users: id = orders.user_id; reads id, email", "orders: user_id = users.id; total > 100; reads user_id, total"],
    ],
    [
      "IN over a grouped subquery compares the outer column",
      "select id from orders where id in (select order_id from items group by order_id having sum(qty) > 300)",
      ["orders: id = items.order_id; reads id", "items: group order_id; reads order_id, qty"],
    ],
    [
      "NOT IN joins nothing",
      "select email from users where id not in (select user_id from orders where status = 'x')",
      ["users: reads id, email", "orders: status = 'x'; reads user_id, status"],
    ],
    [
      "a row IN joins by each column",
      "select id from orders where (user_id, id) in (select product_id, order_id from items)",
      [
        "orders: user_id = items.product_id; id = items.order_id; reads id, user_id",
        "items: product_id = orders.user_id; order_id = orders.id; reads order_id, product_id",
      ],
    ],
    [
      "EXISTS joins both sides by its correlation",
      "select email from users u where exists (select 1 from orders o where o.user_id = u.id and o.status = 'x')",
      ["users u: id = o.user_id; reads id, email", "orders o: user_id = u.id; status = 'x'; reads user_id, status"],
    ],
    [
      "NOT EXISTS looks up the inner side only",
      "select email from users u where not exists (select 1 from orders o where o.user_id = u.id)",
      ["users u: reads id, email", "orders o: user_id = u.id; reads user_id"],
    ],
    [
      "EXISTS under OR is looked up per row",
      "select email from users u where u.country = 'x' or exists (select 1 from orders o where o.user_id = u.id)",
      ["users u: reads id, email, country", "orders o: user_id = u.id; reads user_id"],
    ],
    [
      "a constant reaches a correlated EXISTS",
      "select email from users u where u.id = 5 and exists (select 1 from orders o where o.user_id = u.id)",
      ["users u: id = 5; id = o.user_id; reads id, email", "orders o: user_id = u.id; user_id = 5; reads user_id"],
    ],
    [
      "an uncorrelated scalar subquery is a value",
      "select id from orders where total > (select avg(total) from orders where active)",
      ["orders: total > <(SELECT avg(total) FROM orders WHERE active)>; reads id, total", "orders: active is true; reads total, active"],
    ],
    [
      "a scalar subquery that reads the same row is no value",
      "select id from orders o where total > (select avg(price) from items i where i.order_id = o.id)",
      ["orders o: reads id, total", "items i: order_id = o.id; reads order_id, price"],
    ],
    [
      "a subquery in the SELECT list is looked up per row",
      "select (select name from users u where u.id = o.user_id) from orders o",
      ["orders o: reads user_id", "users u: id = o.user_id; reads id, name"],
    ],
    [
      "ANY with another operator joins too",
      "select id from orders where total > any (select price from items where qty = 2)",
      ["orders: total > items.price; reads id, total", "items: price < orders.total; qty = 2; reads qty, price"],
    ],
    [
      "LATERAL with a LIMIT is looked up per row, in order",
      "select u.id, l.id from users u cross join lateral (select o.id from orders o where o.user_id = u.id order by o.created_at desc limit 3) l",
      ["users u: reads id", "orders o: user_id = u.id; sort created_at desc; limit 3; reads id, user_id, created_at"],
    ],
    [
      "LATERAL without a barrier is a join",
      "select u.id, l.id from users u, lateral (select o.id from orders o where o.user_id = u.id) l where u.country = 'x'",
      ["users u: country = 'x'; id = o.user_id; reads id, country", "orders o: user_id = u.id; reads id, user_id"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
