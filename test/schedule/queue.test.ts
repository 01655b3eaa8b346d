import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectForWriting } from "../../src/connect/connect.ts";
import type { Decision } from "../../src/schedule/decide.ts";
import { type Job, leaseMs, openQueue, type Queue } from "../../src/schedule/queue.ts";
import { type QueueDatabase, queueDatabase } from "../../src/schedule/queue-database.ts";
import { queueDeliveries } from "../../src/schedule/queue-deliveries.ts";
import { queueNotices } from "../../src/schedule/queue-notices.ts";
import { literalReport } from "../render/literal-report.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const postgres: NativePostgres | null = await nativePostgres();

describe.skipIf(!postgres)(`a queue of two workers on PostgreSQL ${postgres ? postgres.major : noNativePostgres}`, () => {
  const server = postgres!;
  let fleets = 0;
  let fleet: string;
  let first: Worker;
  let second: Worker;

  beforeAll(() => server.run("postgres", "create database jobs"));
  afterAll(() => server.stop());
  beforeEach(async () => {
    await first?.queue.close();
    await second?.queue.close();
    fleet = `fleet-${++fleets}`;
    // Both make the tables at once, as workers that are started together do.
    [first, second] = await Promise.all([worker(), worker()]);
  });
  afterAll(async () => {
    await first.queue.close();
    await second.queue.close();
  });

  interface Worker {
    readonly queue: Queue;
    readonly database: QueueDatabase;
  }
  const worker = async (): Promise<Worker> => {
    const url = server.url("jobs");
    const database = queueDatabase(() => connectForWriting({ url, statementTimeoutMs: 10_000, lockTimeoutMs: 5_000, env: {} }));
    const queue = await openQueue(database, fleet, (error) => {
      throw error;
    });
    return { queue, database };
  };

  const due = new Date("2026-11-21T10:00:00Z");
  const shop = { name: "shop", database: "db:5432/shop" };
  const run = (last: Date | null): Decision => (last !== null && last >= due ? { kind: "nothing" } : { kind: "run", due, missed: 0 });
  const offerAndTake = async (): Promise<Job> => {
    await first.queue.offer(shop, due, run);
    return (await first.queue.take(() => shop.database))!;
  };
  /** As if the worker had been silent for a lease: all that a killed one leaves. */
  const silence = () =>
    first.database.query(
      "update plansmith_queue.job set started_on = started_on - interval '1 hour' where name = $1 and state = 'active'",
      [fleet],
    );
  const runs = () =>
    first.database.query<{ target: string; outcome: string; worker: string }>(
      "select target, outcome, worker from plansmith_fleet.run where fleet = $1",
      [fleet],
    );

  test("a due time that both offer at once is one job, and is not offered again after it is done", async () => {
    const offered = await Promise.all([first, second].map(({ queue }) => queue.offer(shop, due, run)));
    expect(offered.map(({ kind }) => kind).sort()).toEqual(["nothing", "run"]);
    const taken = (await Promise.all([first, second].map(({ queue }) => queue.take(() => shop.database)))).filter((job) => job !== null);
    expect(taken).toMatchObject([{ target: "shop", dueAt: due, attempt: 1 }]);
    expect(await first.queue.conclude(taken[0]!, "done", "w1")).toBe(true);
    expect((await second.queue.offer(shop, due, run)).kind).toBe("nothing");
    expect(await second.queue.take(() => shop.database)).toBeNull();
    expect(await runs()).toEqual([{ target: "shop", outcome: "done", worker: "w1" }]);
  });

  test("a new target that waits for its next time leaves no job", async () => {
    expect(await first.queue.offer(shop, due, () => ({ kind: "first", due }))).toEqual({ kind: "first", due });
    expect(await first.queue.unfinishedCount()).toBe(0);
    expect((await second.queue.offer(shop, due, run)).kind).toBe("nothing");
  });

  test("the next time of a target is left out while its run is unfinished", async () => {
    const job = await offerAndTake();
    const later = new Date(due.getTime() + 3_600_000);
    const decision = (): Decision => ({ kind: "run", due: later, missed: 0 });
    expect(await second.queue.offer(shop, later, decision)).toEqual({ kind: "busy", due: later });
    await first.queue.conclude(job, "done", "w1");
    expect(await first.queue.unfinishedCount()).toBe(0);
  });

  test("a run whose worker falls silent goes to the other, once, and the first can do nothing more about it", async () => {
    const job = await offerAndTake();
    await silence();
    expect(await Promise.all([second.queue.revive("w2"), first.queue.revive("w1")])).toEqual([[], []]);
    const again = (await second.queue.take(() => shop.database))!;
    expect(again).toMatchObject({ id: job.id, target: "shop", dueAt: due, attempt: 1 });
    expect(again.token).toBeGreaterThan(job.token);
    expect(await first.queue.take(() => shop.database)).toBeNull();
    expect(await first.queue.hold(job)).toBe(false);
    expect(await first.queue.conclude(job, "done", "w1")).toBe(false);
    expect(await first.queue.putBack(job, { attempt: 2, delayMs: 0 })).toBe(false);
    expect(await second.queue.conclude(again, "done", "w2")).toBe(true);
    expect(await runs()).toEqual([{ target: "shop", outcome: "done", worker: "w2" }]);
    expect(await first.queue.unfinishedCount()).toBe(0);
  });

  test("a worker that says that it lives keeps its run, however long that takes", async () => {
    const job = await offerAndTake();
    await silence();
    expect(await first.queue.hold(job)).toBe(true);
    expect(await second.queue.revive("w2")).toEqual([]);
    expect(await second.queue.take(() => shop.database)).toBeNull();
    const [row] = await first.database.query<{ left: number }>(
      "select extract(epoch from started_on + expire_in - now())::float8 as left from plansmith_queue.job where id = $1",
      [job.id],
    );
    expect(row!.left * 1000).toBeGreaterThan(leaseMs / 2);
    expect(row!.left * 1000).toBeLessThanOrEqual(leaseMs);
    expect(await first.queue.conclude(job, "done", "w1")).toBe(true);
  });

  test("a run that kills each worker that takes it is given up after three, and told", async () => {
    await offerAndTake();
    for (let death = 1; death <= 2; death += 1) {
      await silence();
      expect(await second.queue.revive("w2")).toEqual([]);
      expect(await second.queue.take(() => shop.database)).not.toBeNull();
    }
    await silence();
    expect(await second.queue.revive("w2")).toEqual([{ target: "shop", dueAt: due, attempt: 1 }]);
    expect(await runs()).toEqual([{ target: "shop", outcome: "failed: its workers died", worker: "w2" }]);
    expect(await first.queue.unfinishedCount()).toBe(0);
  });

  test("two targets of one database are not at work at the same time, and the second is not lost", async () => {
    const weekly = { name: "weekly", database: shop.database };
    await first.queue.offer(shop, due, run);
    await first.queue.offer(weekly, due, run);
    const [one, other] = await Promise.all([first, second].map(({ queue }) => queue.take(() => shop.database)));
    expect([one, other].filter((job) => job === null)).toHaveLength(1);
    expect(await first.queue.unfinishedCount()).toBe(2);
  });

  test("a target that this worker's file does not know is left for another", async () => {
    await first.queue.offer(shop, due, run);
    expect(await second.queue.take(() => null)).toBeNull();
    expect(await first.queue.unfinishedCount()).toBe(1);
  });

  test("a run put back is taken again, with its next try", async () => {
    const job = await offerAndTake();
    expect(await first.queue.putBack(job, { attempt: 2, delayMs: -1_000 })).toBe(true);
    expect(await second.queue.take(() => shop.database)).toMatchObject({ target: "shop", dueAt: due, attempt: 2, token: 0 });
  });

  describe("deliveries", () => {
    const key = { target: "shop", destination: "webhook-1", dueAt: due };
    const deliveriesOf = ({ queue, database }: Worker, job: Job, onLost: () => void = () => undefined) =>
      queueDeliveries(database, { fleet, whileHeld: (work) => queue.whileHeld(job, work), onLost });

    test("one that the dead worker made is not made again; one that it began is uncertain; one that it did not is made", async () => {
      const job = await offerAndTake();
      const mine = deliveriesOf(first, job);
      expect(await mine.claim(key)).toBe("new");
      await mine.settle(key, literalReport);
      expect(await mine.claim({ ...key, destination: "webhook-2" })).toBe("new");
      await silence();
      await second.queue.revive("w2");
      const theirs = deliveriesOf(second, (await second.queue.take(() => shop.database))!);
      expect(await theirs.claim(key)).toBe("sent");
      expect(await theirs.claim({ ...key, destination: "webhook-2" })).toBe("uncertain");
      expect(await theirs.claim({ ...key, destination: "webhook-3" })).toBe("new");
      expect(await theirs.last("shop", "webhook-1")).toEqual(JSON.parse(JSON.stringify(literalReport)));
      expect(await theirs.last("shop", "webhook-2")).toBeNull();
    });

    test("a worker that was thought dead can begin none", async () => {
      const job = await offerAndTake();
      await silence();
      await second.queue.revive("w2");
      await second.queue.take(() => shop.database);
      const lost: string[] = [];
      await expect(deliveriesOf(first, job, () => void lost.push("shop")).claim(key)).rejects.toMatchObject({ code: "ABORTED" });
      expect(lost).toEqual(["shop"]);
    });

    test("one that failed may be tried again", async () => {
      const mine = deliveriesOf(first, await offerAndTake());
      await mine.claim(key);
      await mine.settle(key, null);
      expect(await mine.claim(key)).toBe("new");
    });
  });

  test("what one worker told of a failure the other knows, and can take back", async () => {
    const [mine, theirs] = [queueNotices(first.database, fleet), queueNotices(second.database, fleet)];
    expect(await mine.failingSince("shop", "webhook-1")).toBeNull();
    await mine.recordNotice("shop", "webhook-1", due);
    await theirs.recordNotice("shop", "webhook-1", new Date(due.getTime() + 1));
    expect(await theirs.failingSince("shop", "webhook-1")).toEqual(due);
    expect(await theirs.failingSince("shop", "webhook-2")).toBeNull();
    await theirs.recordNotice("shop", "webhook-1", null);
    expect(await mine.failingSince("shop", "webhook-1")).toBeNull();
  });

  test("a connection that is lost is made anew", async () => {
    await server.run("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'jobs'");
    await expect(first.queue.unfinishedCount()).rejects.toThrow();
    expect(await first.queue.unfinishedCount()).toBe(0);
    expect(await second.queue.unfinishedCount().catch(() => second.queue.unfinishedCount())).toBe(0);
  });

  test("a role that may not make the tables is told the grant", async () => {
    await server.run("postgres", "create role plain login", "create database closed");
    const url = server.url("closed", "plain");
    const database = queueDatabase(() => connectForWriting({ url, statementTimeoutMs: 10_000, lockTimeoutMs: 5_000, env: {} }));
    await expect(openQueue(database, "x", () => undefined)).rejects.toMatchObject({
      code: "PERMISSION_DENIED",
      hint: expect.stringContaining("GRANT CREATE ON DATABASE"),
    });
    await database.close();
  });
});
