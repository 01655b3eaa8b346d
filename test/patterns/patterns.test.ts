import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan, PlanNode } from "../../src/domain/plan.ts";
import type { Report } from "../../src/domain/report.ts";
import { accessNeed } from "../../src/patterns/access-need.ts";
import { cluster, type Placed } from "../../src/patterns/cluster.ts";
import { patternsOf } from "../../src/patterns/patterns.ts";
import { literalCatalog, table } from "../support/literal-catalog.ts";
import { plan, planNode } from "../support/plan-node.ts";
import { factsOf, loadGrammar } from "../support/scan-text.ts";

beforeAll(loadGrammar);

const catalog = literalCatalog(
  [
    table(
      "orders",
      "id bigint not null, user_id bigint, status text, created_at timestamptz, meta jsonb, tags text[], words tsvector, spans tstzrange",
    ),
    table("users", "id bigint not null, email text"),
  ],
  [],
);
const node = (type: string, relation: string | null, totalCost: number, children: readonly PlanNode[] = []): PlanNode =>
  planNode(type, { relation: relation === null ? null : { schema: "public", name: relation }, totalCost, children });
const whole = plan(node("Seq Scan", "orders", 100));
const sorted = plan(node("Limit", null, 110, [node("Sort", null, 109, [node("Seq Scan", "orders", 100)])]));
const byIndex = plan(node("Index Scan", "orders", 8));
const needOf = (sql: string, today: Plan) => accessNeed(factsOf(sql, catalog), today)?.title;

describe("what a statement asks for", () => {
  test.each([
    ["select * from orders where user_id = $1", whole, "Lookups by equality without an index that fits"],
    ["select * from orders where user_id = $1", byIndex, "Lookups that an index serves already"],
    ["select * from orders where created_at > $1", whole, "Ranges found by reading the whole table"],
    ["select * from orders where user_id = $1 order by created_at desc limit 10", sorted, "First rows of a list that is sorted whole"],
    ["select * from orders where meta ->> 'kind' = $1", whole, "Lookups inside JSON documents"],
    ["select * from orders where meta @> $1", whole, "Lookups inside JSON documents"],
    ["select * from orders where tags @> $1", whole, "Lookups of elements in arrays"],
    ["select * from orders where words @@ to_tsquery($1)", whole, "Full-text searches"],
    ["select * from orders where status like '%open%'", whole, "Searches inside text (LIKE, regular expressions)"],
    ["select * from orders where spans && $1", whole, "Overlaps of ranges, shapes and networks"],
    ["select * from orders where lower(status) = $1", whole, "Conditions on a computed value of a column"],
    ["select * from orders where status = any($1)", whole, "Lookups by equality without an index that fits"],
    ["select status, count(*) from orders group by status", whole, "Reports over whole tables"],
    ["select * from orders", whole, "Whole tables read"],
    ["select * from orders where status is null", whole, "Rows by a flag or by NULL"],
  ])("%s", (sql, today, title) => {
    expect(needOf(sql, today)).toBe(title);
  });

  test("is that of the relation whose scan costs most", () => {
    const today = plan(node("Hash Join", null, 300, [node("Index Scan", "users", 8), node("Seq Scan", "orders", 250)]));
    const need = accessNeed(factsOf("select * from users u join orders o on o.user_id = u.id where u.email = $1", catalog), today);
    expect(need).toEqual({
      title: "Joins that read the other table whole",
      relation: { schema: "public", name: "orders" },
      readsAll: true,
    });
  });
});

const unit = (...values: number[]) => {
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
};

describe("groups", () => {
  test("hold what is alike, led by the heaviest", () => {
    const members = [
      { id: "a", weight: 3, vector: unit(1, 0) },
      { id: "b", weight: 2, vector: unit(1, 0.2) },
      { id: "c", weight: 1, vector: unit(0, 1) },
    ];
    expect(cluster(members, 0.8)).toEqual([["a", "b"], ["c"]]);
  });

  test("are a partition, the same in any order, each member near its leader", () => {
    const member = fc.record({ weight: fc.integer({ min: 1, max: 9 }), angle: fc.double({ min: 0, max: 3, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 12 }), fc.double({ min: 0.1, max: 0.99, noNaN: true }), (drawn, least) => {
        const members = drawn.map(
          ({ weight, angle }, at): Placed => ({ id: `m${at}`, weight, vector: unit(Math.cos(angle), Math.sin(angle)) }),
        );
        const groups = cluster(members, least);
        expect(groups.flat().toSorted()).toEqual(members.map(({ id }) => id).toSorted());
        expect(cluster(members.toReversed(), least)).toEqual(groups);
        const byId = new Map(members.map((each) => [each.id, each]));
        for (const [leader, ...rest] of groups)
          for (const id of rest) {
            const [a, b] = [byId.get(leader!)!.vector, byId.get(id)!.vector];
            expect(a[0]! * b[0]! + a[1]! * b[1]!).toBeGreaterThanOrEqual(least - 1e-6);
          }
      }),
    );
  });
});

describe("patterns", () => {
  const family = (id: string, share: number) => ({ id, share }) as Report["families"][number];
  const serving = (id: string, title: string, families: readonly string[]) =>
    ({
      id,
      title,
      benefit: { families: families.map((each) => ({ family: each, costBefore: 10, costAfter: 1 })) },
    }) as unknown as Report["recommendations"][number];
  const need = (title: string, readsAll = true) => ({ title, relation: { schema: "public", name: "orders" }, readsAll });
  const input = {
    needs: new Map([
      ["a", need("Lookups")],
      ["b", need("Lookups")],
      ["c", need("Lookups", false)],
      ["d", need("Reports")],
    ]),
    vectors: new Map([
      ["a", unit(1, 0, 0)],
      ["b", unit(1, 0.1, 0)],
      ["c", unit(0, 1, 0)],
      ["d", unit(0, 0, 1)],
    ]),
    leastSimilarity: 0.8,
  };
  const report = {
    families: [family("a", 0.4), family("b", 0.2), family("c", 0.1), family("d", 0.3)],
    recommendations: [serving("r1", "Index one", ["a"]), serving("r2", "Index two", ["a", "b"])],
  };

  test("are named by what most of the load needs, with the remedy that serves most", () => {
    expect(patternsOf(report, input)).toMatchObject([
      {
        title: "Lookups",
        families: ["a", "b", "c"],
        share: expect.closeTo(0.7),
        servedCount: 2,
        detail: "On orders; 2 statements read their table whole today.",
        remedy: { recommendation: "r2", title: "Index two", serves: 2 },
      },
    ]);
  });

  test("shares that add up to a hair more than the workload are all of it", () => {
    const families = [family("a", 0.7), family("b", 0.3 + 2e-16)];
    expect(families[0]!.share + families[1]!.share).toBeGreaterThan(1);
    expect(patternsOf({ ...report, families }, input)[0]?.share).toBe(1);
  });

  test("a statement that is like no other is none, and nothing serves what nothing serves", () => {
    expect(patternsOf({ families: [family("d", 1)], recommendations: [] }, input)).toEqual([]);
    expect(patternsOf({ ...report, recommendations: [] }, input)[0]?.remedy).toBeNull();
  });
});
