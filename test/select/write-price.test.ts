import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { Relation } from "../../src/domain/catalog.ts";
import { buildMs, elementsPerRow, writePrice } from "../../src/select/write-price.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { plainIndex } from "../support/plain-index.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

let parser: SqlParser;
let relation: Relation;
beforeAll(async () => {
  parser = await openParser();
  const snapshot = await schemaSnapshot(
    parser,
    `create table note (id int primary key, owner int, at date, title text, tags text[], body jsonb);
     insert into note select i, i % 50, date '2026-01-01' + i % 90, 'title ' || i, array['a', 'b', 'c' || i % 9], jsonb_build_object('k', i) from generate_series(1, 500) i;`,
  );
  relation = snapshot.catalog.relations.find(({ name }) => name === "note")!;
});
afterAll(() => parser.close());

const index = (columns: readonly string[], rest: Partial<IndexDefinition> = {}) => plainIndex("note", columns, rest);

const unknown = () => null;
const price = (
  definition: IndexDefinition,
  writes: Partial<Parameters<typeof writePrice>[2]>,
  setShare: (column: string) => number | null = unknown,
) => writePrice(definition, relation, { inserted: 0, updated: 0, hotUpdated: 0, ...writes }, setShare);

describe("what writes pay for an index", () => {
  test("a table without writes pays nothing, and twice the rows cost twice as much", () => {
    expect(price(index(["owner"]), {}).us).toBe(0);
    const once = price(index(["owner"]), { inserted: 1000, updated: 300 }).us;
    expect(once).toBeGreaterThan(0);
    expect(price(index(["owner"]), { inserted: 2000, updated: 600 }).us).toBeCloseTo(2 * once);
  });

  test("more keys, and text keys above all, make an entry dearer; a predicate makes it cheaper; BRIN is the cheapest", () => {
    const perInsert = (definition: IndexDefinition) => price(definition, {}).perInsert;
    expect(perInsert(index(["owner", "at"]))).toBeGreaterThan(perInsert(index(["owner"])));
    expect(perInsert(index(["title"]))).toBeGreaterThan(perInsert(index(["owner", "at"])));
    expect(perInsert(index(["owner"], { predicate: "at is null" }))).toBeLessThan(perInsert(index(["owner"])));
    expect(perInsert(index(["at"], { accessMethod: "brin" }))).toBeLessThan(perInsert(index(["owner"])) / 5);
  });

  test("GIN pays for each element of an array", () => {
    const tags = relation.columns.find(({ name }) => name === "tags")!;
    expect(elementsPerRow(tags)).toBeCloseTo(3, 0);
    const longer = { ...tags, statistics: { ...tags.statistics!, elementCountHistogram: [6, 6, 6] } };
    const gin = (column: typeof tags) => {
      const columns = relation.columns.map((each) => (each === tags ? column : each));
      return writePrice(
        index(["tags"], { accessMethod: "gin" }),
        { ...relation, columns },
        { inserted: 0, updated: 0, hotUpdated: 0 },
        unknown,
      ).perInsert;
    };
    expect(gin(tags)).toBeGreaterThan(0);
    expect(gin(longer)).toBeGreaterThan(gin(tags));
  });

  test("a column that only the new index holds costs updates that were HOT, by the part of them that sets it", () => {
    const hot = { hotUpdated: 1000 };
    const lost = (share: number) => price(index(["title"]), hot, (column) => (column === "title" ? share : 0)).us;
    expect(lost(0)).toBe(0);
    expect(lost(1)).toBeGreaterThan(lost(0.5));
    expect(lost(0.5)).toBeCloseTo(lost(1) / 2);
    // The primary key's column is indexed already: no update that sets it was HOT.
    expect(price(index(["id"]), hot, () => 1).us).toBe(0);
    expect(price(index(["at"], { accessMethod: "brin" }), hot, () => 1).us).toBe(0);
  });

  test("an included column and one in the predicate count as held", () => {
    const hot = { hotUpdated: 1000 };
    const sets = (name: string) => (column: string) => (column === name ? 1 : 0);
    expect(price(index(["owner"], { include: ["title"] }), hot, sets("title")).us).toBeGreaterThan(0);
    expect(price(index(["owner"], { predicate: "at > '2026-01-01'" }), hot, sets("at")).us).toBeGreaterThan(0);
    expect(price(index(["owner"]), hot, sets("title")).us).toBe(0);
  });

  test("building sorts: text takes longer than a number, BRIN only reads", () => {
    expect(buildMs(index(["title"]), relation)).toBeGreaterThan(buildMs(index(["owner"]), relation));
    expect(buildMs(index(["owner"], { accessMethod: "brin" }), relation)).toBeLessThan(buildMs(index(["owner"]), relation));
  });
});
