import { beforeAll, describe, expect, test } from "vitest";
import { factsOf, loadGrammar, scanText } from "../support/scan-text.ts";
import { shop, shopViews } from "../support/shop-catalog.ts";

/** Claim, statement, scans as scanText() writes them. */
type Case = readonly [claim: string, sql: string, scans: readonly string[]];

describe("operators of indexable types", () => {
  beforeAll(loadGrammar);

  test.each<Case>([
    [
      "array operators",
      "select id from orders where tags @> array['a', 'b'] and tags && $1 and tags <@ '{x,y}'",
      ["orders: tags @> ARRAY['a', 'b']; tags && $1; tags <@ '{x,y}'; reads id, tags"],
    ],
    [
      "jsonb operators",
      "select id from orders where meta @> '{\"a\": 1}' and meta ? 'k' and meta ?| array['a', 'b'] and meta ?& $1 and meta @? '$.a[*] ? (@ > 2)' and meta @@ '$.b == 1'",
      [
        "orders: meta @> '{\"a\": 1}'; meta ? 'k'; meta ?| ARRAY['a', 'b']; meta ?& $1; meta @? '$.a[*] ? (@ > 2)'; meta @@ '$.b == 1'; reads id, meta",
      ],
    ],
    [
      "contained-by on the left is contains on the right",
      "select id from orders where '{\"a\": 1}'::jsonb <@ meta",
      ["orders: meta @> '{\"a\": 1}'::jsonb; reads id, meta"],
    ],
    [
      "jsonb paths are expressions",
      "select id from orders where meta ->> 'kind' = 'x' and (meta ->> 'score')::int > 5 and meta #>> '{a,b}' = $1 and meta -> 'a' -> 'b' ->> 'c' = 'd'",
      [
        "orders: meta ->> 'kind' = 'x'; CAST(meta ->> 'score' AS int) > 5; meta #>> '{a,b}' = $1; ((meta -> 'a') -> 'b') ->> 'c' = 'd'; reads id, meta",
      ],
    ],
    [
      "a path that is a parameter is no index key",
      "select id from orders where meta ->> $1 = $2",
      ["orders: meta ->> $1! = $2; reads id, meta"],
    ],
    ["jsonb subscripts are expressions", "select id from orders where meta['a'] = '1'", ["orders: (meta)['a'] = '1'; reads id, meta"]],
    [
      "hstore operators",
      "select id from products where attrs -> 'color' = 'red' and attrs ? 'size' and attrs @> 'a=>1'",
      ["products: attrs -> 'color' = 'red'; attrs ? 'size'; attrs @> 'a=>1'; reads id, attrs"],
    ],
    [
      "range operators",
      "select id from orders where during && tstzrange($1, $2) and during @> now() and during << '[2024-01-01,2024-02-01)' and during -|- $3",
      ["orders: during && <tstzrange($1, $2)>; during @> <now()>; during << '[2024-01-01,2024-02-01)'; during -|- $3; reads id, during"],
    ],
    [
      "full text over a column and over an expression",
      "select id from orders where search @@ to_tsquery('english', $1) and to_tsvector('english', note) @@ plainto_tsquery('english', $2)",
      [
        "orders: search @@ <to_tsquery('english', $1)>; to_tsvector('english', note) @@ <plainto_tsquery('english', $2)>; reads id, note, search",
      ],
    ],
    [
      "one-argument to_tsvector follows a setting",
      "select id from orders where to_tsvector(note) @@ to_tsquery($1)",
      ["orders: to_tsvector(note)! @@ <to_tsquery($1)>; reads id, note"],
    ],
    [
      "geometry",
      "select id from products where loc <@ box '((0,0),(1,1))'",
      ["products: loc <@ CAST('((0,0),(1,1))' AS box); reads id, loc"],
    ],
    [
      "starts_with and ^@ are the same",
      "select id from orders where starts_with(note, 'ab') and code ^@ $1",
      ["orders: note ^@ 'ab'; code ^@ $1; reads id, note, code"],
    ],
    [
      "a PostGIS predicate is its bounding-box operator",
      "select id from products where st_dwithin(loc, st_makepoint($1, $2), 100)",
      ["products: loc && <st_makepoint($1, $2)>; reads id, loc"],
    ],
  ])("%s", (_, sql, scans) => {
    expect(scanText(factsOf(sql, shop, shopViews()))).toEqual(scans);
  });
});
