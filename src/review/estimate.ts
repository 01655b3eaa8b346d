import type { Relation } from "../domain/catalog.ts";
import type { Machine } from "../domain/machine.ts";
import type { WorkEstimate } from "../domain/review.ts";
import type { RelationWork } from "../domain/schema-change.ts";
import type { CatalogView } from "../rule/catalog-view.ts";

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
  const seconds = sum(parts, (part) => part.bytes * secondsPerByte(work.kind, part, options.machine));
  return {
    ...work,
    bytes: work.kind === "rewrite" || work.kind === "update" ? heapBytes + indexBytes : heapBytes,
    rows: catalog.rows(work.relation),
    seconds: { low: seconds * spread.low, high: seconds * spread.high },
  };
}

function secondsPerByte(kind: RelationWork["kind"], relation: Relation, { bytesPerSecond }: Machine): number {
  const own = 1 / bytesPerSecond[kind];
  return kind === "rewrite" ? own + relation.indexes.length / bytesPerSecond["rewrite-index"] : own;
}

/** What a reader must know to judge the durations. */
export function durationWords({ measured, bytesPerSecond }: Machine): string {
  const megabytes = (rate: number) => `${rate < 10e6 ? (rate / 1e6).toFixed(1) : Math.round(rate / 1e6)} MB`;
  const rates = `in a second, warm cache, ${megabytes(bytesPerSecond.scan)} of a table are checked, ${megabytes(bytesPerSecond["foreign-key-check"])} have their foreign keys checked, ${megabytes(bytesPerSecond["index-build"])} are indexed, ${megabytes(bytesPerSecond.rewrite)} rewritten (each index as much again at ${megabytes(bytesPerSecond["rewrite-index"])}), ${megabytes(bytesPerSecond.update)} updated`;
  const from = measured === null ? "durations assume (plansmith calibrate measures)" : `durations as ${measured}`;
  return `${from}: ${rates}; range ×${spread.low} to ×${spread.high}`;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
