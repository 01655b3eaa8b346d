import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("predicates", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "the indexable side stands on the left",
      "select id from orders where 5 < total and '2024-01-01' >= created_at",
      ["orders: total > 5; created_at <= '2024-01-01'; reads id, created_at, total"],
    ],
    [
      "an IN list is any of its values",
      "select id from orders where status in ('a', 'b') and user_id in ($1, $2, 3)",
      ["orders: status = any ('a', 'b'); user_id = any ($1, $2, 3); reads id, user_id, status"],
    ],
    ["a one-item IN list is an equality", "select id from orders where user_id in ($1)", ["orders: user_id = $1; reads id, user_id"]],
    [
      "NOT IN a list is all",
      "select id from orders where status not in ('a', 'b')",
      ["orders: status <> all ('a', 'b'); reads id, status"],
    ],
    [
      "= ANY of a parameter, an array and an array text",
      "select id from orders where id = any($1) and user_id = any(array[1, 2]) and status = any('{a,\"b c\"}'::text[])",
      ["orders: id = any $1; user_id = any ARRAY[1, 2]; status = any CAST('{a,\"b c\"}' AS text[]); reads id, user_id, status"],
    ],
    ["<> ALL of a parameter", "select id from orders where status <> all($1)", ["orders: status <> all $1; reads id, status"]],
    ["a value = ANY (column) says so", "select id from orders where 'x' = any(tags)", ["orders: tags any = 'x'; reads id, tags"]],
    [
      "LIKE ANY keeps its operator",
      "select id from orders where note like any(array['a%', 'b%'])",
      ["orders: note ~~ any ARRAY['a%', 'b%']; reads id, note"],
    ],
    ["BETWEEN is two bounds", "select id from orders where total between $1 and $2", ["orders: total >= $1; total <= $2; reads id, total"]],
    [
      "NOT BETWEEN is either bound",
      "select id from orders where total not between 1 and 2",
      ["orders: (total < 1 | total > 2); reads id, total"],
    ],
    [
      "BETWEEN SYMMETRIC is either order",
      "select id from orders where total between symmetric $1 and $2",
      ["orders: (total >= $1 and total <= $2 | total >= $2 and total <= $1); reads id, total"],
    ],
    [
      "pattern operators have PostgreSQL's names",
      "select id from orders where note like 'a%' and note not like '%b' and code ilike $1 and note ~ '^x' and note !~* 'y'",
      ["orders: note ~~ 'a%'; note !~~ '%b'; code ~~* $1; note ~ '^x'; note !~* 'y'; reads id, note, code"],
    ],
    [
      "SIMILAR TO is a regular expression",
      "select id from orders where note similar to 'a_%(b|c)'",
      ["orders: note ~ pg_catalog.similar_to_escape('a_%(b|c)'); reads id, note"],
    ],
    [
      "LIKE with ESCAPE is an expression of its pattern",
      "select id from orders where note like 'a!%%' escape '!'",
      ["orders: note ~~ <pg_catalog.like_escape('a!%%', '!')>; reads id, note"],
    ],
    [
      "a pattern column on the right is not indexable",
      "select id from orders where 'abc' like note || '%'",
      ["orders: 'abc' LIKE note || '%' is true; reads id, note"],
    ],
    ["lower of a column", "select id from users where lower(email) = lower($1)", ["users: lower(email) = <lower($1)>; reads id, email"]],
    [
      "arithmetic and functions of a column",
      "select id from orders where total * 2 > 10 and abs(total) < 3 and coalesce(note, '') = 'x'",
      ["orders: total * 2 > 10; abs(total) < 3; COALESCE(note, '') = 'x'; reads id, total, note"],
    ],
    [
      "date_trunc of a timestamptz is stable and of a timestamp is not",
      "select id from orders where date_trunc('day', created_at) = $1 and date_trunc('day', placed) = $2 and date_trunc('day', created_at at time zone 'UTC') = $3",
      [
        "orders: date_trunc('day', created_at)! = $1; date_trunc('day', placed) = $2; date_trunc('day', created_at AT TIME ZONE 'UTC') = $3; reads id, created_at, placed",
      ],
    ],
    [
      "a cast of a timestamptz to a date is stable",
      "select id from orders where created_at::date = current_date and placed::date = '2024-01-01'",
      ["orders: created_at::date! = <CURRENT_DATE>; placed::date = '2024-01-01'; reads id, created_at, placed"],
    ],
    [
      "concatenation of text and of other types",
      "select id from orders where status || ' ' || note = 'x' and status || created_at = 'y' and concat(status, note) = 'z'",
      [
        "orders: (status || ' ') || note = 'x'; status || created_at! = 'y'; concat(status, note)! = 'z'; reads id, status, created_at, note",
      ],
    ],
    [
      "a user's function has the catalog's volatility",
      "select id from orders where slug(note) = 'x' and rank_of(id) > 3 and unheard_of(id) = 2",
      ["orders: slug(note) = 'x'; rank_of(id)! > 3; unheard_of(id)? = 2; reads id, note"],
    ],
    [
      "a cast that changes no bytes is left out",
      "select id from users where email::text = 'x' and name::varchar = 'y' and id::int8 = 4 and id::text = '5'",
      ["users: email = 'x'; name = 'y'; id = 4; id::text = '5'; reads id, email, name"],
    ],
    [
      "a collation is set apart",
      "select id from users where name collate \"C\" = 'b' and email collate pg_catalog.\"de_DE\" > 'x'",
      ["users: name collate \"C\" = 'b'; email collate pg_catalog.\"de_DE\" > 'x'; reads id, email, name"],
    ],
    ["booleans", "select id from orders where active and not active", ["orders: active is true; active is false; reads id, active"]],
    [
      "booleans compared",
      "select id from orders where active = true and active is not true and active is false",
      ["orders: active is true; active is not true; active is false; reads id, active"],
    ],
    [
      "a negated comparison is the opposite one",
      "select id from orders where not (status = 'x') and not (total > 5) and not (note like 'a%') and not (user_id in (1, 2))",
      ["orders: status <> 'x'; total <= 5; note !~~ 'a%'; user_id <> all (1, 2); reads id, user_id, status, total, note"],
    ],
    [
      "NOT of AND is OR of NOT",
      "select id from orders where not (status = 'x' and total > 5)",
      ["orders: (status <> 'x' | total <= 5); reads id, status, total"],
    ],
    [
      "a negated condition without an opposite is false",
      "select id from orders where not (tags @> array['a'])",
      ["orders: tags @> ARRAY['a'] is false; reads id, tags"],
    ],
    [
      "null tests",
      "select id from orders where note is null and status is not null and code is distinct from 'x' and user_id is not distinct from $1",
      [
        "orders: note is null; status is not null; code is distinct from 'x'; user_id is not distinct from $1; reads id, user_id, status, note, code",
      ],
    ],
    [
      "values now known are expressions",
      "select id from orders where created_at > now() - interval '1 day' and total > $1 + 1 and placed < localtimestamp",
      [
        "orders: created_at > <now() - '1 day'::interval>; total > <$1 + 1>; placed < <LOCALTIMESTAMP>; reads id, created_at, placed, total",
      ],
    ],
    [
      "a volatile value says so",
      "select id from orders where id = (random() * 100)::int and user_id = nextval('s')",
      ["orders: id = <CAST(random() * 100 AS int)> volatile; user_id = <nextval('s')> volatile; reads id, user_id"],
    ],
    [
      "constants keep their cast, value and sign",
      "select id from orders where placed >= timestamp '2024-01-01' and total > -5 and note = 'it''s' and user_id = '7'::bigint and total < 1.50",
      [
        "orders: placed >= '2024-01-01'::timestamp; total > -5; note = 'it''s'; user_id = CAST('7' AS bigint); total < 1.50; reads id, user_id, placed, total, note",
      ],
    ],
    [
      "a cast parameter is a parameter",
      "select id from orders where id = $2::bigint and status = any($1::text[])",
      ["orders: id = CAST($2 AS bigint); status = any CAST($1 AS text[]); reads id, status"],
    ],
    [
      "a row equality is one for each column",
      "select id from orders where (user_id, status) = ($1, 'x')",
      ["orders: user_id = $1; status = 'x'; reads id, user_id, status"],
    ],
    [
      "a row comparison bounds its first column",
      "select id from orders where (created_at, id) < ($1, $2)",
      ["orders: created_at <= $1; reads id, created_at"],
    ],
    [
      "a row comparison written the other way round",
      "select id from orders where ($1, $2) <= (user_id, id)",
      ["orders: user_id >= $1; reads id, user_id"],
    ],
    [
      "a row IN list is an OR of equalities",
      "select id from orders where (user_id, status) in ((1, 'a'), (2, 'b'))",
      ["orders: (user_id = 1 and status = 'a' | user_id = 2 and status = 'b'); reads id, user_id, status"],
    ],
    [
      "an OR on one column is a list",
      "select id from orders where status = 'a' or status in ('b', 'c') or status = 'd'",
      ["orders: status = any ('a', 'b', 'c', 'd'); reads id, status"],
    ],
    [
      "an OR of parameters on one column is a list",
      "select id from orders where user_id = $1 or user_id = $2",
      ["orders: user_id = any ($1, $2); reads id, user_id"],
    ],
    [
      "an OR over columns of one table has arms",
      "select id from orders where user_id = 5 or (status = 'x' and total > 3)",
      ["orders: (user_id = 5 | status = 'x' and total > 3); reads id, user_id, status, total"],
    ],
    [
      "an OR over two tables restricts neither",
      "select o.id from orders o join users u on u.id = o.user_id where o.status = 'x' or u.country = 'de'",
      ["orders o: user_id = u.id; reads id, user_id, status", "users u: id = o.user_id; reads id, country"],
    ],
    [
      "an OR gives each table what every arm says of it",
      "select o.id from orders o join users u on u.id = o.user_id where (o.status = 'a' and u.country = 'x') or (o.status = 'b' and u.country = 'y')",
      [
        "orders o: status = any ('a', 'b'); user_id = u.id; reads id, user_id, status",
        "users u: country = any ('x', 'y'); id = o.user_id; reads id, country",
      ],
    ],
    [
      "what all arms of an OR repeat stands outside it",
      "select o.id from orders o, users u where (u.id = o.user_id and o.total > 5) or (u.id = o.user_id and o.status = 'x')",
      ["orders o: user_id = u.id; (total > 5 | status = 'x'); reads id, user_id, status, total", "users u: id = o.user_id; reads id"],
    ],
    [
      "a join under OR looks up the other table",
      "select o.id from orders o, users u where u.id = o.user_id or u.id = o.id",
      ["orders o: (user_id = u.id | id = u.id); reads id, user_id", "users u: (id = o.user_id | id = o.id); reads id"],
    ],
    [
      "an optional filter counts as its comparison",
      "select id from orders where (user_id = $1 or $1 is null) and ($2::text is null or status = $2)",
      ["orders: user_id = $1; status = $2; reads id, user_id, status"],
    ],
    ["an optional filter with a constant does not", "select id from orders where status = 'x' or $1", ["orders: reads id, status"]],
    [
      "an optional filter by coalesce counts too",
      "select id from orders where user_id = coalesce($1, user_id)",
      ["orders: user_id = $1; reads id, user_id"],
    ],
    [
      "two columns of one table are one condition",
      "select id from orders where created_at < placed",
      ["orders: created_at < placed! is true; reads id, created_at, placed"],
    ],
    [
      "an unsupported form is left alone",
      "select id from orders where case when active then total else 0 end > 5 and note is json and xmlexists('x' passing note)",
      [
        "orders: CASE WHEN active THEN total ELSE 0 END > 5; note IS JSON is true; xmlexists ('x' PASSING note)? is true; reads id, total, note, active",
      ],
    ],
    [
      "equal predicates are said once",
      "select id from orders where status = 'x' and status = 'x' and ('x' = status)",
      ["orders: status = 'x'; reads id, status"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
