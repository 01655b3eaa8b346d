import type { Relation } from "../domain/catalog.ts";
import type { WorkEstimate } from "../domain/review.ts";
import type { RelationWork } from "../domain/schema-change.ts";
import type { CatalogView } from "../rule/catalog-view.ts";

/** A machine, as far as durations depend on it. `plansmith calibrate` measures one. */
export interface Machine {
  /** Bytes of a table that PostgreSQL checks in a second, from a warm cache. */
  readonly scanBytesPerSecond: number;
}

/**
 * Measured on PostgreSQL 15.20, 2 cores, warm cache, a table of 186 MB with 2 million rows (facts/migrations.md 1.1): validation
 * 0.7–0.9 s. The other kinds of work are multiples of that: foreign-key check 1.25 s, index build 4.3 s, rewrite with its 5 indexes
 * 21–22 s, update of every row 161 s.
 */
export const assumedMachine: Machine = { scanBytesPerSecond: 186e6 / 0.8 };
const times = { scan: 1, "foreign-key-check": 1.6, "index-build": 5.5, update: 200 } as const;
/** A rewrite's 27 scans with 5 indexes: the heap is written once (4.4, what is left), each index built at 4.5. */
const rewriteHeap = 4.5;
const rewritePerIndex = 4.5;
/** Half on a faster machine; five times on a cold cache, a slower disk or a busy server. A guess at the spread, not a measurement. */
const spread = { low: 0.5, high: 5 } as const;

/** Bytes, rows and seconds of one kind of work on one relation; null where the catalog does not know its size. */
export function estimateWork(
  work: RelationWork,
  catalog: CatalogView,
  options: { readonly hasFigures: boolean; readonly machine: Machine },
): WorkEstimate {
  const relation = catalog.find(work.relation);
  const parts = relation ? [relation, ...catalog.children(relation)].filter((each) => each.kind !== "partitioned-table") : [];
  if (!options.hasFigures || parts.length === 0) return { ...work, bytes: null, rows: null, seconds: null };
  const heapBytes = sum(parts, (part) => part.bytes);
  const indexBytes = sum(parts, (part) => sum(part.indexes, (index) => index.bytes));
  const seconds = sum(parts, (part) => part.bytes * factor(work.kind, part)) / options.machine.scanBytesPerSecond;
  return {
    ...work,
    bytes: work.kind === "rewrite" || work.kind === "update" ? heapBytes + indexBytes : heapBytes,
    rows: catalog.rows(work.relation),
    seconds: { low: seconds * spread.low, high: seconds * spread.high },
  };
}

function factor(kind: RelationWork["kind"], relation: Relation): number {
  if (kind === "rewrite") return rewriteHeap + rewritePerIndex * relation.indexes.length;
  return times[kind];
}

/** What a reader must know to judge the durations. */
export function durationWords(machine: Machine): string {
  const calibrated = machine !== assumedMachine;
  return `durations ${calibrated ? "as calibrated" : "assume"}: ${Math.round(machine.scanBytesPerSecond / 1e6)} MB checked a second from a warm cache; an index build takes 5.5 times a scan, a rewrite 4.5 and 4.5 more per index, an update of every row 200; range ×${spread.low} to ×${spread.high}`;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
