import type { Recommendation } from "../../src/domain/recommendation.ts";
import type { FamilySummary, Report } from "../../src/domain/report.ts";
import { plan, planNode } from "../support/plan-node.ts";
import { newsOf } from "./html-news.ts";
import { candidate, definition, hostileSql, literalReport, proof, recommendation } from "./literal-report.ts";

/** Names that try to leave the element, the attribute or the script that they are put into. */
export const hostileName = `"><img src=x onerror=alert(1)></script><script>alert(2)</script>\u2028\u202e\`-- '`;

const rewrite: Recommendation = {
  ...recommendation,
  id: "5b2c9e298ac4",
  title: "Rewrite statement 00bb00bb00bb00bb",
  candidate: {
    id: "5b2c9e298ac4",
    change: { kind: "rewrite", fingerprint: "00bb00bb00bb00bb", sql: "select id from orders where tags @> array[$1]", assumes: [] },
    helps: ["00bb00bb00bb00bb"],
    proposedBy: [{ kind: "rule", id: "rewrite/array-element-containment" }],
    reason: "a GIN index on the array column finds the rows that hold the value",
  },
  proofs: [{ ...proof, candidate: "5b2c9e298ac4", family: "00bb00bb00bb00bb" }],
  benefit: { ...recommendation.benefit, families: recommendation.benefit.families.slice(1) },
  apply: ["select id from orders where tags @> array[$1]"],
  undo: [],
  rewrite: {
    rules: ["rewrite/array-element-containment"],
    diff: "@@ -1,1 +1,1 @@\n-select id from orders where $1 = any(tags)\n+select id from orders where tags @> array[$1]",
    assumes: ["</pre><script>alert(3)</script>"],
    databases: 140,
    mutantsKilled: 2,
    mutants: 3,
    warnings: [],
    indexes: [],
  },
};

const measured: Recommendation = {
  ...recommendation,
  id: "77aa77aa77aa",
  title: `Index on ${hostileName}`,
  candidate: candidate("77aa77aa77aa", definition({ relation: { schema: "public", name: hostileName } })),
  basis: "measured",
  proofs: [
    {
      candidate: "77aa77aa77aa",
      family: "00aa00aa00aa00aa",
      backend: "copy",
      outcome: {
        kind: "measured",
        before: {
          medianMs: 120,
          runs: 5,
          cache: "warm",
          plan: plan(planNode("Seq Scan", { relation: { schema: "x", name: hostileName }, filter: hostileSql })),
        },
        after: {
          medianMs: 1.2,
          runs: 5,
          cache: "warm",
          plan: plan(planNode("Index Scan", { index: "plansmith_77aa77aa77aa", indexCondition: hostileName })),
        },
        sameRows: true,
      },
    },
  ],
  benefit: { ...recommendation.benefit, timeSavedMsPerDay: 90_000, families: recommendation.benefit.families.slice(0, 1) },
  apply: ['CREATE INDEX CONCURRENTLY "odd ""name" ON public.orders (customer_id)'],
  cautions: [hostileName],
};

const { likeCase, ...news } = newsOf(
  hostileName,
  literalReport.families.map(({ id }) => id),
  recommendation,
);

/** Everything an HTML report can show, hostile text wherever a database could put it. */
export const htmlReport: Report = {
  ...literalReport,
  ...news,
  families: literalReport.families.map((family, position) => ({
    ...family,
    relations: [{ schema: "public", name: position === 1 ? hostileName : "orders" }],
  })),
  recommendations: [...literalReport.recommendations, rewrite, { ...measured, likeCase }],
  rejected: [
    ...literalReport.rejected,
    {
      ...literalReport.rejected[0]!,
      reason: `${hostileName}: 3f2a9c01b2d4 is better`,
      sql: hostileSql,
      likeCase: { ...likeCase, because: hostileName },
    },
  ],
  pareto: [
    { indexBytes: 0, indexCount: 0, weightedRatio: 1, recommended: false },
    { indexBytes: 5_000_000, indexCount: 1, weightedRatio: 0.6, recommended: false },
    { indexBytes: 12_900_000, indexCount: 2, weightedRatio: 0.19, recommended: true },
  ],
  tuning: {
    advice: [
      {
        id: "aabbccddeeff",
        rule: "tuning/work-mem-spills",
        severity: "warning",
        title: "Sorts spill to disk",
        about: { kind: "relation", relation: { schema: "public", name: hostileName }, column: null },
        message: "00aa00aa00aa00aa writes 1.2 GB of temporary files a day",
        evidence: [{ name: "temporary files", value: 1_200_000_000, unit: "bytes" }],
        apply: ["ALTER SYSTEM SET work_mem = '64MB'"],
        undo: ["ALTER SYSTEM RESET work_mem"],
        takesEffect: "reload",
        help: "Raise work_mem",
        leaveAlone: "memory is short",
        proof: { kind: "unproved", why: "spills are not planned" },
      },
    ],
    refused: [{ rule: "tuning/jit", about: { kind: "server" }, reason: "No plan is dear enough for it" }],
    unread: [{ rule: "tuning/wal", missing: ["wal"] }],
  },
};

/** Earlier reports of the same database, for its history. */
export const earlierReports: readonly Report[] = ["07", "14"].map((day, at) => ({
  ...htmlReport,
  generatedAt: `2026-11-${day}T10:00:00.000Z`,
  server: { ...htmlReport.server!, databaseBytes: 400_000_000 + at * 500_000_000 },
}));

/** A report of so many statements, each naming `columns` columns, with plans of `nodes` nodes before and after. */
export function largeReport(statements: number, { columns: named, nodes }: { readonly columns: number; readonly nodes: number }): Report {
  const families = Array.from({ length: statements }, (_, position): FamilySummary => {
    const id = position.toString(16).padStart(16, "0");
    const columns = Array.from({ length: named }, (_each, column) => `t.column_number_${column}_of_${position}`);
    return {
      ...literalReport.families[0]!,
      id,
      fingerprint: id,
      sql: `select ${columns.join(", ")} from table_${position} t where t.a = $1`,
      calls: statements - position,
      share: 1 / statements,
    };
  });
  const recommendations = Array.from({ length: 20 }, (_, position): Recommendation => {
    const id = `${position}`.padStart(12, "e");
    const helped = families.filter((_family, each) => each % 20 === position);
    const chain = (type: string) => {
      let node = planNode(type, {
        relation: { schema: "public", name: `table_${position}` },
        filter: "((a = $1) AND (b > now()))",
      });
      for (let depth = 1; depth < nodes; depth += 1) node = planNode("Nested Loop", { joinType: "Inner", children: [node] });
      return plan(node);
    };
    return {
      ...recommendation,
      id,
      candidate: candidate(id),
      proofs: helped.map((family) => ({
        ...proof,
        candidate: id,
        family: family.id,
        outcome: { kind: "estimated", typical: { before: chain("Seq Scan"), after: chain("Index Scan") }, bindings: [] },
      })),
      benefit: {
        ...recommendation.benefit,
        families: helped.map((family) => ({
          family: family.id,
          costBefore: 1000,
          costAfter: 10,
          worstRatio: 0.01,
          planChange: "Seq Scan → Index Scan",
        })),
      },
    };
  });
  return { ...literalReport, families, recommendations };
}
