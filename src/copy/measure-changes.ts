import type { Measurements, MeasureRequest } from "../contract/measurer.ts";
import { qualified, readableQualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";
import type { Outcome } from "../domain/proof.ts";
import { grouped } from "../domain/units.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";
import type { Bench, Caution } from "./bench.ts";
import { type BuiltIndex, buildIndex, buildTimeoutMs } from "./build-index.ts";
import type { Manifest } from "./manifest.ts";
import { takeAway } from "./take-away.ts";
import { rowsDigest, type TimedRuns, timeStatement } from "./time-statement.ts";

/**
 * Every statement without the changes, then with all of them, then those that read a new index with all but that one, and every
 * rewrite with all of them; the copy is as it was afterwards, also when that fails. Throws ABORTED when the request's signal says so.
 */
export async function measureChanges(bench: Bench, request: MeasureRequest): Promise<Measurements> {
  const { session, manifest } = bench;
  const dropped = request.changes.flatMap(({ change }) => (change.kind === "drop-index" ? [change] : []));
  const drops = dropped.map(({ index }) => index);
  const asked = request.rewrites ?? [];
  // How many statements read which new index shows once all of them ran.
  let total = request.statements.length * 2 + request.changes.length + asked.length;
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
    const built = new Map<string, BuiltIndex>();
    for (const candidate of request.changes) {
      step();
      const made = await buildIndex(bench, candidate);
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
    const taken = await takeAway(bench, request.statements, {
      built: [...built.values()],
      outcomes,
      drops: dropped,
      onReaders: (readers) => (total += readers),
      step,
    });
    stop(); // the last run may have been cancelled
    return { outcomes, rewrites, built, taken, cautions };
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
