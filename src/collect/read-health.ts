import type { Health } from "../domain/health.ts";
import { readCheckpoints, readDatabaseCounters, readServerSettings, readWal } from "./read-counters.ts";
import { readMaintenance } from "./read-maintenance.ts";
import { readSequenceStates } from "./read-sequence-states.ts";
import { readHorizonHolders, readSessionCommands, readSessions } from "./read-sessions.ts";
import type { StatementsExtension } from "./read-statements.ts";
import { readVacuums } from "./read-vacuums.ts";
import type { Reading } from "./reading.ts";

export interface HealthRequest {
  /** OIDs of the chosen schemas, as PostgreSQL array text. */
  readonly schemas: string;
  readonly versionNumber: number;
  readonly role: string;
  readonly extension: StatementsExtension | null;
  /** The server is our own, made a moment ago: only what its schema and statements brought about is of interest. */
  readonly ours: boolean;
}

/** Counters, ages and sessions in eleven bounded reads of system views. What is refused is null and a gap. */
export async function readHealth(reading: Reading, request: HealthRequest): Promise<Health> {
  const { versionNumber, ours } = request;
  return {
    settings: await readServerSettings(reading, { defaults: ours }),
    database: await readDatabaseCounters(reading),
    checkpoints: ours ? null : await readCheckpoints(reading, versionNumber),
    wal: ours ? null : await readWal(reading, versionNumber),
    maintenance: await readMaintenance(reading, request.schemas, versionNumber),
    sequences: await readSequenceStates(reading, request.schemas, request.role),
    sessions: ours ? null : await readSessions(reading, request.role),
    horizonHolders: ours ? null : await readHorizonHolders(reading, versionNumber),
    vacuum: ours ? null : await readVacuums(reading, request.role),
    sessionCommands: request.extension === null ? null : await readSessionCommands(reading, request.extension),
  };
}
