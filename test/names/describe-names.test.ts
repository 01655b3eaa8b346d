import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("names resolve to relations and columns", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    ["an alias names its table", "select o.id from orders o where o.status = 'x'", ["orders o: status = 'x'; reads id, status"]],
    [
      "an unqualified column is found among several tables",
      "select email, qty from orders o, users u, items i where o.user_id = u.id and order_id = o.id",
      [
        "orders o: user_id = u.id; id = i.order_id; reads id, user_id",
        "users u: id = o.user_id; reads id, email",
        "items i: order_id = o.id; reads order_id, qty",
      ],
    ],
    [
      "a schema-qualified table needs no search path",
      "select id from audit.events where audit.events.at > $1",
      ["audit.events: at > $1; reads id, at"],
    ],
    ["a table outside the search path is unresolved", "select id from events", ["unresolved: events"]],
    [
      "a quoted identifier keeps its case and its quotes",
      'select "Mixed" from "orders" where "Mixed" = 3',
      ['orders: "Mixed" = 3; reads Mixed'],
    ],
    ["count(*) reads no column", "select count(*) from orders", ["orders: reads -"]],
    ["select * reads all columns", "select * from orders", ["orders: reads *"]],
    [
      "t.* reads all columns of t alone",
      "select o.*, u.email from orders o join users u on u.id = o.user_id",
      ["orders o: user_id = u.id; reads *", "users u: id = o.user_id; reads id, email"],
    ],
    ["a star of a subquery reads what the subquery gives", "select * from (select id, status from orders) s", ["orders: reads id, status"]],
    [
      "a star passed up through a pruned subquery reads only what is used",
      "select s.id from (select * from orders) s where s.status = $1",
      ["orders: status = $1; reads id, status"],
    ],
    ["a whole-row reference reads all columns", "select to_jsonb(o) from orders o where id = 1", ["orders o: id = 1; reads *"]],
    ["a field of a row variable is the column", "select (o).status from orders o where (o).id = 1", ["orders o: id = 1; reads id, status"]],
    ["a system column needs the row and restricts no index", "select id from orders where ctid = '(0,1)'", ["orders: reads *"]],
    ["column aliases rename from the left", "select a from orders as o(a, b) where b = 5", ["orders o: user_id = 5; reads id, user_id"]],
    [
      "an unknown relation is listed and the others are still described",
      "select * from nowhere n join orders o on o.id = n.order_id where n.x = 1",
      ["orders o: id = n.order_id; reads *", "unresolved: nowhere"],
    ],
    ["an unknown column is listed", "select o.missing from orders o", ["orders o: reads -", "unresolved: o.missing"]],
    [
      "a correlated name is the outer table's",
      "select id from users where (select count(*) from items where order_id = users.id) > 3",
      ["users: reads id", "items: order_id = users.id; reads order_id"],
    ],
    [
      "an inner name hides an outer one",
      "select id from users u where exists (select 1 from orders u where u.user_id = 5)",
      ["users u: reads id", "orders u: user_id = 5; reads user_id"],
    ],
    [
      "join using merges the column",
      "select id, country from orders join users using (id) where id = 7",
      ["orders: id = 7; id = users.id; reads id", "users: id = orders.id; id = 7; reads id, country"],
    ],
    [
      "a natural join joins by all common columns",
      "select o.note from orders o natural join (select id, status from open_orders) v",
      [
        "orders o: id = orders.id; status = orders.status; status = 'open'::text; reads id, status, note",
        "orders: id = o.id; status = o.status; status = 'open'::text; reads id, status",
      ],
    ],
    [
      "a join alias names all columns under it",
      "select j.email from (orders o join users u on u.id = o.user_id) as j (oid) where j.oid = 4",
      ["orders o: id = 4; user_id = u.id; reads id, user_id", "users u: id = o.user_id; reads id, email"],
    ],
    [
      "a function in FROM is no relation",
      "select o.id from unnest($1::bigint[]) as ids(id) join orders o on o.id = ids.id",
      ["orders o: id = ids.id; reads id"],
    ],
    ["a function sees the tables before it", "select o.id, t from orders o, unnest(o.tags) t where t = 'x'", ["orders o: reads id, tags"]],
    [
      "jsonb_to_recordset's defined columns are known",
      "select r.a, o.id from jsonb_to_recordset($1) as r(a int, b text) join orders o on o.id = r.a",
      ["orders o: id = r.a; reads id"],
    ],
    [
      "values are no relation",
      "select o.id from (values (1, 'a'), (2, 'b')) as v(id, s) join orders o on o.id = v.id and o.status = v.s",
      ["orders o: id = v.id; status = v.s; reads id, status"],
    ],
    [
      "a partitioned parent is the relation scanned",
      "select count(*) from logs where at >= '2024-01-01' and at < '2024-02-01' and level = 'error'",
      ["logs: at >= '2024-01-01'; at < '2024-02-01'; level = 'error'; reads at, level"],
    ],
    [
      "the statement that EXPLAIN wraps is described",
      "explain (analyze) select id from orders where status = 'x'",
      ["orders: status = 'x'; reads id, status"],
    ],
    [
      "a cursor's query is described",
      "declare c cursor for select id from orders where status = 'x'",
      ["orders: status = 'x'; reads id, status"],
    ],
    [
      "a copied query is described",
      "copy (select id from orders where status = 'x') to stdout",
      ["orders: status = 'x'; reads id, status"],
    ],
    [
      "create table as is described",
      "create table t as select id from orders where status = 'x'",
      ["orders: status = 'x'; reads id, status"],
    ],
    [
      "a prepared query is described",
      "prepare p (text) as select id from orders where status = $1",
      ["orders: status = $1; reads id, status"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
