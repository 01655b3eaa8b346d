import pg from "pg";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import type { WriteShape } from "./shapes.ts";

/** Processor µs of the server's process for a row. */
export interface WriteTimes {
  readonly insert: number;
  readonly update: number;
  /** Part of the updates that were HOT, 0–1. */
  readonly hotShare: number;
}

/** A session and the processor time that the server's process took for a statement. */
export interface TimedSession {
  readonly session: SqlSession;
  /** Seconds, user and system together: a shared machine's clock shows its other users. */
  processorSeconds(statements: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

export async function openTimed(database: string): Promise<TimedSession> {
  const client = new pg.Client({ database });
  await client.connect();
  const query = async <Row extends object>(sql: string) => (await client.query(sql)).rows as Row[];
  let seconds = 0;
  // ResetUsage/ShowUsage (postgres.c): `! 0.123 s user, 0.004 s system, 0.130 s elapsed` for each statement.
  client.on("notice", (notice) => {
    const text = `${notice.message ?? ""}\n${notice.detail ?? ""}`;
    const used = /([\d.]+) s user, ([\d.]+) s system, [\d.]+ s elapsed/.exec(text);
    if (used) seconds += Number(used[1]) + Number(used[2]);
  });
  return {
    session: { query, close: () => client.end() },
    async processorSeconds(statements) {
      await query("set client_min_messages = log");
      await query("set log_statement_stats = on");
      seconds = 0;
      for (const sql of statements) await query(sql);
      const used = seconds;
      await query("set log_statement_stats = off");
      await query("set client_min_messages = notice");
      return used;
    },
    close: () => client.end(),
  };
}

/** Rows of one transaction, as an application's batch or a few requests write them. */
const batch = 20;

/**
 * Fills a table with a primary key, indexes it, then times an insert of as many rows again and an update of the first half, in small
 * transactions, each with the merging of GIN's pending lists that it leaves behind: who merges them later pays the same.
 */
export async function measureOnce(
  timed: TimedSession,
  shape: WriteShape,
  { rows, indexes }: { readonly rows: number; readonly indexes: readonly string[] },
): Promise<WriteTimes> {
  const { session } = timed;
  const run = (sql: string) => session.query(sql);
  await run("drop table if exists written, fresh");
  await run(shape.create.replace("%T", "written"));
  await run("alter table written add primary key (id), set (autovacuum_enabled = off)");
  await run(`insert into written select ${shape.row} from generate_series(1::bigint, ${rows}) i`);
  // The rows inserted are made beforehand.
  await run("create table fresh (like written including indexes)");
  await run(`insert into fresh select ${shape.row} from generate_series(${rows + 1}::bigint, ${rows * 2}) i`);
  for (const index of indexes) await run(`create index on written ${index}`);
  await run("vacuum analyze written");
  await run("vacuum analyze fresh");
  await run(`create or replace procedure in_batches(statement text, first bigint, last bigint) language plpgsql as $$
    begin while first <= last loop execute statement using first, first + ${batch - 1}; commit; first := first + ${batch}; end loop; end $$`);
  const gins = await session.query<{ sql: string }>(
    `select format('select gin_clean_pending_list(%L)', indexrelid::regclass) as sql from pg_index join pg_class c on c.oid = indexrelid
     join pg_am a on a.oid = relam where indrelid = 'written'::regclass and amname = 'gin'`,
  );
  const cleaning = gins.map(({ sql }) => sql);
  const insert = await timed.processorSeconds([
    `call in_batches('insert into written select * from fresh where id between $1 and $2', ${rows + 1}, ${rows * 2})`,
    ...cleaning,
  ]);
  await run("vacuum analyze written");
  const update = await timed.processorSeconds([
    `call in_batches('update written set ${shape.update} where id between $1 and $2', 1, ${rows})`,
    ...cleaning,
  ]);
  await run("select pg_stat_force_next_flush()");
  const [seen] = await session.query<{ hot: number }>(
    "select n_tup_hot_upd::float8 / nullif(n_tup_upd, 0) as hot from pg_stat_user_tables where relname = 'written'",
  );
  return { insert: (insert * 1e6) / rows, update: (update * 1e6) / rows, hotShare: seen?.hot ?? 0 };
}
