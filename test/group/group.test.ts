import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Snapshot, StatementStats } from "../../src/domain/snapshot.ts";
import { uncountedStatement } from "../../src/domain/uncounted-statement.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { bindParameters } from "../../src/group/bind-parameters.ts";
import { group } from "../../src/group/group.ts";
import { parameterTypes } from "../../src/shadow/explain-statement.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

let parser: SqlParser;
let shop: Snapshot;

const schema = `create table orders (id int primary key, customer_id int not null, status text not null, total numeric, placed timestamptz not null, tags text[] not null);
insert into orders select i, i % 500, case when i % 100 = 0 then 'failed' else 'done' end, i, timestamptz '2024-01-01' + i * interval '1 hour', array['t' || i % 30] from generate_series(1, 5000) i;
create view failed as select * from orders where status = 'failed';`;

beforeAll(async () => {
  parser = await openParser();
  shop = await schemaSnapshot(parser, schema);
});
afterAll(() => parser.close());

const statement = (sql: string, rest: Partial<StatementStats> = {}): StatementStats => ({ ...uncountedStatement(sql, null), ...rest });
const grouped = (...statements: StatementStats[]) => group({ ...shop, statements }, parser);

describe("group", () => {
  test("statements that differ in blanks and list length are one family, with their loads added", async () => {
    const { families } = await grouped(
      statement("select id from orders where customer_id in ($1, $2)", { calls: 3, totalExecTimeMs: 30 }),
      statement("select id  from orders where customer_id in ($1, $2, $3)", { calls: 1, totalExecTimeMs: 10 }),
    );
    expect(families).toHaveLength(1);
    expect(families[0]!.load).toMatchObject({ calls: 4, meanTimeMs: 10, share: 1 });
  });

  test("a statement nested too deeply to be planned is skipped and says so, and the others stand", async () => {
    const sum = Array.from({ length: 300 }, () => "id").join(" + ");
    const { families, skipped } = await grouped(statement(`select ${sum} from orders`), statement("select id from orders"));
    expect(families.map(({ sql }) => sql)).toEqual(["select id from orders"]);
    expect(skipped).toMatchObject([{ reason: "unplannable", detail: expect.stringContaining("nested 301 levels deep") }]);
  });

  test("the same statement with another literal stays apart, because a partial index may serve one only", async () => {
    const { families } = await grouped(
      statement("select id from orders where status = 'failed'"),
      statement("select id from orders where status = 'done'"),
    );
    expect(families.map((family) => family.normalizedSql)).toEqual(Array(2).fill("select id from orders where status = $1"));
    expect(new Set(families.map((family) => family.fingerprint)).size).toBe(1);
    expect(new Set(families.map((family) => family.id)).size).toBe(2);
  });

  test("a counted statement gets the constant of its expression back from the log, and can be planned with what is left", async () => {
    const sql = "select id from orders where date_trunc($1, placed at time zone $2) = $3";
    const text = (day: string) => `select id from orders where date_trunc('day', placed at time zone 'UTC') = '${day}'`;
    const runs = ["2024-02-01", "2024-03-01"].map((day) => ({ sql: text(day), parameters: {}, durationMs: 1, plan: null }));
    const [family] = (await grouped(statement(sql, { runs }))).families;
    expect(family).toMatchObject({
      sql: "select id from orders where date_trunc('day', placed at time zone 'UTC') = $1",
      normalizedSql: sql,
      settled: [1, 2],
      parameterCount: 1,
    });
    expect(family!.scans[0]!.predicates[0]!.on.sql).not.toContain("$");
    const [alone] = (await grouped(statement(sql))).families;
    expect(alone).toMatchObject({ sql, parameterCount: 3 });
    expect(alone).not.toHaveProperty("settled");
    const { families } = await bindParameters({ families: [family!], skipped: [] }, shop, async () => ["timestamp without time zone"]);
    expect(families[0]!.examples.find(({ kind }) => kind === "generic")!.sql).toBe(family!.sql);
  });

  test("names that differ in digits alone are other tables, each with families of its own, however many", async () => {
    const tables = Array.from({ length: 30 }, (_, n) => `t${n + 101}`);
    const many = await schemaSnapshot(parser, tables.map((name) => `create table ${name} (id int primary key, account int);`).join("\n"));
    const literals = Array.from({ length: 12 }, (_, n) => statement(`select id from t101 where account = ${n}`, { calls: 20 - n }));
    const { families } = await group(
      {
        ...many,
        statements: [...literals, ...tables.map((name, n) => statement(`select id from ${name} where account = $1`, { calls: 100 + n }))],
      },
      parser,
    );
    expect(new Set(families.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(new Set(families.map(({ id }) => id)).size).toBe(families.length);
    const scanned = families.map(({ scans }) => scans.map(({ relation }) => relation.name).join());
    expect(new Set(scanned)).toEqual(new Set(tables));
    // Eight texts of t101 stay apart, the other five join the busiest of t101 and of no other table.
    expect(scanned.filter((name) => name === "t101")).toHaveLength(8);
    for (const { sql, statements } of families) {
      const table = /from (\w+)/.exec(sql)![1]!;
      for (const each of statements) expect(each.sql).toContain(`from ${table} `);
    }
    expect(families.flatMap(({ statements }) => statements)).toHaveLength(42);
  });

  test("share is by time where any is known, else by calls", async () => {
    const byTime = await grouped(
      statement("select id from orders", { totalExecTimeMs: 75 }),
      statement("select total from orders", { totalExecTimeMs: 25, calls: 99 }),
    );
    expect(byTime.families.map((family) => family.load.share)).toEqual([0.75, 0.25]);
    const byCalls = await grouped(statement("select id from orders"), statement("select total from orders", { calls: 3 }));
    expect(byCalls.families.map((family) => family.load.share)).toEqual([0.75, 0.25]);
  });

  test("what is no plannable statement is listed with its reason", async () => {
    const { families, skipped } = await grouped(
      statement("select * from ordrs"),
      statement("selec 1"),
      statement("set work_mem = '4MB'"),
      statement("select 1"),
      statement("select id from orders where"),
    );
    expect(families).toEqual([]);
    expect(skipped.map(({ sql, reason }) => [sql, reason])).toEqual(
      expect.arrayContaining([
        ["selec 1", "unparsable"],
        ["set work_mem = '4MB'", "utility"],
        ["select 1", "no-relation"],
        ["select * from ordrs", "no-relation"],
      ]),
    );
    expect(skipped).toHaveLength(5);
  });

  test("a view is read through to its table", async () => {
    const { families } = await grouped(statement("select id from failed where customer_id = 7"));
    const [scan] = families[0]!.scans;
    expect(scan!.relation.name).toBe("orders");
    expect(scan!.predicates.map((predicate) => predicate.on.sql).toSorted()).toEqual(["customer_id", "status"]);
  });
});

describe("bindParameters", () => {
  const bound = async (sql: string, types: readonly string[] | null) => {
    const workload = await bindParameters(await grouped(statement(sql)), shop, async () => types);
    return workload.families[0]!.examples;
  };

  test("an equality gets a common and a rare value of its column, and the generic plan last", async () => {
    const examples = await bound("select id from orders where status = $1", ["text"]);
    expect(examples.map((example) => example.sql)).toContain("select id from orders where status = 'done'::text");
    expect(examples.map((example) => example.sql)).toContain("select id from orders where status = 'failed'::text");
    expect(examples.at(-1)).toEqual({ kind: "generic", sql: "select id from orders where status = $1", values: {} });
  });

  test("a closed range has its low end under its high end", async () => {
    const [typical] = await bound("select id from orders where placed >= $1 and placed < $2", [
      "timestamp with time zone",
      "timestamp with time zone",
    ]);
    expect(Date.parse(typical!.values[1]!.split("'")[1]!)).toBeLessThan(Date.parse(typical!.values[2]!.split("'")[1]!));
  });

  test("null is bound only where the statement asks for it", async () => {
    const asked = await bound("select id from orders where $1 is null or customer_id = $1", ["integer"]);
    expect(asked.map((example) => example.kind)).toContain("null");
    const notAsked = await bound("select id from orders where customer_id = $1", ["integer"]);
    expect(notAsked.map((example) => example.kind)).not.toContain("null");
  });

  test("INTERVAL, LIMIT and ARRAY places take the literal their grammar wants", async () => {
    const [typical] = await bound("select id from orders where placed > now() - interval $1 and tags @> array[$2] limit $3", null);
    expect(typical!.sql).toMatch(/interval '1 day' and tags @> array\['t\d+'::text\] limit 20$/);
  });

  test("where the grammar takes a literal only, PostgreSQL plans the bound text", async () => {
    const database = await bootEmbedded();
    await database.run(schema);
    for (const sql of [
      "select id from orders where extract($1 from placed) = $2",
      "select id from orders where point(id, $1) <@ box $2",
      "select id from orders where placed at time zone $1 > timestamp with time zone $2",
      "select id from orders where total > double precision $1",
    ]) {
      const workload = await bindParameters(await grouped(statement(sql)), shop, (text) => parameterTypes(database, text));
      const [typical] = workload.families[0]!.examples;
      expect(typical!.sql).not.toContain("$");
      await database.run(`explain ${typical!.sql}`);
    }
    await database.close();
  });

  test("a statement without parameters is its own example", async () => {
    expect(await bound("select id from orders where customer_id = 3", null)).toEqual([
      { kind: "text", sql: "select id from orders where customer_id = 3", values: {} },
    ]);
  });
});
