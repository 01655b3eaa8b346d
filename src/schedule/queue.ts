import PgBoss from "pg-boss";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Decision } from "./decide.ts";
import type { QueueDatabase } from "./queue-database.ts";
import { makeQueueTables, overRaces, refused } from "./queue-tables.ts";
import type { Run } from "./run.ts";

/** A run that this worker has taken. */
export interface Job extends Run {
  readonly id: string;
  /** Which taking of the job this is: another worker that takes it has a higher one. */
  readonly token: number;
}

/** A fleet's runs, shared by its workers. Every change is one transaction. */
export interface Queue {
  /** Adds the run of a due time, once over all workers. `decide` is told the time that was offered before, null for a target that is new. */
  offer(target: { readonly name: string; readonly database: string }, due: Date, decide: (last: Date | null) => Decision): Promise<Offered>;
  /** Null: nothing can begin now. */
  take(databaseOf: (target: string) => string | null): Promise<Job | null>;
  /** Goes on holding a job; false: another worker has it. */
  hold(job: Job): Promise<boolean>;
  /** Ends a job, keeping a line about it. False, and nothing, when it is not ours any more; so are the two below. */
  conclude(job: Job, outcome: string, worker: string): Promise<boolean>;
  putBack(job: Job, later: { readonly attempt: number; readonly delayMs: number }): Promise<boolean>;
  /** Gives the jobs of dead workers back. Those whose workers died too often are ended; their runs are returned. */
  revive(worker: string): Promise<readonly Run[]>;
  /** Jobs that wait or are at work, here or with another worker. */
  unfinishedCount(): Promise<number>;
  /** `work` in a transaction that holds the job; null when it is not ours any more. */
  whileHeld<T>(job: Job, work: (session: SqlSession) => Promise<T>): Promise<T | null>;
  close(): Promise<void>;
}

/** A decision, or that the target's run before is not finished. */
export type Offered = Decision | { readonly kind: "busy"; readonly due: Date };

/**
 * A worker that is killed is noticed after this: it says that it lives five times within it, so that one lost message changes nothing.
 */
export const leaseMs = 20_000;
export const holdEveryMs = leaseMs / 5;
/** A run that kills each worker that takes it (too little memory) ends with this many. */
const mostDeaths = 3;
/** Two targets of one database: the second looks again after this. */
const busyMs = 15_000;

const schema = "plansmith_queue";

interface JobData {
  readonly target: string;
  readonly dueAt: string;
  readonly attempt: number;
}

/**
 * A queue on pg-boss, in schemas of its own. pg-boss ends a job some fixed time after it was taken, which is long for a worker that died
 * and short for a long audit; so a job is taken for `leaseMs` and its `expire_in` is moved on while the worker lives. That is one UPDATE of
 * pg-boss's table, whose shape holds for the pinned version (test/schedule/queue.test.ts). `retry_count` rises with each taking and tells
 * a worker that was thought dead from the one that has the job now.
 */
export async function openQueue(database: QueueDatabase, fleet: string, onError: (error: Error) => void): Promise<Queue> {
  await makeQueueTables(database);
  const boss = await refused(() =>
    overRaces(async () => {
      // A new one for each try: one whose start has failed does nothing when it is started again.
      const made = new PgBoss({
        db: { executeSql: async (text, values) => ({ rows: await database.query(text, values) }) },
        schema,
        schedule: false,
      });
      made.on("error", onError);
      await made.start();
      await made.createQueue(fleet);
      return made;
    }),
  );

  const within = (session: SqlSession): PgBoss.Db => ({
    executeSql: async (text, values) => ({ rows: await session.query(text, values) }),
  });
  const send = (session: SqlSession, data: JobData, more: { readonly database: string | null; readonly delayMs: number }) =>
    boss.send(fleet, data, {
      db: within(session),
      ...(more.database === null ? {} : { singletonKey: more.database }),
      startAfter: new Date(Date.now() + more.delayMs),
      expireInSeconds: leaseMs / 1000,
      retryLimit: mostDeaths - 1,
      retryDelay: 0,
    });
  const isOurs = async (session: SqlSession, job: Job) => {
    const rows = await session.query(
      `select 1 from ${schema}.job where name = $1 and id = $2 and state = 'active' and retry_count = $3 for update`,
      [fleet, job.id, job.token],
    );
    return rows.length > 0;
  };
  const whileHeld = <T>(job: Job, work: (session: SqlSession) => Promise<T>): Promise<T | null> =>
    database.transaction(async (session) => ((await isOurs(session, job)) ? work(session) : null));
  const record = (session: SqlSession, run: Run, outcome: string, worker: string) =>
    session.query(
      `insert into plansmith_fleet.run (fleet, target, due_at, outcome, attempt, worker) values ($1, $2, $3, $4, $5, $6)
       on conflict (fleet, target, due_at) do update set outcome = excluded.outcome, attempt = excluded.attempt, worker = excluded.worker, ended_at = now()`,
      [fleet, run.target, run.dueAt, outcome, run.attempt, worker],
    );

  return {
    offer: ({ name: target, database: key }, due, decide) =>
      database.transaction(async (session) => {
        // The row is there before it is locked, so that two workers that meet a new target wait for one another.
        await session.query("insert into plansmith_fleet.target (fleet, name) values ($1, $2) on conflict do nothing", [fleet, target]);
        const [known] = await session.query<{ last_due: Date | null }>(
          "select last_due from plansmith_fleet.target where fleet = $1 and name = $2 for update",
          [fleet, target],
        );
        const decision = decide(known!.last_due);
        if (decision.kind === "nothing") return decision;
        await session.query("update plansmith_fleet.target set last_due = $3 where fleet = $1 and name = $2", [fleet, target, due]);
        if (decision.kind !== "run") return decision;
        const unfinished = await session.query(
          `select 1 from ${schema}.job where name = $1 and data->>'target' = $2 and state < 'completed' limit 1`,
          [fleet, target],
        );
        if (unfinished.length > 0) return { kind: "busy", due };
        await send(session, { target, dueAt: due.toISOString(), attempt: 1 }, { database: key, delayMs: 0 });
        return decision;
      }),

    take: (databaseOf) =>
      database.transaction(async (session) => {
        const [taken] = await boss.fetch<JobData>(fleet, { includeMetadata: true, priority: false, batchSize: 1, db: within(session) });
        if (taken === undefined) return null;
        const { target, dueAt, attempt } = taken.data;
        const key = databaseOf(target);
        const back = async () => {
          await boss.complete(fleet, taken.id, {}, { db: within(session) });
          await send(session, taken.data, { database: key ?? taken.singletonKey, delayMs: busyMs });
          return null;
        };
        // Another worker's file knows it.
        if (key === null) return back();
        // Two workers that take two targets of one database at once look one after the other.
        await session.query("select pg_advisory_xact_lock(hashtextextended('plansmith ' || $1, 0))", [key]);
        const others = await session.query(
          `select 1 from ${schema}.job where name = $1 and singleton_key = $2 and state = 'active' and id <> $3 limit 1`,
          [fleet, key, taken.id],
        );
        if (others.length > 0) return back();
        return { id: taken.id, token: taken.retryCount, target, dueAt: new Date(dueAt), attempt };
      }),

    async hold(job) {
      const rows = await database.query(
        `update ${schema}.job set expire_in = (now() - started_on) + $4 * interval '1 ms'
         where name = $1 and id = $2 and state = 'active' and retry_count = $3 returning 1`,
        [fleet, job.id, job.token, leaseMs],
      );
      return rows.length > 0;
    },

    async conclude(job, outcome, worker) {
      const done = await whileHeld(job, async (session) => {
        await record(session, job, outcome, worker);
        await boss.complete(fleet, job.id, {}, { db: within(session) });
        return true;
      });
      return done ?? false;
    },

    async putBack(job, { attempt, delayMs }) {
      const done = await whileHeld(job, async (session) => {
        const [row] = await session.query<{ key: string | null }>(
          `select singleton_key as key from ${schema}.job where name = $1 and id = $2`,
          [fleet, job.id],
        );
        await boss.complete(fleet, job.id, {}, { db: within(session) });
        await send(session, { target: job.target, dueAt: job.dueAt.toISOString(), attempt }, { database: row?.key ?? null, delayMs });
        return true;
      });
      return done ?? false;
    },

    async revive(worker) {
      await boss.expire();
      return database.transaction(async (session) => {
        const dead = await session.query<{ id: string; data: JobData }>(
          `select id, data from ${schema}.job where name = $1 and state = 'failed' order by created_on, id for update skip locked`,
          [fleet],
        );
        const runs = dead.map(({ data }): Run => ({ target: data.target, dueAt: new Date(data.dueAt), attempt: data.attempt }));
        for (const run of runs) await record(session, run, "failed: its workers died", worker);
        if (dead.length > 0)
          await boss.deleteJob(
            fleet,
            dead.map(({ id }) => id),
            { db: within(session) },
          );
        return runs;
      });
    },

    async unfinishedCount() {
      const [row] = await database.query<{ count: number }>(
        `select count(*)::int as count from ${schema}.job where name = $1 and state < 'completed'`,
        [fleet],
      );
      return row!.count;
    },

    whileHeld,

    async close() {
      await boss.stop({ graceful: false });
      await database.close();
    },
  };
}
