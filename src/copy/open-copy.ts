import type { Measurements, MeasureRequest, Measurer } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Candidate } from "../domain/candidate.ts";
import { qualified, readableQualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import type { Outcome } from "../domain/proof.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { grouped } from "../domain/units.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { checkCopy } from "./check-copy.ts";
import { indexPrefix, type Manifest, openManifest } from "./manifest.ts";
import { type TimedRuns, type TimingLimits, timeStatement } from "./time-statement.ts";

export interface CopyOptions {
  readonly isVouchedFor: boolean;
  readonly timeoutMs: number;
}

/** Timed runs of a statement, and the time after which fewer will do. */
const runs = 5;
const enoughMs = 30_000;
/** Longest index build. */
const buildTimeoutMs = 3_600_000;

/**
 * A copy of production, checked not to be production, and cleared of what an earlier run may have left. `connect` opens sessions that
 * may write; the copy is released on close. Throws BACKEND_UNSUPPORTED for a server that is or may be production.
 */
export async function openCopy(connect: () => Promise<SqlSession>, production: Snapshot, options: CopyOptions): Promise<Measurer> {
  const session = await connect();
  try {
    const server = await checkCopy(session, production.server, options.isVouchedFor);
    const { manifest, leftovers } = await openManifest(session);
    const version = `PostgreSQL ${Math.floor(server.versionNumber / 10_000)}.${server.versionNumber % 10_000}`;
    const limits = { timeoutMs: options.timeoutMs, runs, enoughMs };
    return {
      description: `copy "${server.database}" (${version}${leftovers.length > 0 ? `, ${leftovers.length} left by an earlier run removed` : ""})`,
      measure: (request) => cancellable(connect, session, request, () => measure({ session, manifest, production, limits }, request)),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

type Caution = Measurements["cautions"][number];

interface Bench {
  readonly session: SqlSession;
  readonly manifest: Manifest;
  readonly production: Snapshot;
  readonly limits: TimingLimits;
}

/** Every statement without the changes, then with all of them; the copy is as it was afterwards, also when that fails. */
async function measure(bench: Bench, request: MeasureRequest): Promise<Measurements> {
  const { session, manifest } = bench;
  const drops = request.changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change.index] : []));
  const total = request.statements.length * 2 + request.changes.length;
  let done = 0;
  const stop = () => {
    if (request.signal.aborted)
      throw new AdvisorError("ABORTED", "Stopped while measuring on the copy; what was made there is dropped again.");
  };
  const step = () => {
    request.onProgress("measure on the copy", ++done, total);
    stop();
  };
  const cautions = await analyzed(bench);
  try {
    const before = new Map<string, TimedRuns>();
    for (const { family, sql } of request.statements) {
      step();
      before.set(family, await timeStatement(session, sql, [], bench.limits));
    }
    const built = new Map<string, { bytes: number; buildMs: number }>();
    for (const candidate of request.changes) {
      step();
      const made = await build(bench, candidate);
      if (made === null) continue;
      if ("text" in made) cautions.push(made);
      else built.set(candidate.id, made);
    }
    const outcomes = new Map<string, Outcome>();
    for (const { family, sql } of request.statements) {
      step();
      const first = before.get(family)!;
      outcomes.set(
        family,
        first.kind === "inconclusive" ? first : outcomeOf(first, await timeStatement(session, sql, drops, bench.limits)),
      );
    }
    stop(); // the last run may have been cancelled
    return { outcomes, built, cautions };
  } finally {
    await cleanedUp(manifest);
  }
}

/** query_canceled. */
const canceled = "57014";

/** An interrupt cancels whatever the session does when it arrives, which may be the cleaning: once more then. */
async function cleanedUp(manifest: Manifest): Promise<void> {
  try {
    await manifest.clean();
  } catch (error) {
    if (sqlStateOf(error) !== canceled) throw error;
    await manifest.clean();
  }
}

function outcomeOf(before: Extract<TimedRuns, { kind: "timed" }>, after: TimedRuns): Outcome {
  if (after.kind === "inconclusive") return after;
  return { kind: "measured", before: before.timing, after: after.timing, sameRows: before.rows === after.rows };
}

/** The index, in its own transaction, under our prefix. Null for a drop; a caution when the copy refuses it. */
async function build({ session, manifest }: Bench, candidate: Candidate): Promise<{ bytes: number; buildMs: number } | Caution | null> {
  const { change } = candidate;
  if (change.kind !== "create-index") return null;
  const index = { schema: change.index.relation.schema, name: `${indexPrefix}${candidate.id}` };
  try {
    for (const extension of [change.index.extension, ...(change.index.otherExtensions ?? [])])
      if (extension !== null) await provide(session, manifest, extension);
    await manifest.recordIndex(index);
    await session.query(`set statement_timeout = ${buildTimeoutMs}`);
    const started = performance.now();
    await session.query(createIndexSql(change.index, { name: index.name }));
    const buildMs = performance.now() - started;
    // ANALYZE gathers the statistics that an expression of the index has from now on.
    if (change.index.keys.some((key) => key.column === null)) await session.query(`analyze ${qualified(change.index.relation)}`);
    const [size] = await session.query<{ bytes: string }>(
      `with recursive part (oid) as (
         select to_regclass($1)::oid union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
       select coalesce(sum(pg_relation_size(oid)), 0)::text as bytes from part`,
      [qualified(index)],
    );
    return { bytes: Number(size?.bytes ?? 0), buildMs };
  } catch (error) {
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    const text = `It could not be built on the copy: ${(error as Error).message} (SQLSTATE ${sqlState}).`;
    return { relation: change.index.relation, text };
  } finally {
    await session.query("reset statement_timeout");
  }
}

async function provide(session: SqlSession, manifest: Manifest, extension: string): Promise<void> {
  const [there] = await session.query<{ there: boolean }>("select exists (select from pg_extension where extname = $1) as there", [
    extension,
  ]);
  if (there?.there) return;
  await manifest.recordExtension(extension);
  await session.query(`create extension if not exists "${extension.replaceAll('"', '""')}" cascade`);
}

/** A copy with less than half or more than twice of production's rows measures another database. */
const alike = 2;

/** Tables that were never analysed are, as a restored dump is not; sentences on those that are not like production's. */
async function analyzed({ session, production }: Bench): Promise<Caution[]> {
  const cautions: Caution[] = [];
  const rows = await session.query<{ schema: string; name: string; rows: number }>(
    `select n.nspname::text as schema, c.relname::text as name, c.reltuples::float8 as rows
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm')`,
  );
  const found = new Map(rows.map((row) => [qualified(row), row]));
  for (const relation of production.catalog.relations) {
    if (relation.kind !== "table" && relation.kind !== "materialized-view") continue;
    const there = found.get(qualified(relation));
    if (!there) continue; // a statement on it is inconclusive, and says why
    let count = there.rows;
    // −1 since 14, 0 before: never analysed.
    if (count <= 0 && (relation.rows ?? 0) > 0) {
      await session.query(`set statement_timeout = ${buildTimeoutMs}`);
      await session.query(`analyze ${qualified(relation)}`);
      const [now] = await session.query<{ rows: number }>("select reltuples::float8 as rows from pg_class where oid = to_regclass($1)", [
        qualified(relation),
      ]);
      count = now?.rows ?? count;
    }
    const expected = relation.rows;
    if (expected === null || expected < 1000 || (count * alike >= expected && count <= expected * alike)) continue;
    const counts = `${grouped(Math.max(0, count))} rows on the copy and ${grouped(expected)} in production`;
    cautions.push({ relation, text: `${readableQualified(relation)} holds ${counts}: times measured there are not production's.` });
  }
  await session.query("reset statement_timeout");
  return cautions;
}

/** An interrupt ends the statement that runs on the copy, from a second session. */
async function cancellable<T>(
  connect: () => Promise<SqlSession>,
  session: SqlSession,
  request: MeasureRequest,
  work: () => Promise<T>,
): Promise<T> {
  const [own] = await session.query<{ pid: number }>("select pg_backend_pid() as pid");
  const cancel = () => {
    void connect()
      .then(async (other) => {
        await other.query("select pg_cancel_backend($1)", [own!.pid]);
        await other.close();
      })
      // Without a second connection the statement ends at its timeout.
      .catch(() => undefined);
  };
  request.signal.addEventListener("abort", cancel, { once: true });
  try {
    return await work();
  } finally {
    request.signal.removeEventListener("abort", cancel);
  }
}
