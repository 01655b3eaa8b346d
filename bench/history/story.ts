import type { Comparison } from "../../src/domain/comparison.ts";
import type { DatabaseState } from "../../src/domain/database-state.ts";
import { indexKey } from "../../src/domain/index-key.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Recommendation } from "../../src/domain/recommendation.ts";
import type { Report } from "../../src/domain/report.ts";
import { compareReports } from "../../src/history/compare-reports.ts";
import { noises, simulateServer } from "./simulated-server.ts";

/** What two weeks hold, and the reports and comparisons of them. */
export interface Story {
  readonly slowed: string;
  readonly mended: string;
  readonly reports: readonly Report[];
  /** After each report but the first. */
  readonly comparisons: readonly Comparison[];
}

const mib = 1024 * 1024;

/**
 * Two weeks of a changing workload of 300 statements: on day 5 the index that was recommended for one is made under another name and pays (5 times as
 * fast, a fifth promised); on day 7 the counters are reset; from day 6 a table swells; on day 10 another statement's plan changes and it takes 2.5 times as long.
 */
export function twoWeeks(seed: number, hoursBetween: number): Story {
  const server = simulateServer({ seed, statements: 300, hoursBetween, noise: noises.usual });
  const days = (day: number) => Math.round((day * 24) / hoursBetween);
  const reports: Report[] = [];
  const comparisons: Comparison[] = [];
  const [slowed, mended] = [server.statement(1), server.statement(3)];
  for (let step = 1; step <= days(14); step += 1) {
    if (step === days(7) + 1) server.reset();
    if (step === days(5) + 1) server.slow(3, 0.2);
    if (step === days(10) + 1) server.slow(1, 2.5);
    const plain = server.audit();
    const isMade = step > days(5);
    const isWorse = step > days(10);
    const report: Report = {
      ...plain,
      families: plain.families.map((family) => ({
        ...family,
        plan:
          isWorse && family.fingerprint === slowed
            ? { id: "bbbbbbbbbbbb", outline: "Seq Scan t1" }
            : { id: "aaaaaaaaaaaa", outline: "Index Scan t1 t1_pkey" },
        costBefore: isWorse && family.fingerprint === slowed ? 40 : 10,
      })),
      recommendations: isMade ? [] : [recommendationFor(mended)],
      state: stateOf(isMade, Math.max(0, (step * hoursBetween) / 24 - 6)),
    };
    const comparison = compareReports(reports.slice(-60), report);
    if (comparison) comparisons.push(comparison);
    reports.push(report);
  }
  return { slowed, mended, reports, comparisons };
}

const wanted = {
  relation: { schema: "public", name: "t7" },
  accessMethod: "btree" as const,
  keys: [{ column: "customer_id", sql: "customer_id", operatorClass: null, collation: null, descending: false, nullsFirst: false }],
  include: [],
  predicate: null,
  storage: {},
  extension: null,
};

function recommendationFor(family: string): Recommendation {
  return {
    id: "0123456789ab",
    title: "B-tree index on t7 (customer_id)",
    candidate: { id: "0123456789ab", change: { kind: "create-index", index: wanted }, helps: [family], proposedBy: [], reason: "" },
    proofs: [],
    basis: "estimated",
    benefit: {
      timeSavedMsPerDay: null,
      costSaved: 1,
      shareOfWorkload: 0.1,
      families: [{ family, costBefore: 100, costAfter: 20, worstRatio: 1, planChange: "" }],
    },
    price: { indexBytes: mib, sizeUncertain: false, lock: "ShareUpdateExclusiveLock", writesPerDay: null, writeCost: "" },
    apply: [],
    undo: [],
    explanation: { text: "", writtenBy: "template" },
    cautions: [],
  };
}

function stateOf(isMade: boolean, swollenDays: number): DatabaseState {
  const made = { name: "made_by_hand", key: indexKey(createIndexSql(wanted)), bytes: 20 * mib, bytesNeeded: 19 * mib };
  return {
    planner: "shadow",
    relations: [
      { schema: "public", name: "t5", rows: 2e6, heapBytes: (400 + swollenDays * 80) * mib, heapBytesNeeded: 380 * mib, indexes: [] },
      { schema: "public", name: "t7", rows: 1e6, heapBytes: 100 * mib, heapBytesNeeded: 95 * mib, indexes: isMade ? [made] : [] },
    ],
  };
}
