import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Compared } from "../../src/domain/workload.ts";
import { describeStatement, innerStatement } from "../../src/parse/describe-scans.ts";
import { literalCatalog, table } from "../support/literal-catalog.ts";
import { factsOf, loadGrammar, tree } from "../support/scan-text.ts";
import { shop } from "../support/shop-catalog.ts";
import { statements } from "../support/statements.ts";

beforeAll(loadGrammar);

const options = { searchPath: ["public"], viewTrees: new Map() };

function compared(condition: string): Compared | undefined {
  return factsOf(`select id from orders where ${condition}`, shop).scans[0]?.predicates[0]?.compared;
}

describe("what a predicate compares with", () => {
  test.each<readonly [string, Compared]>([
    ["status = 'it''s'", { kind: "constant", sql: "'it''s'", value: "it's", values: null, type: null }],
    ["status = 'a'::text", { kind: "constant", sql: "'a'::text", value: "a", values: null, type: "text" }],
    ["status = null", { kind: "constant", sql: "NULL", value: null, values: null, type: null }],
    ["total > 0", { kind: "constant", sql: "0", value: "0", values: null, type: null }],
    ["placed > date '2024-01-01'", { kind: "constant", sql: "'2024-01-01'::date", value: "2024-01-01", values: null, type: "date" }],
    ["user_id in (1, null, -2)", { kind: "constant", sql: "(1, NULL, -2)", value: null, values: ["1", "-2"], type: null }],
    ["status = any('{a,\"b c\"}')", { kind: "constant", sql: `'{a,"b c"}'`, value: `{a,"b c"}`, values: ["a", "b c"], type: null }],
    ["tags @> array['a']::text[]", { kind: "constant", sql: "CAST(ARRAY['a'] AS text[])", value: `{"a"}`, values: ["a"], type: "_text" }],
    ["user_id = $3::bigint", { kind: "parameter", numbers: [3], sql: "CAST($3 AS bigint)" }],
    ["user_id in ($2, $1, $2)", { kind: "parameter", numbers: [2, 1], sql: "($2, $1, $2)" }],
    ["user_id = any(array[$1, 5])", { kind: "parameter", numbers: [1], sql: "ARRAY[$1, 5]" }],
    ["note similar to '%a'", { kind: "constant", sql: "pg_catalog.similar_to_escape('%a')", value: "^(?:.*a)$", values: null, type: null }],
    ["total > $1 * 2", { kind: "expression", sql: "$1 * 2", stable: true }],
    ["total > random()", { kind: "expression", sql: "random()", stable: false }],
  ])("%s", (condition, expected) => expect(compared(condition)).toEqual(expected));

  test("a column of another relation is named with its relation", () => {
    const { scans } = factsOf("select 1 from orders o join users u on u.id = o.user_id", shop);
    expect(scans[0]?.predicates[0]?.compared).toEqual({
      kind: "column",
      relation: { schema: "public", name: "users" },
      alias: "u",
      column: "id",
    });
  });
});

describe("what a scan's expression is", () => {
  test.each<readonly [condition: string, sql: string, columns: readonly string[], type: string | null]>([
    ["code = 'x'", "code", ["code"], "varchar"],
    ["lower(code) = 'x'", "lower(code)", ["code"], "text"],
    ["(meta ->> 'n')::numeric > 1", "CAST(meta ->> 'n' AS numeric)", ["meta"], "numeric"],
    ["meta -> 'a' = '1'", "meta -> 'a'", ["meta"], "jsonb"],
    ["date_trunc('day', placed) = $1", "date_trunc('day', placed)", ["placed"], "timestamp"],
    ["status || ':' || note = 'x'", "(status || ':') || note", ["status", "note"], "text"],
    [`"Mixed" + 1 > 2`, `"Mixed" + 1`, ["Mixed"], "int4"],
    ["tags = '{}'", "tags", ["tags"], "_text"],
  ])("%s", (condition, sql, columns, type) => {
    const on = factsOf(`select id from orders o where ${condition}`, shop).scans[0]?.predicates[0]?.on;
    expect({ sql: on?.sql, columns: on?.columns, type: on?.type }).toEqual({ sql, columns, type });
  });
});

describe("facts of a statement", () => {
  test.each([
    ["select 1", "select"],
    ["insert into orders (id) values (1)", "insert"],
    ["update orders set id = 1", "update"],
    ["delete from orders", "delete"],
    ["merge into orders o using items i on o.id = i.order_id when matched then delete", "merge"],
    ["explain select 1", "utility"],
    ["set work_mem = '1GB'", "utility"],
    ["create index on orders (id)", "utility"],
  ])("%s is %s", (sql, kind) => expect(factsOf(sql, shop).kind).toBe(kind));

  test("relations are those below views and those written to, sorted, each once", () => {
    const { relations } = factsOf("insert into users (id) select user_id from orders o where exists (select 1 from orders)", shop);
    expect(relations.map((each) => each.name)).toEqual(["orders", "users"]);
  });

  test("the highest parameter counts", () => expect(factsOf("select $3::int from orders where id = $1", shop).parameterCount).toBe(3));

  test("the wrapped statement can be had", () => {
    expect(Object.keys(innerStatement(tree("explain declare c cursor for select 1")))).toEqual(["SelectStmt"]);
  });
});

describe("large and odd statements", () => {
  test("500 joins resolve, each to its own alias", () => {
    const joins = Array.from(
      { length: 500 },
      (_, n) => `join items i${n} on i${n}.order_id = ${n === 0 ? "o" : `i${n - 1}`}.${n === 0 ? "id" : "product_id"}`,
    );
    const { scans, unresolved } = factsOf(`select count(*) from orders o ${joins.join(" ")} where o.id = 5`, shop);
    expect(unresolved).toEqual([]);
    expect(scans).toHaveLength(501);
    expect(scans[500]?.predicates.map((each) => each.sql)).toEqual(["order_id = i498.product_id"]);
  });

  test("10,000 IN items are one predicate", () => {
    const items = Array.from({ length: 10_000 }, (_, n) => n);
    const [scan] = factsOf(`select id from orders where id in (${items.join(", ")})`, shop).scans;
    const [predicate] = scan?.predicates ?? [];
    expect(predicate?.compared.kind === "constant" && predicate.compared.values?.length).toBe(10_000);
  });

  test("1,000 arms of UNION ALL and 1,000 arms of OR are read", () => {
    const arms = Array.from({ length: 1000 }, (_, n) => `select id from orders where user_id = ${n}`);
    expect(factsOf(arms.join(" union all "), shop).scans).toHaveLength(1000);
    const ors = Array.from({ length: 1000 }, (_, n) => `user_id = ${n}`);
    expect(factsOf(`select id from orders where ${ors.join(" or ")}`, shop).scans[0]?.predicates[0]?.operator).toBe("= any");
  });

  test("500 equalities on one key do not multiply", () => {
    const joins = Array.from({ length: 500 }, (_, n) => `join items i${n} on i${n}.order_id = o.id`);
    const { scans } = factsOf(`select 1 from orders o ${joins.join(" ")}`, shop);
    expect(scans.reduce((sum, scan) => sum + scan.predicates.length, 0)).toBe(1000);
  });

  test("deep nesting never throws", () => {
    const sum = Array.from({ length: 1000 }, () => "total").join(" + ");
    expect(factsOf(`select id from orders where ${sum} > 5`, shop).relations).toHaveLength(1);
    const nested = (depth: number): string => (depth === 0 ? "orders" : `(select * from ${nested(depth - 1)} t${depth})`);
    expect(factsOf(`select id from ${nested(200)} t where status = 'x'`, shop).scans[0]?.predicates[0]?.sql).toBe("status = 'x'");
    const deep = factsOf(`select ${"(".repeat(4000)}id${" + 1)".repeat(4000)} from orders`, shop);
    expect(deep.unresolved.length + deep.scans.length).toBe(1);
  });

  test("generated statements never throw, and resolve all relations", () => {
    const names = "users orders order_items products payments sessions events audit_log invoices customers shipments accounts".split(" ");
    const columns = "id user_id order_id status created_at updated_at email name amount total price sku tenant_id deleted_at kind score";
    const catalog = literalCatalog(
      names.map((name) =>
        table(
          name,
          columns
            .split(" ")
            .map((each) => `${each} text`)
            .join(", "),
        ),
      ),
    );
    const missing = new Set<string>();
    for (const sql of statements(500, 7)) {
      const facts = describeStatement(tree(sql), catalog, options);
      for (const each of facts.unresolved) if (names.includes(each)) missing.add(each);
      if (facts.kind !== "utility") expect(facts.relations.length, sql).toBeGreaterThan(0);
    }
    expect([...missing]).toEqual([]);
  });
});

const shared = join(import.meta.dirname, "../../../shared/bench");

/** Tables of a plain schema file: columns and types only. */
function tablesOf(path: string) {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/create table (?:public\.)?(\w+)\s*\((.*?)\);/gis)].map(([, name, columns]) =>
    table(name!, columns!.replaceAll(/\s+/g, " ").replaceAll(/ (primary key|references \w+\(\w+\))/g, "")),
  );
}

describe.skipIf(!existsSync(shared))("benchmarks", () => {
  test("TPC-H resolves wholly", () => {
    const catalog = literalCatalog(tablesOf(join(shared, "tpch/schema.sql")));
    const folder = join(shared, "tpch/queries");
    const files = readdirSync(folder).sort();
    expect(files).toHaveLength(22);
    const scans = files.map((file) => {
      const facts = describeStatement(tree(readFileSync(join(folder, file), "utf8")), catalog, options);
      expect(facts.unresolved, file).toEqual([]);
      return facts.scans.length;
    });
    // Counted by hand: every table named in a FROM clause; the CTE that q15 reads twice is computed once.
    expect(scans).toEqual([1, 9, 3, 2, 6, 1, 6, 8, 6, 4, 6, 2, 2, 2, 2, 3, 3, 4, 2, 5, 6, 3]);
  });

  test("rewriting pairs never throw, and those that PostgreSQL plans resolve", () => {
    const catalog = literalCatalog(tablesOf(join(shared, "rewrites/calcite_test.pg.sql")));
    let seen = 0;
    for (const file of ["calcite-spark-pairs.jsonl", "wetune-issues.jsonl"])
      for (const line of readFileSync(join(shared, "rewrites", file), "utf8")
        .trim()
        .split("\n")) {
        const pair = JSON.parse(line) as Record<string, unknown>;
        for (const sql of [pair.q1, pair.q2, pair.slow_sql, pair.fast_sql]) {
          if (typeof sql !== "string" || pair.plans_on_pg15 !== true) continue;
          const facts = describeStatement(tree(sql), catalog, options);
          if (pair.suite === "calcite") expect(facts.unresolved, sql).toEqual([]);
          seen++;
        }
      }
    expect(seen).toBeGreaterThan(400);
  });
});
