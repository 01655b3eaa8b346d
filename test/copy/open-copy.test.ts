import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectForWriting } from "../../src/connect/connect.ts";
import type { Measurer } from "../../src/contract/measurer.ts";
import { openManifest } from "../../src/copy/manifest.ts";
import { openCopy } from "../../src/copy/open-copy.ts";
import type { Candidate, IndexDefinition } from "../../src/domain/candidate.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { indexesUsed } from "../../src/parse/read-plan.ts";
import { index, storeMaintenance, storeSql } from "../planners/store.ts";
import { collect } from "../shadow/fidelity.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { plainKey } from "../support/plain-index.ts";

const server = await nativePostgres();

describe.skipIf(server === null)(`a copy on a native PostgreSQL (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  let client: pg.Client;
  let itself: Snapshot;
  let production: Snapshot;
  const connect = () => connectForWriting({ url: native.url(), statementTimeoutMs: 60_000, lockTimeoutMs: 2_000 });
  const options = { isVouchedFor: false, timeoutMs: 500 };

  beforeAll(async () => {
    await native.run("postgres", ...storeSql, ...storeMaintenance);
    client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    itself = await collect({
      query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
        (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
      close: async () => {},
    });
    // Production as another cluster with the same tables.
    production = { ...itself, server: { ...itself.server, systemIdentifier: "1" } };
  });
  afterAll(async () => {
    await client?.end();
    await native.stop();
  });

  const relations = async (): Promise<string[]> =>
    (await client.query("select relname::text as name from pg_class where relkind <> 't' order by 1")).rows.map((row) => row.name);
  const creation = (id: string, definition: IndexDefinition): Candidate => ({
    id,
    change: { kind: "create-index", index: definition },
    helps: [],
    proposedBy: [],
    reason: "",
  });
  const dropped: Candidate = {
    id: "d00000000001",
    change: { kind: "drop-index", index: { schema: "public", name: "orders_placed_at" }, relation: { schema: "public", name: "orders" } },
    helps: [],
    proposedBy: [],
    reason: "",
  };
  const request = (changes: readonly Candidate[], statements: readonly string[], signal = new AbortController().signal) => ({
    changes,
    statements: statements.map((sql) => ({ family: sql, sql })),
    signal,
    onProgress: () => {},
  });
  const onCopy = async <T>(work: (copy: Measurer) => Promise<T>, from = production): Promise<T> => {
    const copy = await openCopy(connect, from, options);
    try {
      return await work(copy);
    } finally {
      await copy.close();
    }
  };

  test("production itself is refused, whatever the user says", async () => {
    await expect(openCopy(connect, itself, { ...options, isVouchedFor: true })).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED" });
  });

  test("a server that cannot be told from production is refused unless the user vouches for it", async () => {
    const unknown = { ...itself, server: { ...itself.server, systemIdentifier: null } };
    await expect(openCopy(connect, unknown, options)).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED", hint: /i-know-this-is-a-copy/ });
    const copy = await openCopy(connect, unknown, { ...options, isVouchedFor: true });
    await copy.close();
  });

  test("indexes are built, statements run with and without, and nothing is left", async () => {
    const before = await relations();
    const [select, write] = ["select * from orders where customer_id = 77", "update orders set status = 'paid' where customer_id = 78"];
    const plain = creation("a00000000001", index("orders", "customer_id"));
    const expression = creation("a00000000002", { ...index("customers", "email"), keys: [plainKey("lower(email)")] });
    const byEmail = "select * from customers where lower(email) = 'user5@example.org'";
    const counted = (await client.query("select count(*) from orders where status = 'paid'")).rows[0];
    const { outcomes, built, cautions } = await onCopy((copy) => copy.measure(request([plain, expression], [select!, write!, byEmail])));
    expect(cautions).toEqual([]);
    for (const sql of [select!, write!, byEmail]) {
      const outcome = outcomes.get(sql);
      if (outcome?.kind !== "measured") throw new Error(JSON.stringify(outcome));
      expect(outcome.sameRows).toBe(true);
      expect(outcome.before).toMatchObject({ runs: 5, cache: "warm" });
      expect([...indexesUsed(outcome.before.plan)]).toEqual([]);
      expect([...indexesUsed(outcome.after.plan)]).toEqual([sql === byEmail ? "plansmith_a00000000002" : "plansmith_a00000000001"]);
      expect(outcome.after.medianMs).toBeLessThan(outcome.before.medianMs);
    }
    expect(built.get("a00000000001")!.bytes).toBeGreaterThan(100_000);
    expect((await client.query("select count(*) from orders where status = 'paid'")).rows[0]).toEqual(counted);
    expect(await relations()).toEqual(before);
  });

  test("what reads a new index runs without it too, and then an old index of its table stays", async () => {
    const before = await relations();
    const byCustomer = "select * from orders where customer_id = 77";
    const byDay = "select count(*) from orders where placed_at > '2025-01-28 12:00+00'";
    const plain = creation("a00000000001", index("orders", "customer_id"));
    const wider = creation("a00000000002", index("orders", "placed_at", { include: ["total"] }));
    const unread = creation("a00000000003", index("orders", "total"));
    const { outcomes, taken } = await onCopy((copy) => copy.measure(request([plain, wider, unread, dropped], [byCustomer, byDay])));
    const plansOf = (id: string) => taken.get(id)!.map((run) => [run.family, run.with.plan, run.without!.plan] as const);
    expect([...taken.keys()].toSorted()).toEqual(["a00000000001", "a00000000002", "a00000000003"]);
    expect(taken.get("a00000000003")).toEqual([]);
    expect(plansOf("a00000000001").map(([sql, , without]) => [sql, [...indexesUsed(without)]])).toEqual([[byCustomer, []]]);
    expect(plansOf("a00000000002").map(([sql, whole, without]) => [sql, [...indexesUsed(whole)], [...indexesUsed(without)]])).toEqual([
      [byDay, ["plansmith_a00000000002"], ["orders_placed_at"]],
    ]);
    expect(outcomes.get(byDay)?.kind).toBe("measured");
    expect(await relations()).toEqual(before);
  });

  test("an index of a partitioned table is taken away with its parts", async () => {
    await client.query("create table visits (at date not null, who int) partition by range (at)");
    await client.query("create table visits_1 partition of visits for values from ('2025-01-01') to ('2025-02-01')");
    await client.query("insert into visits select date '2025-01-01' + n % 31, n from generate_series(1, 20000) n; analyze visits");
    const sql = "select * from visits where who = 4711";
    const { taken, built } = await onCopy((copy) => copy.measure(request([creation("a00000000001", index("visits", "who"))], [sql])));
    await client.query("drop table visits");
    expect(built.get("a00000000001")!.bytes).toBeGreaterThan(100_000);
    const [run] = taken.get("a00000000001")!;
    expect([...indexesUsed(run!.with.plan)]).toHaveLength(1);
    expect([...indexesUsed(run!.without!.plan)]).toEqual([]);
  });

  test("an index is dropped for the measuring only", async () => {
    const sql = "select count(*) from orders where placed_at > '2025-01-28 12:00+00'";
    const { outcomes } = await onCopy((copy) => copy.measure(request([dropped], [sql])));
    const outcome = outcomes.get(sql);
    if (outcome?.kind !== "measured") throw new Error(JSON.stringify(outcome));
    expect([...indexesUsed(outcome.before.plan)]).toEqual(["orders_placed_at"]);
    expect([...indexesUsed(outcome.after.plan)]).toEqual([]);
    expect(await relations()).toContain("orders_placed_at");
  });

  test("what takes too long, fails or reads a foreign server is inconclusive, with the reason", async () => {
    const hasForeign = await client.query("create extension postgres_fdw").then(
      () => true,
      () => false, // contrib is not installed
    );
    const foreign = "select * from far";
    if (hasForeign)
      await client.query("create server other foreign data wrapper postgres_fdw; create foreign table far (id int) server other");
    const [slow, wrong, two] = [
      "select count(*) from orders, pg_sleep(2)",
      "select 1 / (id - id) from orders",
      "select 1; drop table orders",
    ];
    const statements = [slow!, wrong!, two!, ...(hasForeign ? [foreign] : [])];
    const { outcomes } = await onCopy((copy) => copy.measure(request([], statements)));
    if (hasForeign) await client.query("drop server other cascade; drop extension postgres_fdw");
    expect(outcomes.get(slow!)).toMatchObject({ kind: "inconclusive", because: "timed-out" });
    expect(outcomes.get(wrong!)).toMatchObject({ kind: "inconclusive", because: "unsupported", detail: expect.stringContaining("22012") });
    expect(outcomes.get(two!)).toMatchObject({ kind: "inconclusive", because: "unsupported" });
    if (hasForeign) expect(outcomes.get(foreign)).toMatchObject({ kind: "inconclusive", because: "unsupported" });
    expect((await client.query("select count(*)::int as n from orders")).rows[0].n).toBe(40000);
  });

  test("an index that the copy refuses is said, and the others are measured", async () => {
    const sql = "select * from orders where customer_id = 77";
    const changes = [creation("a00000000003", index("orders", "nothing")), creation("a00000000001", index("orders", "customer_id"))];
    const { outcomes, built, cautions } = await onCopy((copy) => copy.measure(request(changes, [sql])));
    expect(cautions.map((each) => each.text)).toEqual([expect.stringContaining("42703")]);
    expect([...built.keys()]).toEqual(["a00000000001"]);
    expect(outcomes.get(sql)?.kind).toBe("measured");
  });

  test("a copy with other numbers of rows is said to be unlike production", async () => {
    const grown = production.catalog.relations.map((each) => (each.name === "orders" ? { ...each, rows: 4_000_000 } : each));
    const larger = { ...production, catalog: { ...production.catalog, relations: grown } };
    const { cautions } = await onCopy((copy) => copy.measure(request([], [])), larger);
    expect(cautions.map((each) => each.text)).toEqual([
      expect.stringContaining("orders holds 40,000 rows on the copy and 4,000,000 in production"),
    ]);
  });

  test("what a crashed run has left is removed by the next, and nothing else", async () => {
    const before = await relations();
    await client.query("create index plansmith_of_the_user on orders (total)");
    const crashed = await connect();
    const { manifest } = await openManifest(crashed);
    await manifest.recordIndex({ schema: "public", name: "plansmith_a00000000009" });
    await crashed.query("create index plansmith_a00000000009 on orders (status)");
    await manifest.recordIndex({ schema: "public", name: "orders_placed_at" }); // a list somebody has tampered with
    // While it lives, nobody else may measure.
    await expect(openCopy(connect, production, options)).rejects.toMatchObject({ message: expect.stringContaining("Another") });
    await crashed.close();
    expect(await relations()).toContain("plansmith_a00000000009");
    const description = await onCopy(async (copy) => copy.description);
    expect(description).toContain("1 left by an earlier run removed");
    expect(await relations()).toEqual([...before, "plansmith_of_the_user"].toSorted());
    await client.query("drop index plansmith_of_the_user");
  });

  test("an interrupt ends the run and drops what it made", async () => {
    const before = await relations();
    const interrupt = new AbortController();
    const change = creation("a00000000001", index("orders", "customer_id"));
    const measuring = onCopy((copy) =>
      copy.measure({
        ...request([change], ["select * from orders where customer_id = 77"], interrupt.signal),
        // The third step runs the statement with the index, which is built by then.
        onProgress: (_stage, done) => done === 3 && interrupt.abort(),
      }),
    );
    await expect(measuring).rejects.toMatchObject({ code: "ABORTED" });
    expect(await relations()).toEqual(before);
  });
});
