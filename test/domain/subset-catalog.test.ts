import { expect, test } from "vitest";
import type { Relation } from "../../src/domain/catalog.ts";
import { emptyCatalog, emptyTable } from "../../src/domain/empty-catalog.ts";
import { subsetCatalog } from "../../src/domain/subset-catalog.ts";

const table = (name: string, more: Partial<Relation> = {}): Relation => ({ ...emptyTable, schema: "public", name, columns: [], ...more });
const named = (name: string) => ({ schema: "public", name });

/** Names of the relations that are left of these. */
function subset(relations: readonly Relation[], read: readonly string[], texts: readonly string[] = []): string[] {
  return subsetCatalog({ ...emptyCatalog, relations }, read.map(named), texts).relations.map(({ name }) => name);
}

test("a materialized view that is read brings what its definition names, through other views", () => {
  const relations = [
    table("orders"),
    table("customers"),
    table("paid", { kind: "view", viewDefinition: "SELECT * FROM orders WHERE paid" }),
    table("daily", { kind: "materialized-view", viewDefinition: "SELECT day, count(*) FROM paid GROUP BY day" }),
  ];
  expect(subset(relations, ["daily"])).toEqual(["orders", "paid", "daily"]);
});

test("partitions come with their parents and parents with all their partitions", () => {
  const relations = [
    table("events_2025", { parents: [named("events")] }),
    table("events_2026", { parents: [named("events")] }),
    table("events", { kind: "partitioned-table" }),
    table("other"),
  ];
  expect(subset(relations, ["events_2026"])).toEqual(["events_2025", "events_2026", "events"]);
});

test("a text names a table by a whole word, or by a quoted name of several", () => {
  const relations = [table("order"), table("order lines"), table("orders"), table("lines"), table("größe")];
  expect(subset(relations, [], ['select from "order lines"'])).toEqual(["order", "order lines", "lines"]);
  expect(subset(relations, [], ["select from orders$1"])).toEqual([]);
  expect(subset(relations, [], ["select from größe"])).toEqual(["größe"]);
});
