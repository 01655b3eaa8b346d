import type { RelationWork } from "./schema-change.ts";

/** Kinds of work whose speed differs. `rewrite` is the heap's part, `rewrite-index` the part of each index of the table. */
export type MachineWork = RelationWork["kind"] | "rewrite-index";

/** A server's machine as far as durations depend on it. `plansmith calibrate` measures one. */
export interface Machine {
  /** Where the rates come from, in words; null when they are assumed. */
  readonly measured: string | null;
  /** Bytes of the table's heap that the work gets through in a second. */
  readonly bytesPerSecond: Readonly<Record<MachineWork, number>>;
}

/**
 * Seconds relative to a scan. PostgreSQL 15.20, 2 cores, warm cache, a table of 186 MB with 2 million rows: validation 0.7–0.9 s,
 * foreign-key check 1.25 s, index build 4.3 s, rewrite with its 5 indexes 21–22 s (4.5 for the heap, 4.5 for each index), update of
 * every row 161 s. Measured 2026-11-21, docs/benchmarks.md.
 */
const scansEach: Readonly<Record<MachineWork, number>> = {
  scan: 1,
  "foreign-key-check": 1.6,
  "index-build": 5.5,
  rewrite: 4.5,
  "rewrite-index": 4.5,
  update: 200,
};

/** A machine from what was measured of it, in bytes a second; the rest in the proportions of the assumed one. */
export function machineOf(measured: string | null, rates: { readonly scan: number } & Partial<Record<MachineWork, number>>): Machine {
  const all = Object.entries(scansEach).map(([work, scans]) => [work, rates[work as MachineWork] ?? rates.scan / scans]);
  return { measured, bytesPerSecond: Object.fromEntries(all) as Machine["bytesPerSecond"] }; // the keys are those of scansEach
}

/** What durations assume where nobody has measured: the machine of `scansEach`. */
export const assumedMachine: Machine = machineOf(null, { scan: 186e6 / 0.8 });
