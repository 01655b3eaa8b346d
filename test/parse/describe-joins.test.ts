import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("joins restrict the sides they can", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "a join is seen from both sides",
      "select u.email from orders o join users u on u.id = o.user_id",
      ["orders o: user_id = u.id; reads user_id", "users u: id = o.user_id; reads id, email"],
    ],
    [
      "a constant passes through an equality",
      "select u.email from orders o join users u on u.id = o.user_id where u.id = 5",
      ["orders o: user_id = u.id; user_id = 5; reads user_id", "users u: id = 5; id = o.user_id; reads id, email"],
    ],
    [
      "equalities chain over three tables",
      "select 1 from orders o, users u, items i where o.user_id = u.id and u.id = i.order_id",
      [
        "orders o: user_id = u.id; user_id = i.order_id; reads user_id",
        "users u: id = o.user_id; id = i.order_id; reads id",
        "items i: order_id = u.id; order_id = o.user_id; reads order_id",
      ],
    ],
    [
      "ON of a left join restricts the right side only",
      "select u.id from users u left join orders o on o.user_id = u.id and o.status = 'x' and u.country = 'de'",
      ["users u: reads id, country", "orders o: user_id = u.id; status = 'x'; reads user_id, status"],
    ],
    [
      "IS NULL after a left join restricts no scan",
      "select u.id from users u left join orders o on o.user_id = u.id where o.id is null",
      ["users u: reads id", "orders o: user_id = u.id; reads id, user_id"],
    ],
    [
      "a strict condition makes a left join inner",
      "select u.id from users u left join orders o on o.user_id = u.id where o.status = 'x'",
      ["users u: id = o.user_id; reads id", "orders o: status = 'x'; user_id = u.id; reads user_id, status"],
    ],
    [
      "coalesce does not make a left join inner",
      "select u.id from users u left join orders o on o.user_id = u.id where coalesce(o.status, 'x') = 'x'",
      ["users u: reads id", "orders o: user_id = u.id; reads user_id, status"],
    ],
    [
      "an inner join above makes a left join below inner",
      "select u.id from users u left join orders o on o.user_id = u.id join items i on i.order_id = o.id",
      [
        "users u: id = o.user_id; reads id",
        "orders o: id = i.order_id; user_id = u.id; reads id, user_id",
        "items i: order_id = o.id; reads order_id",
      ],
    ],
    [
      "a constant on the kept side enters the left join",
      "select o.id from users u left join orders o on o.user_id = u.id where u.id = 5",
      ["users u: id = 5; reads id", "orders o: user_id = u.id; user_id = 5; reads id, user_id"],
    ],
    [
      "a right join is a left join turned round",
      "select u.id from orders o right join users u on o.user_id = u.id",
      ["orders o: user_id = u.id; reads user_id", "users u: reads id"],
    ],
    [
      "a full join looks up neither side",
      "select u.id from users u full join orders o on o.user_id = u.id",
      ["users u: reads id", "orders o: reads user_id"],
    ],
    [
      "a full join with a strict condition on one side keeps that side",
      "select u.id from users u full join orders o on o.user_id = u.id where u.id = 5",
      ["users u: id = 5; reads id", "orders o: user_id = u.id; user_id = 5; reads user_id"],
    ],
    [
      "a self join has two scans",
      "select a.id from orders a join orders b on b.user_id = a.user_id and b.id <> a.id",
      ["orders a: user_id = b.user_id; id <> b.id; reads id, user_id", "orders b: user_id = a.user_id; id <> a.id; reads id, user_id"],
    ],
    [
      "an expression of the other side is an expression",
      "select 1 from orders o join users u on lower(o.note) = lower(u.email)",
      ["orders o: lower(note) = <lower(u.email)>; reads note", "users u: lower(email) = <lower(o.note)>; reads email"],
    ],
    [
      "a join of two columns of one table is a condition of its own",
      "select id from items where order_id = product_id",
      ["items: order_id = product_id is true; reads order_id, product_id", "unresolved: id"],
    ],
    [
      "one key over five tables joins each to each",
      "select 1 from orders a join users b on a.id = b.id join items c on c.order_id = a.id join products d on d.id = a.id join logs e on e.id = a.id",
      [
        "orders a: id = e.id; id = d.id; id = c.order_id; id = b.id; reads id",
        "users b: id = a.id; id = e.id; id = d.id; id = c.order_id; reads id",
        "items c: order_id = a.id; order_id = e.id; order_id = d.id; order_id = b.id; reads order_id",
        "products d: id = a.id; id = e.id; id = c.order_id; id = b.id; reads id",
        "logs e: id = a.id; id = d.id; id = c.order_id; id = b.id; reads id",
      ],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
