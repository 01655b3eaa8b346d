import type { StatementStats } from "./snapshot.ts";

/** A statement that no server counted: from a file, a log, a change of code. It counts as one call of no time; spread it to say more. */
export function uncountedStatement(sql: string, place: string | null): StatementStats {
  return {
    queryId: null,
    sql,
    calls: 1,
    totalExecTimeMs: 0,
    rows: null,
    sharedBlocksRead: null,
    sharedBlocksHit: null,
    tempBlocksWritten: null,
    countingSince: null,
    place,
  };
}
