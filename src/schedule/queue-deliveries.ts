import { gunzipSync, gzipSync } from "node:zlib";
import type { SqlSession } from "../contract/sql-session.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import type { QueueDatabase } from "./queue-database.ts";
import type { Deliveries } from "./state.ts";

export interface QueueDeliveriesOptions {
  readonly fleet: string;
  /** Runs in a transaction that holds the job; null when another worker has it. */
  readonly whileHeld: <T>(work: (session: SqlSession) => Promise<T>) => Promise<T | null>;
  /** Ends our own run. */
  readonly onLost: () => void;
}

/** Deliveries in the queue's database: whoever has the run may claim one, in the same transaction that shows that he has it. */
export function queueDeliveries(database: QueueDatabase, { fleet, whileHeld, onLost }: QueueDeliveriesOptions): Deliveries {
  return {
    async last(target, destination) {
      const [row] = await database.query<{ report: Buffer }>(
        "select report from plansmith_fleet.delivered where fleet = $1 and target = $2 and destination = $3",
        [fleet, target, destination],
      );
      return row === undefined ? null : (JSON.parse(gunzipSync(row.report).toString("utf8")) as Report); // written by us
    },
    async claim({ target, destination, dueAt }) {
      const claim = await whileHeld(async (session) => {
        const key = [fleet, target, destination, dueAt];
        const begun = await session.query(
          `insert into plansmith_fleet.delivery (fleet, target, destination, due_at, state) values ($1, $2, $3, $4, 'begun')
           on conflict do nothing returning 1`,
          key,
        );
        if (begun.length > 0) return "new" as const;
        const [known] = await session.query<{ state: "begun" | "sent" }>(
          "select state from plansmith_fleet.delivery where fleet = $1 and target = $2 and destination = $3 and due_at = $4",
          key,
        );
        return known?.state === "sent" ? ("sent" as const) : ("uncertain" as const);
      });
      if (claim !== null) return claim;
      onLost();
      throw new AdvisorError("ABORTED", "Another worker has taken the run over.");
    },
    // What has arrived has arrived: recorded whether or not the run is still ours.
    settle: ({ target, destination, dueAt }, delivered) =>
      database.transaction(async (session) => {
        const key = [fleet, target, destination, dueAt];
        if (delivered === null) {
          await session.query(
            "delete from plansmith_fleet.delivery where fleet = $1 and target = $2 and destination = $3 and due_at = $4",
            key,
          );
          return;
        }
        await session.query(
          "update plansmith_fleet.delivery set state = 'sent' where fleet = $1 and target = $2 and destination = $3 and due_at = $4",
          key,
        );
        await session.query(
          `insert into plansmith_fleet.delivered (fleet, target, destination, due_at, report) values ($1, $2, $3, $4, $5)
           on conflict (fleet, target, destination) do update set due_at = excluded.due_at, report = excluded.report`,
          [...key, gzipSync(JSON.stringify(delivered))],
        );
      }),
  };
}
