import { describe, expect, test } from "vitest";
import type { RelationActivity } from "../../src/domain/catalog.ts";
import { daysBetween, writeCost, writeSaving } from "../../src/explain/write-cost.ts";
import { definition } from "../render/literal-report.ts";
import { plainKey } from "../support/plain-index.ts";
import { catalog, existingIndex, relation } from "./literal-catalog.ts";

function activity(rest: Partial<RelationActivity> = {}): RelationActivity {
  return {
    sequentialScans: 0,
    sequentialRowsRead: 0,
    indexScans: 0,
    rowsInserted: 1000,
    rowsUpdated: 500,
    rowsHotUpdated: 400,
    rowsDeleted: 0,
    liveRows: 0,
    deadRows: 0,
    rowsModifiedSinceAnalyze: 0,
    lastVacuum: null,
    lastAnalyze: null,
    ...rest,
  };
}
const columns = ["id", "customer_id", "created_at", "status"];
const orders = relation("orders", columns, { activity: activity() });
const age = (rest = {}) => ({ days: 10, major: 15, catalog: catalog([orders]), ...rest });

describe("write cost", () => {
  test("is per day when the age of the counters is known, and null when not", () => {
    expect(writeCost(orders, definition(), age()).writesPerDay).toBe(150);
    expect(writeCost(orders, definition(), age()).words).toContain("Rows 100 inserted and 50 updated per day.");
    const unknown = writeCost(orders, definition(), age({ days: null }));
    expect(unknown.writesPerDay).toBeNull();
    expect(unknown.words).toContain("Rows 1,000 inserted and 500 updated since the counters were reset.");
  });
  test("says that counters could not be read, and invents none", () => {
    const unread = writeCost(relation("orders", columns), definition(), age());
    expect(unread.writesPerDay).toBeNull();
    expect(unread.words).toContain("could not be read");
    expect(unread.words).not.toMatch(/\d/);
  });
  test("warns of lost HOT updates for columns that no index holds today", () => {
    expect(writeCost(orders, definition(), age()).words).toContain(
      "80.0 % of updates are HOT today; one that changes customer_id or created_at no longer will be.",
    );
    const indexed = { ...orders, indexes: [existingIndex("i", ["customer_id", "created_at"], "")] };
    expect(writeCost(indexed, definition(), age()).words).toContain("stay so");
  });
  test("counts INCLUDE, expression and predicate columns for HOT, and no name inside a string constant", () => {
    const index = definition({ keys: [plainKey("lower(status || 'customer_id')")], include: ["id"], predicate: "created_at IS NOT NULL" });
    expect(writeCost(orders, index, age()).words).toContain("changes id or created_at or status no longer");
  });
  test("knows that BRIN blocks HOT updates before PostgreSQL 16 only", () => {
    const brin = definition({ accessMethod: "brin" });
    expect(writeCost(orders, brin, age({ major: 15 })).words).toContain("no longer will be");
    expect(writeCost(orders, brin, age({ major: 16 })).words).not.toContain("HOT today");
  });
  test("sums a partitioned table's leaves, and knows nothing when one is unreadable", () => {
    const parent = relation("orders", columns, { kind: "partitioned-table" });
    const part = (name: string, counted: boolean) =>
      relation(name, columns, {
        parents: [{ schema: "public", name: "orders" }],
        partitionBound: "DEFAULT",
        activity: counted ? activity() : null,
      });
    const both = catalog([parent, part("a", true), part("b", true)]);
    expect(writeCost(parent, definition(), { days: 10, major: 15, catalog: both }).writesPerDay).toBe(300);
    const one = catalog([parent, part("a", true), part("b", false)]);
    expect(writeCost(parent, definition(), { days: 10, major: 15, catalog: one }).writesPerDay).toBeNull();
  });
  test("gives no rate from less than an hour of counting", () => {
    expect(writeCost(orders, definition(), age({ days: 0.01 })).writesPerDay).toBeNull();
  });
  test("is a saving for a drop", () => {
    expect(writeSaving(orders, age()).words).toContain("one entry less to write");
  });
});

test("the age of counters is unknown without a reset time, and never negative", () => {
  expect(daysBetween("2026-11-01T00:00:00Z", "2026-11-11T00:00:00Z")).toBe(10);
  expect(daysBetween(null, "2026-11-11T00:00:00Z")).toBeNull();
  expect(daysBetween("2026-11-12T00:00:00Z", "2026-11-11T00:00:00Z")).toBeNull();
});
