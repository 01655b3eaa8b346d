import type { SnapshotSource } from "../contract/snapshot-source.ts";
import { AdvisorError } from "../errors.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { joinLog } from "./join-log.ts";
import { type LogWorkload, logWorkload } from "./log-workload.ts";
import { pairedRuns } from "./pair-runs.ts";
import { readLog } from "./read-log.ts";

/** A source whose snapshots know what these logs tell of their statements. Throws INPUT_INVALID for a log that cannot be read. */
export function withLogs(source: SnapshotSource, paths: readonly string[], parser: SqlParser): SnapshotSource {
  return {
    async read(options) {
      let snapshot = await source.read(options);
      for (const [position, path] of paths.entries()) {
        options.onProgress?.("log", position, paths.length);
        const log = await readWorkload(path, snapshot.server.database, () => {
          if (options.signal?.aborted) throw new AdvisorError("ABORTED", "Stopped while reading a log.");
        });
        snapshot = await joinLog(snapshot, log, path, parser);
      }
      return snapshot;
    },
  };
}

/** What one log tells of a database; messages that do not name theirs count for any. */
export async function readWorkload(path: string, database: string | null, stop: () => void = () => {}): Promise<LogWorkload> {
  const workload = logWorkload();
  const runs = pairedRuns((run) => workload.take(run));
  await readLog(
    path,
    (record) => {
      if (record.database === null || database === null || record.database === database) runs.take(record);
    },
    stop,
  );
  runs.end();
  return workload.result();
}
