import type { Gap, Snapshot, StatementStats } from "../domain/snapshot.ts";
import { uncountedStatement } from "../domain/uncounted-statement.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import type { LoggedStatement, LogWorkload } from "./log-workload.ts";

/** Executions given to one statement as examples. */
const runsEach = 5;

/**
 * The snapshot with what a log tells: statements that it has get examples of values and real plans, and keep their counters; others
 * join the workload with the log's, in which every call counts that was slow enough to be logged. Values stay out of a snapshot
 * without values.
 */
export async function joinLog(snapshot: Snapshot, log: LogWorkload, path: string, parser: SqlParser): Promise<Snapshot> {
  const byFingerprint = new Map<string, number>();
  const statements: StatementStats[] = [...snapshot.statements];
  for (const [position, statement] of statements.entries()) {
    const { fingerprint } = await parser.analyze(statement.sql);
    if (fingerprint !== null && !byFingerprint.has(fingerprint)) byFingerprint.set(fingerprint, position);
  }
  const known = statements.length;
  for (const logged of log.statements) {
    const { fingerprint, normalized } = await parser.analyze(logged.sql);
    const position = fingerprint === null ? undefined : byFingerprint.get(fingerprint);
    if (position === undefined) {
      if (fingerprint !== null) byFingerprint.set(fingerprint, statements.length);
      statements.push(statementOf(logged, normalized, path));
      continue;
    }
    const before = statements[position]!;
    // What only this log told of: its other texts count as well.
    const more = position < known ? {} : { calls: before.calls + logged.calls, totalExecTimeMs: before.totalExecTimeMs + logged.totalMs };
    statements[position] = { ...before, ...more, runs: slowest([...(before.runs ?? []), ...logged.runs]) };
  }
  const kept = snapshot.valuesRedacted ? statements.map(withoutRuns) : statements;
  return { ...snapshot, statements: kept, gaps: [...snapshot.gaps, ...gapsOf(log, path)] };
}

function slowest(runs: readonly NonNullable<StatementStats["runs"]>[number][]): NonNullable<StatementStats["runs"]> {
  return runs.toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0)).slice(0, runsEach);
}

function withoutRuns({ runs: _runs, ...statement }: StatementStats): StatementStats {
  return statement;
}

/** With `$n` for literals, as pg_stat_statements writes it; as logged when no grammar reads it. */
function statementOf(logged: LoggedStatement, normalized: string | null, path: string): StatementStats {
  return {
    ...uncountedStatement(normalized ?? logged.sql, path),
    calls: logged.calls,
    totalExecTimeMs: logged.totalMs,
    runs: slowest(logged.runs),
  };
}

function gapsOf({ statements, droppedCalls, clippedCalls }: LogWorkload, path: string): Gap[] {
  const gap = (what: string, why: string, remedy: string | null): Gap => ({ area: "statements", what: `${path}: ${what}`, why, remedy });
  return [
    ...(statements.length === 0
      ? [
          gap(
            "no statement",
            "no line tells of an execution: no duration with its statement, no plan of auto_explain",
            "Set log_min_duration_statement, or load auto_explain.",
          ),
        ]
      : []),
    ...(droppedCalls > 0
      ? [gap(`${droppedCalls} executions`, "their statements took the least time of too many different ones", null)]
      : []),
    ...(clippedCalls > 0
      ? [gap(`parameters of ${clippedCalls} executions`, "the log cut their values short", "Set log_parameter_max_length = -1.")]
      : []),
  ];
}
