import type { Candidate, IndexDefinition } from "../../src/domain/candidate.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Proof } from "../../src/domain/proof.ts";
import type { Recommendation } from "../../src/domain/recommendation.ts";
import type { FamilySummary, Rejection, Report } from "../../src/domain/report.ts";
import { plainIndex, plainKey } from "../support/plain-index.ts";
import { plan, planNode } from "../support/plan-node.ts";

/** Text a hostile application could leave in pg_stat_statements. */
export const hostileSql =
  "select \u001b[31m'x'\u009b2J\u001b]0;owned\u0007 from \"a|b\" -- ``` </details><script>alert(1)</script> @everyone [x](https://evil.example) \u202eabc\n\n# heading | $1$";

export function definition(rest: Partial<IndexDefinition> = {}): IndexDefinition {
  return plainIndex("orders", ["customer_id", plainKey("created_at", { descending: true, nullsFirst: true })], rest);
}

export function candidate(id: string, index: IndexDefinition = definition()): Candidate {
  return {
    id,
    change: { kind: "create-index", index },
    helps: ["00aa00aa00aa00aa"],
    proposedBy: [{ kind: "rule", id: "index/btree-for-filter" }],
    reason: "equality on customer_id keeps 12 of 2,000,000 rows",
  };
}

const orders = { schema: "public", name: "orders" };

export const proof: Proof = {
  candidate: "3f2a9c01b2d4",
  family: "00aa00aa00aa00aa",
  backend: "shadow",
  outcome: {
    kind: "estimated",
    typical: {
      before: plan(
        planNode("Sort", {
          totalCost: 12345,
          children: [planNode("Seq Scan", { relation: orders, filter: "(customer_id = …)", planRows: 12 })],
        }),
      ),
      after: plan(planNode("Index Scan", { relation: orders, index: "orders_customer_id_created_at_idx", totalCost: 8.46 })),
    },
    bindings: [
      { kind: "common", costBefore: 12345, costAfter: 8.46, used: true },
      { kind: "generic", costBefore: 12345, costAfter: 12345, used: false },
    ],
  },
};

export const recommendation: Recommendation = {
  id: "3f2a9c01b2d4",
  title: "B-tree index on orders (customer_id, created_at DESC)",
  candidate: candidate("3f2a9c01b2d4"),
  proofs: [proof],
  basis: "estimated",
  benefit: {
    timeSavedMsPerDay: null,
    costSaved: 1e9,
    shareOfWorkload: 0.412,
    families: [
      {
        family: "00aa00aa00aa00aa",
        costBefore: 12345,
        costAfter: 8.46,
        worstRatio: 1.02,
        planChange: "Seq Scan on orders → Index Scan; no Sort",
      },
      { family: "00bb00bb00bb00bb", costBefore: 500, costAfter: 400, worstRatio: 0.8, planChange: "same plan shape, cheaper" },
    ],
  },
  price: {
    indexBytes: 12_900_000,
    sizeUncertain: false,
    lock: "ShareUpdateExclusiveLock",
    writesPerDay: 1300,
    writeCost: "Rows 1,300 inserted per day.",
  },
  apply: ["CREATE INDEX CONCURRENTLY orders_customer_id_created_at_idx ON public.orders (customer_id, created_at DESC)"],
  undo: ["DROP INDEX CONCURRENTLY public.orders_customer_id_created_at_idx"],
  explanation: { text: "Equality on customer_id keeps 12 of 2,000,000 rows.\n\nIt takes about 12.3 MB.", writtenBy: "template" },
  cautions: ["Planned on PostgreSQL 18.6 for a 15.6 server."],
};

const drop: Recommendation = {
  ...recommendation,
  id: "0123456789ab",
  title: "Drop index orders_old_idx on orders",
  candidate: {
    id: "0123456789ab",
    change: { kind: "drop-index", index: { schema: "public", name: "orders_old_idx" }, relation: orders },
    helps: [],
    proposedBy: [{ kind: "rule", id: "index/redundant" }],
    reason: "orders_pkey starts with the same columns",
  },
  proofs: [],
  benefit: { timeSavedMsPerDay: null, costSaved: 0, shareOfWorkload: 0, families: [] },
  price: { ...recommendation.price, indexBytes: -5_000_000 },
  apply: ["DROP INDEX CONCURRENTLY public.orders_old_idx"],
  undo: ["CREATE INDEX CONCURRENTLY orders_old_idx ON public.orders USING btree (id)"],
  cautions: [],
};

function family(id: string, rest: Partial<FamilySummary> = {}): FamilySummary {
  return {
    id,
    fingerprint: id.slice(0, 16),
    sql: "select * from orders where customer_id = $1 order by created_at desc limit $2",
    calls: 900_000,
    meanTimeMs: 12.5,
    share: 0.34,
    costBefore: 12345,
    costAfter: 8.46,
    place: null,
    noAdvice: null,
    ...rest,
  };
}

function rejection(id: string, reason: string): Rejection {
  const index = definition({ relation: { schema: "public", name: `table_${id}` } });
  const outcome = { kind: "refuted", because: "not-used", detail: "planned without it" } as const;
  return { candidate: candidate(id, index), sql: createIndexSql(index), reason, proofs: [{ ...proof, candidate: id, outcome }] };
}

/** One of everything a report can hold, hostile text included. */
export const literalReport: Report = {
  schemaVersion: 1,
  generatedAt: "2026-11-21T10:00:00.000Z",
  advisorVersion: "0.1.0",
  server: {
    versionNumber: 150006,
    major: 15,
    database: "shop",
    databaseBytes: 1_300_000_000,
    encoding: "UTF8",
    collation: "en_US.UTF-8",
    characterType: "en_US.UTF-8",
    localeProvider: "c",
    standby: false,
    systemIdentifier: "7301234567890123456",
    countingSince: "2026-11-01T00:00:00.000Z",
  },
  origin: "live server, statistics of 2026-11-21",
  summary: {
    statementCount: 3,
    relationCount: 2,
    candidateCount: 9,
    planCount: 120,
    costBefore: 1_234_567,
    costAfter: 234_567,
    geometricMeanRatio: 0.56,
    indexBytes: 12_900_000,
    boundRatio: 0.15,
    weightedRatio: 0.19,
  },
  families: [
    family("00aa00aa00aa00aa"),
    family("00bb00bb00bb00bb", { sql: hostileSql, share: 0.1, place: "queries.sql:12" }),
    family("00cc00cc00cc00cc", { noAdvice: "The table is small: 40 rows.", share: 0.0001, costAfter: 12345, meanTimeMs: null }),
  ],
  recommendations: [recommendation, drop],
  findings: [
    {
      id: "f1d1f1d1f1d1",
      rule: "index/invalid",
      severity: "warning",
      message: "orders_broken_idx is invalid: every write keeps it up and no plan uses it",
      place: null,
      locks: ["ShareUpdateExclusiveLock"],
      safer: ["DROP INDEX CONCURRENTLY public.orders_broken_idx"],
    },
  ],
  rejected: [
    ...Array.from({ length: 7 }, (_, position) =>
      rejection(`aaaaaaaaaaa${position}`, `Superseded: 3f2a9c01b2d4 serves the same statements (${position}).`),
    ),
    rejection("bbbbbbbbbbbb", "No plan uses it."),
  ],
  skipped: [{ sql: "selec 1", place: "queries.sql:3", calls: 1, reason: "unparsable", detail: 'syntax error at or near "selec"' }],
  gaps: [
    {
      area: "statistics",
      what: "extended statistics were not read",
      why: "permission denied",
      remedy: "GRANT SELECT ON pg_statistic_ext_data TO plansmith",
    },
  ],
  partial: null,
};
