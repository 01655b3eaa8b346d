import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("order, limit and grouping", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "order by with a limit",
      "select id from orders where user_id = $1 order by created_at desc limit 20",
      ["orders: user_id = $1; sort created_at desc; limit 20; reads id, user_id, created_at"],
    ],
    [
      "a parameter limits",
      "select id from orders order by created_at limit $1",
      ["orders: sort created_at; limit parameter; reads id, created_at"],
    ],
    ["offset rows are fetched too", "select id from orders order by id limit 10 offset 30", ["orders: sort id; limit 40; reads id"]],
    ["fetch first is a limit", "select id from orders order by id fetch first 5 rows only", ["orders: sort id; limit 5; reads id"]],
    ["LIMIT ALL is none", "select id from orders order by id limit all", ["orders: sort id; reads id"]],
    [
      "a limit without an order applies to a lone table",
      "select id from orders where status = 'x' limit 1",
      ["orders: status = 'x'; limit 1; reads id, status"],
    ],
    [
      "NULLS may be said",
      "select id from orders order by created_at desc nulls last, id nulls first",
      ["orders: sort created_at desc nulls last, id nulls first; reads id, created_at"],
    ],
    [
      "a position and an output name are resolved",
      "select lower(note) as n, id from orders order by n, 2",
      ["orders: sort lower(note), id; reads id, note"],
    ],
    [
      "an order over two tables is neither's",
      "select o.id from orders o join users u on u.id = o.user_id order by o.created_at, u.email",
      ["orders o: user_id = u.id; reads id, user_id, created_at", "users u: id = o.user_id; reads id, email"],
    ],
    [
      "the order of one of two tables is kept",
      "select o.id from orders o join users u on u.id = o.user_id order by o.created_at desc limit 5",
      ["orders o: user_id = u.id; sort created_at desc; limit 5; reads id, user_id, created_at", "users u: id = o.user_id; reads id"],
    ],
    [
      "a key that is constant is left out",
      "select id from orders where status = 'x' order by status, created_at",
      ["orders: status = 'x'; sort created_at; reads id, status, created_at"],
    ],
    [
      "an equal column of another table serves the order too",
      "select o.id from orders o join users u on u.id = o.user_id order by u.id limit 3",
      ["orders o: user_id = u.id; sort user_id; limit 3; reads id, user_id", "users u: id = o.user_id; sort id; limit 3; reads id"],
    ],
    [
      "the null-extended side has no order",
      "select u.id from users u left join orders o on o.user_id = u.id order by o.created_at limit 3",
      ["users u: reads id", "orders o: user_id = u.id; reads user_id, created_at"],
    ],
    [
      "a distance order names its operator and its column",
      "select id from products order by loc <-> point '(1,2)' limit 5",
      ["products: sort loc by <->; limit 5; reads id, loc"],
    ],
    [
      "a distance order commutes",
      "select id from orders order by $1 <=> embedding limit 5",
      ["orders: sort embedding by <=>; limit 5; reads id, embedding"],
    ],
    [
      "DISTINCT ON sorts and groups",
      "select distinct on (user_id) id from orders order by user_id, created_at desc",
      ["orders: sort user_id, created_at desc; group user_id; reads id, user_id, created_at"],
    ],
    [
      "DISTINCT groups by its outputs",
      "select distinct status, user_id from orders",
      ["orders: group status, user_id; reads user_id, status"],
    ],
    [
      "GROUP BY groups and its order survives",
      "select status, count(*) from orders group by status order by status",
      ["orders: sort status; group status; reads status"],
    ],
    [
      "an order by an aggregate is no scan's",
      "select status, count(*) from orders group by 1 order by 2 desc limit 3",
      ["orders: group status; reads status"],
    ],
    [
      "HAVING on a key is a restriction",
      "select user_id, sum(total) from orders group by user_id having user_id > 5 and sum(total) > 3",
      ["orders: user_id > 5; group user_id; reads user_id, total"],
    ],
    [
      "HAVING on an aggregate reads its column",
      "select user_id from orders group by user_id having sum(total) > 3",
      ["orders: group user_id; reads user_id, total"],
    ],
    [
      "rollup groups by no single key",
      "select status, user_id, count(*) from orders group by rollup (status, user_id)",
      ["orders: reads user_id, status"],
    ],
    [
      "grouping by an expression",
      "select date_trunc('day', placed), count(*) from orders group by 1",
      ["orders: group date_trunc('day', placed); reads placed"],
    ],
    [
      "min and max are ends of an index",
      "select min(created_at), max(id) from orders where status = 'x'",
      ["orders: status = 'x'; extremes created_at, id; reads id, status, created_at"],
    ],
    ["another aggregate leaves no ends", "select min(created_at), count(*) from orders", ["orders: reads created_at"]],
    [
      "ends are of a lone table",
      "select max(o.id) from orders o join users u on u.id = o.user_id",
      ["orders o: user_id = u.id; reads id, user_id", "users u: id = o.user_id; reads id"],
    ],
    [
      "a window sorts by PARTITION BY and ORDER BY",
      "select id, row_number() over (partition by user_id order by created_at desc) from orders",
      ["orders: sort user_id, created_at desc; reads id, user_id, created_at"],
    ],
    [
      "a named window is found",
      "select id, rank() over w from orders window w as (partition by user_id order by id)",
      ["orders: sort user_id, id; reads id, user_id"],
    ],
    [
      "two windows have no one order",
      "select rank() over (order by id), rank() over (order by total) from orders",
      ["orders: reads id, total"],
    ],
    [
      "an outer limit reaches the order below",
      "select * from (select id, status from orders order by created_at) s limit 10",
      ["orders: sort created_at; limit 10; reads id, status, created_at"],
    ],
    [
      "the order of a UNION ALL is each arm's",
      "select id, created_at from orders union all select id, created_at from users order by created_at desc limit 10",
      ["orders: sort created_at desc; limit 10; reads id, created_at", "users: sort created_at desc; limit 10; reads id, created_at"],
    ],
    [
      "FOR UPDATE needs the whole row",
      "select id from orders where status = 'new' order by created_at limit 1 for update skip locked",
      ["orders: status = 'new'; sort created_at; limit 1; reads *"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
