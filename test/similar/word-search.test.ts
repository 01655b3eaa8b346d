import { beforeAll, describe, expect, test } from "vitest";
import { shapeText } from "../../src/access-shape/shape-text.ts";
import { catalogView } from "../../src/rule/catalog-view.ts";
import { guessCatalog } from "../../src/similar/guess-catalog.ts";
import { rankByWords } from "../../src/similar/word-search.ts";
import { factsOf, loadGrammar, tree } from "../support/scan-text.ts";

beforeAll(loadGrammar);

describe("search by words", () => {
  const texts = ["select from orders where created_at", "gin on jsonb payload", "btree on orders (user_id)", ""];
  const found = (query: string) => rankByWords(texts, (text) => text, query);

  test("gives texts that hold a word, the rarest word's first", () => {
    expect(found("jsonb orders")[0]).toBe("gin on jsonb payload");
    expect(found("orders")).toEqual(
      ["btree on orders (user_id)", "select from orders where created_at"].toSorted(
        (a, b) => found("orders").indexOf(a) - found("orders").indexOf(b),
      ),
    );
    expect(found("orders")).toHaveLength(2);
  });

  test("cuts names at underscores, takes no notice of case, and finds nothing for nothing", () => {
    expect(found("CREATED")).toEqual(["select from orders where created_at"]);
    expect(found("absent")).toEqual([]);
    expect(found("';--")).toEqual([]);
    expect(rankByWords([], (text: string) => text, "x")).toEqual([]);
  });
});

describe("tables guessed from a statement", () => {
  const guessed = (sql: string) => {
    const catalog = guessCatalog(tree(sql));
    return Object.fromEntries(
      catalog.relations.flatMap(({ name, columns }) => columns.map((column) => [`${name}.${column.name}`, column.baseType])),
    );
  };

  test("have the columns it names, of the types it compares them with", () => {
    expect(
      guessed("select id from orders o where o.user_id = 7 and o.total > 1.5 and o.meta ->> 'k' = 'x' and paid = true and note = 'late'"),
    ).toEqual({
      "orders.id": "int8",
      "orders.user_id": "int8",
      "orders.total": "numeric",
      "orders.meta": "jsonb",
      "orders.paid": "bool",
      "orders.note": "text",
    });
  });

  test("know a column by its table's alias, in joins and in other schemas", () => {
    expect(
      guessed("select * from app.users u join orders o on o.user_id = u.id where o.created_at > '2026-01-01' and u.email like 'a%'"),
    ).toEqual({
      "users.id": "int8",
      "users.email": "text",
      "orders.user_id": "int8",
      "orders.created_at": "timestamptz",
    });
  });

  test.each([
    "select * from orders where meta ->> 'kind' = $1 order by created_at desc limit 20",
    "update orders set paid = true where user_id = any($1)",
    "select status, count(*) from orders group by status",
    "with late as (select * from orders where due < now()) select * from late",
  ])("give %s an access path", (sql) => {
    const catalog = guessCatalog(tree(sql));
    const facts = factsOf(sql, catalog);
    expect(facts.scans.map(({ relation: { name } }) => name)).toContain("orders");
    expect(shapeText(facts, null, catalogView(catalog))).not.toMatch(/orders|meta|user_id|due/);
  });

  test("a statement over no table has none", () => {
    expect(guessCatalog(tree("select 1")).relations).toEqual([]);
  });
});
