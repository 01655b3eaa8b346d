import { reportOf } from "../../bench/history/simulated-server.ts";
import type { RelationState } from "../../src/domain/database-state.ts";
import type { FamilySummary, Report, StatementCounters } from "../../src/domain/report.ts";

export const startMs = Date.parse("2026-03-02T00:00:00Z");
export const at = (hours: number) => new Date(startMs + hours * 3_600_000).toISOString();

export function counters(calls: number, totalMs: number, rest: Partial<StatementCounters> = {}): StatementCounters {
  return {
    calls,
    totalMs,
    squaresMs2: (2 * totalMs ** 2) / Math.max(1, calls),
    rows: calls,
    blocks: calls * 5,
    countingSince: at(-240),
    ...rest,
  };
}

export function family(name: string, rest: Partial<FamilySummary> = {}): FamilySummary {
  const fingerprint = Buffer.from(name).toString("hex").padEnd(16, "0").slice(0, 16);
  return {
    id: fingerprint,
    fingerprint,
    sql: `select ${name} from orders where id = $1`,
    calls: rest.counters?.calls ?? 1,
    meanTimeMs: 1,
    share: 0.1,
    costBefore: 100,
    costAfter: 100,
    place: null,
    relations: [{ schema: "public", name: "orders" }],
    noAdvice: "no index helps",
    ...rest,
  };
}

export function relation(rest: Partial<RelationState> = {}): RelationState {
  return { schema: "public", name: "orders", rows: 1e6, heapBytes: 200e6, heapBytesNeeded: 190e6, indexes: [], ...rest };
}

export function report(hours: number, families: readonly FamilySummary[], rest: Partial<Report> = {}): Report {
  return { ...reportOf(families, at(hours)), state: { planner: "shadow", relations: [relation()] }, ...rest };
}
