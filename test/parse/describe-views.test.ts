import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("views and CTEs are looked through", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "a view is expanded",
      "select user_id from open_orders where user_id = 5",
      ["orders: user_id = 5; status = 'open'::text; reads user_id, status"],
    ],
    [
      "a view over a view is expanded and a grouping key lets a condition in",
      "select orders from user_totals where who = 5",
      ["orders: user_id = 5; status = 'open'::text; reads user_id, status"],
    ],
    [
      "an aggregate of a view lets no condition in",
      "select who from user_totals where orders > 5",
      ["orders: status = 'open'::text; group user_id; reads user_id, status"],
    ],
    ["a view that reads itself ends", "select id from mirror", ["unresolved: view public.mirror"]],
    [
      "a CTE read once is merged",
      "with x as (select * from orders) select id from x where status = 'q'",
      ["orders: status = 'q'; reads id, status"],
    ],
    [
      "a MATERIALIZED CTE lets no condition in",
      "with x as materialized (select id, status from orders) select id from x where status = 'q'",
      ["orders: reads id, status"],
    ],
    [
      "a CTE read twice lets no condition in",
      "with x as (select id, user_id from orders where active) select a.id from x a join x b on a.id = b.user_id where a.id = 4",
      ["orders: active is true; reads id, user_id, active"],
    ],
    [
      "NOT MATERIALIZED is merged at each place",
      "with x as not materialized (select id, user_id from orders) select a.id from x a join x b on a.id = b.user_id where a.id = 4",
      ["orders: id = 4; id = orders.user_id; reads id", "orders: user_id = orders.id; user_id = 4; reads user_id"],
    ],
    [
      "a CTE named like its table reads the table",
      "with orders as (select id from orders where status = 'x') select id from orders where id = 3",
      ["orders: id = 3; status = 'x'; reads id, status"],
    ],
    [
      "a recursive CTE's step joins by its working table",
      "with recursive t as (select id, user_id from orders where id = $1 union all select o.id, o.user_id from orders o join t on o.user_id = t.id) select * from t",
      ["orders: id = $1; reads id, user_id", "orders o: user_id = t.id; reads id, user_id"],
    ],
    [
      "a CTE's column names may be given",
      "with x(a, b) as (select id, status from orders) select a from x where b = 'q'",
      ["orders: status = 'q'; reads id, status"],
    ],
    [
      "a data-modifying CTE runs and hands on its rows",
      "with gone as (delete from orders where status = 'old' returning id, total) select sum(total) from gone where id > 5",
      ["orders [delete]: status = 'old'; reads *"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
