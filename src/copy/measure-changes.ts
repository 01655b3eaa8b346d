import type { Measurements, MeasureRequest } from "../contract/measurer.ts";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Candidate } from "../domain/candidate.ts";
import { qualified, readableQualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Outcome } from "../domain/proof.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { grouped } from "../domain/units.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import { indexPrefix, type Manifest } from "./manifest.ts";
import { rowsDigest, type TimedRuns, type TimingLimits, timeStatement } from "./time-statement.ts";

/** Longest index build. */
const buildTimeoutMs = 3_600_000;

type Caution = Measurements["cautions"][number];

/** Where statements are run, and as what it stands for. */
export interface Bench {
  readonly session: SqlSession;
  readonly manifest: Manifest;
  readonly production: Snapshot;
  readonly limits: TimingLimits;
}

/**
 * Every statement without the changes, then with all of them, and every rewrite with all of them; the copy is as it was afterwards,
 * also when that fails. Throws ABORTED when the request's signal says so.
 */
export async function measureChanges(bench: Bench, request: MeasureRequest): Promise<Measurements> {
  const { session, manifest } = bench;
  const drops = request.changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change.index] : []));
  const asked = request.rewrites ?? [];
  const total = request.statements.length * 2 + request.changes.length + asked.length;
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
    for (const { family, sql, after = sql } of request.statements) {
      step();
      const first = before.get(family)!;
      outcomes.set(
        family,
        first.kind === "inconclusive" ? first : outcomeOf(first, await timeStatement(session, after, drops, bench.limits)),
      );
    }
    const rewrites = new Map<string, Outcome>();
    for (const rewrite of asked) {
      step();
      rewrites.set(rewrite.candidate, await compared(bench, rewrite, drops));
    }
    stop(); // the last run may have been cancelled
    return { outcomes, rewrites, built, cautions };
  } finally {
    await cleanedUp(manifest);
  }
}

/** Both statements with everything in place that was made; their rows are compared one by one, in no order. */
async function compared(
  { session, limits }: Bench,
  { before, after }: NonNullable<MeasureRequest["rewrites"]>[number],
  drops: readonly RelationName[],
): Promise<Outcome> {
  const first = await timeStatement(session, before, drops, limits);
  if (first.kind === "inconclusive") return first;
  const second = await timeStatement(session, after, drops, limits);
  if (second.kind === "inconclusive") return second;
  const digests = [await rowsDigest(session, before, limits), await rowsDigest(session, after, limits)];
  return { kind: "measured", before: first.timing, after: second.timing, sameRows: digests[0] === digests[1] };
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
