import { z } from "zod";
import { type Health, sessionCommandKinds } from "../domain/health.ts";

// The domain types are the truth; the annotation makes the compiler compare the two.

const text = z.string();
const number = z.number();
const maybeNumber = z.number().nullable();
const maybeText = z.string().nullable();
const name = { schema: text, name: text };

/** The health part of a saved snapshot. */
export const healthSchema: z.ZodType<Health> = z.object({
  settings: z.array(z.object({ name: text, value: text, unit: maybeText, source: text })).nullable(),
  database: z
    .object({
      countingSince: maybeText,
      commits: number,
      rollbacks: number,
      deadlocks: number,
      tempFiles: number,
      tempBytes: number,
      blocksRead: number,
      blocksHit: number,
      frozenXidAge: number,
      multixactAge: number,
    })
    .nullable(),
  checkpoints: z
    .object({ countingSince: maybeText, timed: number, requested: number, buffersWritten: number, buffersWrittenByBackends: maybeNumber })
    .nullable(),
  wal: z.object({ countingSince: maybeText, records: number, fullPageImages: number, bytes: number, buffersFull: number }).nullable(),
  maintenance: z
    .array(
      z.object({
        ...name,
        frozenXidAge: number,
        multixactAge: number,
        vacuums: number,
        autovacuums: number,
        analyzes: number,
        autoanalyzes: number,
        insertsSinceVacuum: maybeNumber,
        updatesToNewPage: maybeNumber,
        toastBytes: number,
        replicaIdentity: z.enum(["default", "nothing", "full", "index"]),
        published: z.boolean(),
      }),
    )
    .nullable(),
  sequences: z
    .array(
      z.object({
        ...name,
        type: text,
        lastValue: maybeText,
        minValue: text,
        maxValue: text,
        increment: text,
        cycles: z.boolean(),
        owner: z.object({ ...name, column: text }).nullable(),
      }),
    )
    .nullable(),
  sessions: z
    .object({
      active: number,
      idle: number,
      idleInTransaction: number,
      waitingForLock: number,
      longestLockWaitSeconds: maybeNumber,
      idleBlockers: number,
      oldestTransactionSeconds: maybeNumber,
      longestIdleInTransactionSeconds: maybeNumber,
      oldestXminAge: maybeNumber,
    })
    .nullable(),
  horizonHolders: z
    .array(
      z.object({
        kind: z.enum(["replication-slot", "prepared-transaction", "standby-feedback"]),
        name: text,
        active: z.boolean(),
        xminAge: maybeNumber,
        catalogXminAge: maybeNumber.exactOptional(),
        retainedBytes: maybeNumber,
        ageSeconds: maybeNumber,
      }),
    )
    .nullable(),
  vacuum: z
    .object({
      autovacuumWorkers: number,
      running: z.array(z.object({ ...name, automatic: z.boolean(), phase: text, indexPasses: number })),
    })
    .nullable()
    .default(null),
  sessionCommands: z.array(z.object({ kind: z.enum(sessionCommandKinds), calls: number })).nullable(),
});
