import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApplyItem } from "../../src/apply/choose-items.ts";
import { type Executed, executeItems } from "../../src/apply/execute.ts";
import { indexState } from "../../src/apply/index-state.ts";
import { readSteps } from "../../src/apply/read-steps.ts";
import { liveSource } from "../../src/collect/live-source.ts";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { applySteps } from "../../src/explain/apply-steps.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { openApplyServer } from "../../src/wire-apply.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { plainIndex } from "../support/plain-index.ts";
import { sessionOf } from "../support/test-database.ts";

const server = await nativePostgres();
let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(async () => {
  await parser.close();
  await server?.stop();
});

async function item(apply: readonly string[], undo: readonly string[] = []): Promise<ApplyItem> {
  const [steps, back] = [await readSteps(parser, apply), await readSteps(parser, undo)];
  if (steps.kind === "by-hand" || back.kind === "by-hand") throw new Error(JSON.stringify([steps, back]));
  return { id: "id", title: "t", steps: steps.steps, undo: back.steps, cautions: [], basis: "estimated" };
}

describe.skipIf(server === null)(`changes run on a server (${server === null ? noNativePostgres : `PostgreSQL ${server.major}`})`, () => {
  const native = server as NativePostgres; // the suite is skipped without one
  let client: pg.Client;
  let session: SqlSession;
  beforeAll(async () => {
    await native.run(
      "postgres",
      "create table orders (id int primary key, note text, status text)",
      "insert into orders select g, 'n' || g % 50, case when g % 9 = 0 then 'open' else 'done' end from generate_series(1, 2000) g",
      "create table events (at date not null, kind text) partition by range (at)",
      "create table events_1 partition of events for values from ('2025-01-01') to ('2026-01-01')",
      "create table events_2 partition of events for values from ('2026-01-01') to ('2027-01-01') partition by range (at)",
      "create table events_2a partition of events_2 for values from ('2026-01-01') to ('2026-06-01')",
      "insert into events select '2025-06-01'::date + g, 'k' from generate_series(1, 300) g",
    );
    client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    session = sessionOf(client);
  });
  afterAll(() => client.end());

  async function run(items: readonly ApplyItem[], more: { lockTimeout?: string; sleep?: (ms: number) => Promise<void> } = {}) {
    const told: string[] = [];
    const result: Executed = await executeItems(session, items, {
      lockTimeout: more.lockTimeout ?? "1s",
      tell: (line) => told.push(line),
      sleep: more.sleep ?? (async () => {}),
      signal: new AbortController().signal,
    });
    return { ...result, told };
  }

  async function isValid(name: string): Promise<boolean | null> {
    const rows = await session.query<{ valid: boolean }>("select indisvalid as valid from pg_index where indexrelid = to_regclass($1)", [
      name,
    ]);
    return rows[0]?.valid ?? null;
  }

  const other = async <T>(work: (own: pg.Client) => Promise<T>): Promise<T> => {
    const own = new pg.Client({ connectionString: native.url() });
    await own.connect();
    try {
      return await work(own);
    } finally {
      await own.end();
    }
  };

  test("an index is built CONCURRENTLY and is valid; a second run passes over it", async () => {
    const sql = "CREATE INDEX CONCURRENTLY orders_note ON public.orders (lower(note)) WHERE status = 'open'";
    const items = [await item([sql, "ANALYZE public.orders"])];
    expect(await run(items)).toMatchObject({ failed: null, notDone: [], done: [sql, "ANALYZE public.orders"] });
    expect(await isValid("public.orders_note")).toBe(true);
    const again = await run(items);
    expect(again.failed).toBeNull();
    expect(again.told).toContain("  public.orders_note is there already, and valid");
  });

  test("a valid index of the name with another definition is never dropped", async () => {
    await client.query("create index taken on orders (status)");
    const result = await run([await item(["CREATE INDEX CONCURRENTLY taken ON public.orders (note)"])]);
    expect(result.failed?.why).toContain("there with another definition");
    expect((await indexState(session, { schema: "public", name: "taken" })).kind).toBe("valid");
  });

  test("an INVALID index that a failed build has left is dropped and built anew", async () => {
    await expect(client.query("create unique index concurrently left_over on orders (status)")).rejects.toMatchObject({ code: "23505" });
    expect(await isValid("public.left_over")).toBe(false);
    const result = await run([await item(["CREATE INDEX CONCURRENTLY left_over ON public.orders (status)"])]);
    expect(result.failed).toBeNull();
    expect(await isValid("public.left_over")).toBe(true);
  });

  test("a partitioned table gets its index partition by partition, on every level, and the parent's becomes valid", async () => {
    const source = liveSource(session, {
      top: 1,
      minCalls: 0,
      includeSchemas: ["public"],
      excludeSchemas: [],
      readEnds: false,
      redactValues: true,
      statements: [],
      now: new Date(0),
    });
    const { catalog } = await source.read({});
    const { apply, undo, index } = applySteps({ kind: "create-index", index: plainIndex("events", ["kind"]) }, catalog);
    const items = [await item(apply, undo)];
    expect((await run(items)).failed).toBeNull();
    expect(await isValid(`public.${index!.name}`)).toBe(true);
    expect((await run(items)).failed).toBeNull();
    const back = await item(undo);
    expect((await run([back])).failed).toBeNull();
    expect(await isValid(`public.${index!.name}`)).toBeNull();
  });

  test("a lock that is not free is tried again, with waits that double, until it is", async () => {
    const waits: number[] = [];
    await other(async (holder) => {
      await holder.query("begin; lock table orders in share row exclusive mode");
      const sleep = async (ms: number) => {
        waits.push(ms);
        if (waits.length === 2) await holder.query("rollback");
      };
      const result = await run([await item(["ALTER TABLE public.orders SET (autovacuum_vacuum_scale_factor = 0.05)"])], {
        lockTimeout: "50ms",
        sleep,
      });
      expect(result.failed).toBeNull();
      expect(result.told.filter((line) => line.includes("55P03"))).toHaveLength(2);
    });
    expect(waits).toEqual([1000, 2000]);
  });

  test("a lock that is never free ends it at the fifth attempt; what is done and what is not is told", async () => {
    const first = "ALTER TABLE public.events_1 SET (autovacuum_vacuum_scale_factor = 0.05)";
    const stuck = "ALTER TABLE public.orders RESET (autovacuum_vacuum_scale_factor)";
    const last = "CREATE STATISTICS public.orders_both ON note, status FROM public.orders";
    await other(async (holder) => {
      await holder.query("begin; lock table orders in share row exclusive mode");
      const result = await run([await item([first]), await item([stuck]), await item([last])], { lockTimeout: "20ms" });
      expect(result).toMatchObject({ done: [first], failed: { sql: stuck }, notDone: [last] });
      expect(result.failed?.why).toContain("55P03");
      expect(result.told.filter((line) => line === stuck)).toHaveLength(5);
    });
  });

  test("a plain CREATE or DROP INDEX on an ordinary table is refused: it would lock as long as it works", async () => {
    const result = await run([await item(["CREATE INDEX orders_plain ON public.orders (note)"])]);
    expect(result.failed?.why).toContain("CONCURRENTLY");
    expect(await isValid("public.orders_plain")).toBeNull();
    await client.query("create index orders_dropped on orders (note)");
    expect((await run([await item(["DROP INDEX public.orders_dropped"])])).failed).not.toBeNull();
    expect(await isValid("public.orders_dropped")).toBe(true);
  });

  test("an interrupted build is cancelled, its INVALID index is gone, and the rest is not begun", async () => {
    const controller = new AbortController();
    const build = "CREATE INDEX CONCURRENTLY orders_slow ON public.orders (note)";
    const opened = await openApplyServer(native.url());
    await expect(openApplyServer(native.url())).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED" });
    try {
      await other(async (writer) => {
        await writer.query("begin; update orders set note = note where id = 1");
        const running = opened.execute([await item([build]), await item(["ANALYZE public.orders"])], {
          lockTimeout: "1s",
          tell: () => {},
          signal: controller.signal,
        });
        // The build waits for the writer, and the clean-up after it as well: both can be seen, so nothing races.
        const until = async (sql: string) => {
          while ((await client.query(sql)).rowCount === 0);
        };
        const building = "select from pg_stat_activity where state = 'active' and query like 'CREATE INDEX CONCURRENTLY orders_slow%'";
        await until(`${building} and wait_event_type = 'Lock'`);
        controller.abort();
        await until(`select where not exists (${building})`);
        await writer.query("rollback");
        const result = await running;
        expect(result).toMatchObject({ done: [], failed: { sql: build }, notDone: ["ANALYZE public.orders"] });
        expect(result.failed?.why).toContain("interrupted");
        expect(await isValid("public.orders_slow")).toBeNull();
      });
    } finally {
      await opened.close();
    }
  });

  test("SQL that is no change of an index, statistics or a storage parameter is left to a person", async () => {
    for (const sql of [
      "DROP TABLE public.orders",
      "DROP INDEX public.a CASCADE",
      "ALTER TABLE public.orders ALTER COLUMN id TYPE bigint",
      "ALTER SYSTEM SET work_mem = '1GB'",
      "VACUUM FULL public.orders",
      "CREATE INDEX CONCURRENTLY ON public.orders (note)",
      "ALTER TABLE public.orders ATTACH PARTITION public.x DEFAULT",
      "CREATE INDEX CONCURRENTLY a ON public.orders (note); DROP TABLE public.orders",
      "ALTER TABLE public.orders SET (fillfactor = 90), DROP COLUMN note",
      "SELECT pg_reload_conf()",
      "not SQL",
    ])
      expect((await readSteps(parser, [sql])).kind, sql).toBe("by-hand");
  });
});
