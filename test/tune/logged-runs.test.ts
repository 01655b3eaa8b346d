import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import type { Tuning } from "../../src/domain/tuning.ts";
import { type AnalyzedDatabase, analyzedDatabase, withSample, withShadow } from "../support/analyzed-database.ts";
import { adviceOn, called } from "../support/tune-statements.ts";

/** Ten customers of 330 orders fill the list; twenty of 300 are not listed, and 8,700 of one each make those look rare. */
const schema = `
create table orders (id bigint primary key, customer integer not null, city text not null, zip text not null);
alter table orders alter column customer set statistics 10;
insert into orders select i, case when i <= 9000 then i % 30 when i <= 9300 then i % 10 else i end, 'city ' || i % 90 / 9, 'zip ' || i % 90
  from generate_series(1, 18000) i;
analyze orders;
`;
const byCustomer = "select id from orders where customer = 29";
const byPlace = "select id from orders where city = 'city 3' and zip = 'zip 31'";

describe("advice from runs of a log", () => {
  let database: AnalyzedDatabase;

  const withRun = async (sql: string): Promise<Snapshot> => {
    const run = { sql, parameters: {}, durationMs: 1, plan: await database.explained(sql) };
    return { ...database.read, statements: [{ ...called(sql), queryId: "1", totalExecTimeMs: 1000, runs: [run] }] };
  };
  const sample = (customer: (n: number) => number) =>
    Array.from({ length: 3000 }, (_, n) => `(${n},${customer(n)},"city ${Math.floor((n % 90) / 9)}","zip ${n % 90}")`);
  const advise = async (rule: string, snapshot: Snapshot, sampled: readonly string[] | null): Promise<Tuning> => {
    const given = withSample(snapshot, "orders", sampled);
    return withShadow(given, (planner) => adviceOn({ parser: database.parser, planner, snapshot: given, rule }));
  };

  beforeAll(async () => {
    database = await analyzedDatabase(schema);
  });
  afterAll(() => database?.close());

  test("without sampled rows a statistics target is unproved, and no value of the run is told", async () => {
    const { advice, unread } = await advise("tuning/column-statistics-target", await withRun(byCustomer), null);
    expect(unread).toEqual([]);
    expect(advice.map((each) => each.proof.kind)).toEqual(["unproved"]);
    expect(advice[0]!.message).toContain("gave 300 rows by customer where 2 were expected");
    expect(advice[0]!.help).toContain("ANALYZE reads 18,000 rows of the table instead of 3,000");
    expect(JSON.stringify(advice)).not.toMatch(/= 29|customer\b[^"]*\b29\b/);
  });

  test("rows of the sample that hold the value are planned for with the longer list that they make", async () => {
    const { advice } = await advise(
      "tuning/column-statistics-target",
      await withRun(byCustomer),
      sample((n) => (n % 60 === 0 ? 29 : n + 1000)),
    );
    const change = "statistics of customer with up to 60 entries, made of sampled rows";
    expect(advice[0]!.proof).toMatchObject({
      kind: "planner",
      change,
      comparable: false,
      effects: [{ rowsBefore: 2, rowsAfter: 300, rowsSampled: 300 }],
    });
  });

  test("a sample too small to tell leaves it unproved, and says so", async () => {
    const { advice } = await advise(
      "tuning/column-statistics-target",
      await withRun(byCustomer),
      sample((n) => (n < 7 ? 29 : n + 1000)),
    );
    expect(advice[0]!.proof).toMatchObject({ kind: "unproved" });
    expect(JSON.stringify(advice[0]!.proof)).toContain("7 of 3,000 sampled rows are too few to tell");
  });

  test("columns that go together are advised on a logged run alone, unproved", async () => {
    const snapshot = await withRun(byPlace);
    const { advice, unread } = await advise("tuning/extended-statistics", snapshot, null);
    expect(unread).toEqual([]);
    const why = "a logged run gave 200 rows where 20 were expected; not tried: no sampled rows of orders (--sample-rows)";
    expect(advice[0]!.proof).toEqual({ kind: "unproved", why });
    expect(advice[0]!.message).toContain("a logged run gave 200 rows where 20 were expected");
    expect(JSON.stringify(advice)).not.toContain("zip 31");
    expect((await advise("tuning/column-statistics-target", snapshot, null)).advice).toEqual([]);
  });

  test("where rows are sampled they decide: the log's columns go together there too, or not", async () => {
    const snapshot = await withRun(byPlace);
    const { advice } = await advise(
      "tuning/extended-statistics",
      snapshot,
      sample((n) => n),
    );
    expect(advice.map((each) => each.proof.kind)).toEqual(["planner"]);
    const apart = Array.from({ length: 10_800 }, (_, n) => `(${n},${n},"city ${n % 10}","zip ${Math.floor(n / 10) % 90}")`);
    const { advice: none, refused } = await advise("tuning/extended-statistics", snapshot, apart);
    expect(none).toEqual([]);
    expect(refused[0]!.reason).toContain("no estimate is off by 10×");
  });

  // Last: it changes the table's statistics.
  test("the advised target lists the value: PostgreSQL's own estimate comes right after it is applied", async () => {
    const before = await database.explained(byCustomer);
    expect(before.root.planRows).toBeLessThan(10);
    const { advice } = await advise("tuning/column-statistics-target", await withRun(byCustomer), null);
    expect(advice[0]!.apply).toEqual(["ALTER TABLE public.orders ALTER COLUMN customer SET STATISTICS 60", "ANALYZE public.orders"]);
    for (const sql of advice[0]!.apply) await database.run(sql);
    expect((await database.explained(byCustomer)).root.planRows).toBe(300);
    for (const sql of advice[0]!.undo) await database.run(sql);
    expect((await database.explained(byCustomer)).root.planRows).toBe(before.root.planRows);
  });
});
