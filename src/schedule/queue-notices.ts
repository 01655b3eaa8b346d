import type { QueueDatabase } from "./queue-database.ts";
import type { Notices } from "./state.ts";

/** Notices in the queue's database, so that one worker tells of a failure and any other of its end. */
export function queueNotices(database: QueueDatabase, fleet: string): Notices {
  return {
    async failingSince(target, destination) {
      const [row] = await database.query<{ failing_since: Date }>(
        "select failing_since from plansmith_fleet.notice where fleet = $1 and target = $2 and destination = $3",
        [fleet, target, destination],
      );
      return row?.failing_since ?? null;
    },
    async recordNotice(target, destination, failingSince) {
      const key = [fleet, target, destination];
      if (failingSince === null)
        await database.query("delete from plansmith_fleet.notice where fleet = $1 and target = $2 and destination = $3", key);
      else
        await database.query(
          "insert into plansmith_fleet.notice (fleet, target, destination, failing_since) values ($1, $2, $3, $4) on conflict do nothing",
          [...key, failingSince],
        );
    },
  };
}
