import type { SqlSession } from "../contract/sql-session.ts";
import type { MachineWork } from "../domain/machine.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";

export interface CalibrationLimits {
  /** Longest that the measurement may take. */
  readonly timeMs: number;
  /** Size of the temporary table's heap; with its indexes and a rewritten copy it takes up to four times that. */
  readonly tableBytes: number;
  /** Milliseconds from any fixed point. */
  readonly clock: () => number;
  /** Throws AdvisorError ABORTED when the run shall end. */
  readonly stop: () => void;
}

/** What was measured: bytes of heap a second for each kind of work that ended in time. */
export interface Calibration {
  readonly rates: { readonly scan: number } & Partial<Record<MachineWork, number>>;
  /** Ran out of time, or a difference of two times that was lost in their noise. */
  readonly unmeasured: readonly MachineWork[];
  readonly tableBytes: number;
  /** `server_version`. */
  readonly serverVersion: string;
}

/** Below it, one call's own cost is a large part of what is measured. Our choice. */
const leastBytes = 4 * 1024 * 1024;
const rowsPerBatch = 20_000;
/** Part of the time for filling the table; the rest is for the work. */
const fillShare = 0.4;

/**
 * Measures how fast a server checks, builds and rewrites, on temporary tables that go with the session. Nothing else is read or
 * written. Temporary tables write no WAL and are built by one process: with WAL a build is slower, with parallel workers faster.
 * Throws PERMISSION_DENIED where temporary tables are not allowed, BACKEND_UNSUPPORTED on a standby, INPUT_INVALID when the time is
 * too short for even a scan.
 */
export async function measureMachine(session: SqlSession, limits: CalibrationLimits): Promise<Calibration> {
  const deadline = limits.clock() + limits.timeMs;
  const run = async (sql: string) => {
    limits.stop();
    const left = Math.max(1, Math.round(deadline - limits.clock()));
    await session.query(`set statement_timeout = ${left}`);
    await session.query(sql);
  };
  const timed = async (sql: string) => {
    const started = limits.clock();
    await run(sql);
    return limits.clock() - started;
  };
  const [version] = await session.query<{ version: string }>("select current_setting('server_version') as version");
  const tableBytes = await fill(session, run, { ...limits, fillUntil: limits.clock() + limits.timeMs * fillShare });
  const rates: Partial<Record<MachineWork, number>> = {};
  const unmeasured: MachineWork[] = [];
  for (const { work, measure } of steps) {
    try {
      const ms = await measure(timed, run);
      if (ms > 0) rates[work] = (tableBytes * 1000) / ms;
      else unmeasured.push(work);
    } catch (error) {
      if (sqlStateOf(error) !== queryCanceled) throw error;
      unmeasured.push(work);
    }
  }
  // The last step's share of the time is not for what the caller does next.
  await session.query("reset statement_timeout");
  const { scan } = rates;
  if (scan === undefined) throw tooShort(limits);
  return { rates: { ...rates, scan }, unmeasured, tableBytes, serverVersion: version?.version ?? "of an unknown version" };
}

type Timed = (sql: string) => Promise<number>;
type Run = (sql: string) => Promise<void>;

const table = "pg_temp.plansmith_calibration";
const alter = `alter table ${table}`;

/** Each puts the table back as it was, and is measured twice: the faster one has the cache warm. */
const steps: readonly { readonly work: MachineWork; readonly measure: (timed: Timed, run: Run) => Promise<number> }[] = [
  {
    work: "scan",
    measure: (timed, run) => twice(timed, run, `${alter} add constraint c check (amount >= 0)`, `${alter} drop constraint c`),
  },
  {
    work: "foreign-key-check",
    measure: (timed, run) =>
      twice(
        timed,
        run,
        `${alter} add constraint f foreign key (parent) references pg_temp.plansmith_calibration_parent (id)`,
        `${alter} drop constraint f`,
      ),
  },
  {
    work: "rewrite",
    measure: (timed, run) => twice(timed, run, `${alter} alter column size type bigint`, `${alter} alter column size type int`),
  },
  {
    work: "index-build",
    measure: async (timed, run) => {
      const number = await twice(timed, run, `create index plansmith_calibration_n on ${table} (parent)`, dropIndex("n"));
      const text = await twice(timed, run, `create index plansmith_calibration_t on ${table} (code)`, dropIndex("t"));
      return (number + text) / 2;
    },
  },
  {
    work: "rewrite-index",
    measure: async (timed, run) => {
      const without = await timed(`${alter} alter column size type bigint`);
      await run(`create index plansmith_calibration_n on ${table} (parent)`);
      await run(`create index plansmith_calibration_t on ${table} (code)`);
      const withTwo = await timed(`${alter} alter column size type int`);
      return (withTwo - without) / 2;
    },
  },
];

function dropIndex(letter: "n" | "t"): string {
  return `drop index pg_temp.plansmith_calibration_${letter}`;
}

async function twice(timed: Timed, run: Run, work: string, undo: string): Promise<number> {
  const first = await timed(work);
  await run(undo);
  const second = await timed(work);
  await run(undo);
  return Math.min(first, second);
}

/** About 100 bytes a row, keys in random order. Gives the heap's bytes. */
async function fill(session: SqlSession, run: Run, limits: CalibrationLimits & { readonly fillUntil: number }): Promise<number> {
  try {
    await run("create temporary table plansmith_calibration_parent (id int primary key)");
    await run("insert into pg_temp.plansmith_calibration_parent select generate_series(0, 9999)");
    await run("analyze pg_temp.plansmith_calibration_parent");
    await run("create temporary table plansmith_calibration (id bigint, parent int, size int, amount numeric(12, 2), code text)");
    for (;;) {
      await run(`insert into ${table} select n, (random() * 9999)::int, 1, (n % 10000)::numeric / 100, md5(n::text) || left(md5(random()::text), 16)
        from generate_series(1, ${rowsPerBatch}) n`);
      const [size] = await session.query<{ bytes: string }>(`select pg_relation_size('${table}')::text as bytes`);
      const bytes = Number(size?.bytes);
      if (bytes >= limits.tableBytes) return bytes;
      if (limits.clock() < limits.fillUntil) continue;
      if (bytes >= leastBytes) return bytes;
      throw tooShort(limits);
    }
  } catch (error) {
    throw sqlStateOf(error) === queryCanceled ? tooShort(limits) : notAllowed(error);
  }
}

const queryCanceled = "57014";

function tooShort(limits: CalibrationLimits): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `Nothing could be measured in ${limits.timeMs / 1000} s.`, {
    hint: "Give it more time with --time 2min, or a smaller table with --size 8MB.",
  });
}

function notAllowed(error: unknown): unknown {
  const state = sqlStateOf(error);
  if (state === "25006")
    return new AdvisorError("BACKEND_UNSUPPORTED", "The server takes no writes: a standby, or a read-only session.", {
      hint: "Calibrate on a server like production's that takes writes.",
      cause: error,
    });
  if (state === "42501")
    return new AdvisorError("PERMISSION_DENIED", "The role may not make temporary tables in this database.", {
      hint: "Run: GRANT TEMPORARY ON DATABASE name TO role;",
      cause: error,
    });
  return error;
}
