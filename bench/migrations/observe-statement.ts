import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import { type LockMode, lockModes } from "../../src/domain/postgres.ts";
import type { NativePostgres } from "../../test/support/native-postgres.ts";

/** A PostgreSQL that runs one statement after another and tells what each locked and did. */
export interface Watched {
  readonly name: string;
  readonly major: number;
  run(sql: string): Promise<void>;
  /** Locks on relations that were there before the statement; messages of level DEBUG1. Throws what PostgreSQL throws. */
  observe(sql: string): Promise<Seen>;
  /**
   * The same of a statement that commits by itself: another session holds ROW EXCLUSIVE on every table, so that it waits, and a
   * third reads its locks. What it locks after that wait is not seen. Null where there is one session only.
   */
  observeAlone: ((sql: string) => Promise<Seen>) | null;
  close(): Promise<void>;
}

export interface Seen {
  /** `schema.name` → modes held by now. */
  readonly held: ReadonlyMap<string, readonly LockMode[]>;
  /** The same, without what was held before. */
  readonly fresh: ReadonlyMap<string, readonly LockMode[]>;
  /** `kind table`, e.g. `rewrite orders`. */
  readonly work: readonly string[];
}

interface Session {
  query(sql: string): Promise<{ readonly rows: readonly Record<string, unknown>[] }>;
  /** Messages since the last call. */
  messages(): string[];
}

export async function watchNative(server: NativePostgres): Promise<Watched> {
  const client = new pg.Client({ connectionString: server.url() });
  await client.connect();
  let messages: string[] = [];
  client.on("notice", (notice) => messages.push(notice.message ?? ""));
  const session: Session = {
    query: async (sql) => ({ rows: ((await client.query(sql)) as { rows?: Record<string, unknown>[] }).rows ?? [] }),
    messages: () => messages.splice(0),
  };
  messages = [];
  const one = watched(`PostgreSQL ${server.major}`, server.major, session, () => client.end());
  return { ...one, observeAlone: (sql) => whileWaiting(server, client, one, sql) };
}

async function whileWaiting(server: NativePostgres, client: pg.Client, one: Watched, sql: string): Promise<Seen> {
  const holder = new pg.Client({ connectionString: server.url() });
  const reader = new pg.Client({ connectionString: server.url() });
  await Promise.all([holder.connect(), reader.connect()]);
  try {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await holder.query("begin");
    await holder.query(`do $$ declare each regclass; begin
      for each in select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' loop
        execute format('lock table only %s in row exclusive mode', each);
      end loop; end $$`);
    const running = one.observe(sql);
    running.catch(() => undefined); // a refusal is thrown below, when it is awaited
    const held = await locksOnce(reader, rows[0]!.pid, running);
    await holder.query("rollback");
    const seen = await running;
    return { held, fresh: held, work: seen.work };
  } finally {
    await Promise.all([holder.end(), reader.end()]);
  }
}

/**
 * The session's locks, granted or asked for, as soon as it waits for another; none when it ends without waiting. DETACH CONCURRENTLY
 * waits between its transactions, when it holds nothing.
 */
async function locksOnce(reader: pg.Client, pid: number, running: Promise<unknown>): Promise<Map<string, LockMode[]>> {
  let ended = false;
  void running.then(
    () => (ended = true),
    () => (ended = true),
  );
  for (;;) {
    const activity = await reader.query<{ waits: boolean }>(
      "select wait_event_type = 'Lock' as waits from pg_stat_activity where pid = $1",
      [pid],
    );
    const { rows } = await reader.query<{ relation: string; mode: LockMode }>(
      `select n.nspname || '.' || c.relname as relation, l.mode from pg_locks l join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
       where l.pid = $1 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'f')`,
      [pid],
    );
    if (!ended && activity.rows[0]?.waits !== true) continue;
    const held = new Map<string, LockMode[]>();
    for (const { relation, mode } of rows) held.set(relation, [...(held.get(relation) ?? []), mode]);
    return held;
  }
}

export async function watchEmbedded(): Promise<Watched> {
  const database = await PGlite.create();
  const messages: string[] = [];
  const session: Session = {
    query: async (sql) => ({
      rows: ((await database.exec(sql, { onNotice: (notice) => messages.push(notice.message ?? "") })).at(-1)?.rows ?? []) as Record<
        string,
        unknown
      >[],
    }),
    messages: () => messages.splice(0),
  };
  return watched("PGlite 18", 18, session, () => database.close());
}

function watched(name: string, major: number, session: Session, close: () => Promise<void>): Watched {
  const locks = async () => {
    const { rows } = await session.query(
      `select n.nspname || '.' || c.relname as relation, l.mode from pg_locks l
       join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
       where l.pid = pg_backend_pid() and l.granted and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'm', 'v', 'f')`,
    );
    const held = new Map<string, LockMode[]>();
    for (const { relation, mode } of rows) {
      // pg_locks spells the modes as our type does.
      const modes = held.get(String(relation)) ?? [];
      modes.push(mode as LockMode);
      held.set(String(relation), modes);
    }
    return held;
  };
  const relations = async () => {
    const { rows } = await session.query(
      "select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^pg_'",
    );
    return new Set(rows.map((each) => String(each.name)));
  };
  return {
    name,
    major,
    observeAlone: null,
    run: async (sql) => void (await session.query(sql)),
    async observe(sql) {
      const there = await relations();
      const before = await locks();
      await session.query("set client_min_messages = debug1");
      session.messages();
      await session.query(sql);
      const messages = session.messages();
      await session.query("set client_min_messages = error");
      const held = new Map([...(await locks())].filter(([relation]) => there.has(relation)));
      const fresh = new Map(
        [...held].map(([relation, modes]) => [relation, modes.filter((mode) => !before.get(relation)?.includes(mode))] as const),
      );
      const tables = new Set([...there].map((each) => each.split(".").slice(1).join(".")));
      return {
        held,
        fresh,
        work: workOf(messages).filter((each) => tables.has(each.slice(each.indexOf(" ") + 1)) || each.startsWith("key ")),
      };
    },
    close,
  };
}

const messages: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/^rewriting table "(.+)"$/, "rewrite"],
  [/^verifying table "(.+)"$/, "scan"],
  [/^validating foreign key constraint "(.+)"$/, "key"],
  [/^building index ".+" on table "(.+)" /, "index-build"],
];

function workOf(said: readonly string[]): string[] {
  const work = said.flatMap((message) =>
    messages.flatMap(([pattern, kind]) => {
      const name = pattern.exec(message)?.[1];
      return name === undefined || name.startsWith("pg_toast") ? [] : [`${kind} ${name}`];
    }),
  );
  const rewritten = work.flatMap((each) => (each.startsWith("rewrite ") ? [each.slice(8)] : []));
  return [...new Set(work)].filter((each) => each.startsWith("rewrite ") || !rewritten.includes(each.slice(each.indexOf(" ") + 1))).sort();
}

export function strongest(modes: readonly LockMode[]): LockMode | null {
  return [...modes].sort((a, b) => lockModes.indexOf(b) - lockModes.indexOf(a))[0] ?? null;
}
