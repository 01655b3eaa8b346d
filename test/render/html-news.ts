import type { AgentReport } from "../../src/domain/agent.ts";
import type { Comparison, TimeLevel } from "../../src/domain/comparison.ts";
import type { LikeCase, Retrieval } from "../../src/domain/like-case.ts";
import type { Pattern } from "../../src/domain/pattern.ts";

/** The parts of a report that stand on more than one run, one statement or one database, each with `hostile` wherever a name can stand. */
export function newsOf(hostile: string, families: readonly string[], remedy: { readonly id: string; readonly title: string }) {
  const relation = { schema: "public", name: hostile };
  const [first = "", second = ""] = families;
  const statement = (family: string) => ({ family, fingerprint: family, sql: `select * from orders -- ${hostile}` });
  const level = (meanMs: number): TimeLevel => ({ meanMs, calls: 12_000, intervals: 6 });
  const line = { ...statement(second), share: 0.02, calls: 4_200, meanMs: 1.5 };
  const slower = {
    ...statement(first),
    before: level(1.2),
    now: level(48),
    ratio: 40,
    probability: 1e-7,
    share: 0.3,
    from: "2026-11-20T10:00:00.000Z",
    isNew: true,
  };
  const planned = { ...statement(first), before: `Index Scan ${hostile} ${"orders_pkey ".repeat(12)}`, after: `Seq Scan ${hostile}` };
  const size = { relation, bytesBefore: 1e8, bytesNow: 9e8, rowsBefore: 1e6, rowsNow: 1e6, from: "2026-11-14T10:00:00.000Z" };
  const advice = { id: "0a0a0a0a0a0a", title: `Index on ${hostile}` };
  const applied = {
    ...advice,
    as: hostile,
    between: ["2026-11-19T10:00:00.000Z", "2026-11-20T10:00:00.000Z"] as const,
    isNew: true,
    statements: 2,
    predictedRatio: 0.01,
    observedRatio: 0.02,
    savedMsPerDay: 90_000,
  };
  const comparison: Comparison = {
    since: "2026-11-20T10:00:00.000Z",
    reports: 9,
    statements: {
      new: Array.from({ length: 12 }, () => line),
      gone: [{ ...line, meanMs: null }],
      slower: [
        {
          ...slower,
          causes: [
            { kind: "plan", before: planned.before, after: planned.after },
            { kind: "index-dropped", index: relation, relation },
            { kind: "growth", relation, ratio: 3 },
            { kind: "bloat", relation, emptyBytes: 5e8 },
            { kind: "rows", ratio: 2 },
            { kind: "same-work" },
          ],
        },
      ],
      faster: [{ ...slower, ...statement(second), before: level(48), now: level(1.2), ratio: 0.025, from: null, isNew: false, causes: [] }],
      plans: [
        { ...planned, costRatio: 40, verdict: "worse", isOld: false },
        { ...planned, ...statement(second), costRatio: 0.1, verdict: "better", isOld: true },
      ],
      serverWide: { ratio: 1.6, statements: 40 },
      judged: 40,
      levels: families.map((family, at) => ({ family, meanMs: [at + 1, 2, null, 2.5, 40] })),
    },
    recommendations: { new: [advice], gone: [advice], open: 3 },
    findings: { new: [advice], gone: [advice], open: 1 },
    applied: [
      { ...applied, kind: "create-index", verdict: "paid" },
      { ...applied, kind: "drop-index", as: null, predictedRatio: null, observedRatio: null, savedMsPerDay: null, verdict: "unknown" },
      { ...applied, kind: "rewrite", as: second, observedRatio: 1.3, savedMsPerDay: null, verdict: "worse" },
    ],
    sizes: [
      { ...size, index: null, kind: "bloat", emptyBytes: 8e8, isNew: true },
      { ...size, index: hostile, kind: "growth", emptyBytes: null, isNew: false },
    ],
    indexes: { made: [relation], dropped: [relation] },
    notes: ["pg_stat_statements was reset on 2026-11-19"],
  };
  const likeCase: LikeCase = {
    id: "btree-column-integer-100001-12379e91",
    title: "B-tree on integer",
    similarity: 0.93,
    change: `CREATE INDEX ON alerts (${hostile})`,
    costBefore: 4506,
    costAfter: 266,
    because: null,
  };
  const pattern: Pattern = {
    id: "0123456789ab",
    title: "Lookups inside JSON documents",
    detail: `On ${hostile} and ${"a_very_long_table_name_".repeat(3)}; all read their table whole today.`,
    families,
    share: 0.61,
    servedCount: 2,
    remedy: { recommendation: remedy.id, title: `${remedy.title} ${hostile}`, serves: 1 },
  };
  const patterns: Pattern[] = [
    pattern,
    { ...pattern, id: "1123456789ab", title: "Reports over whole tables", share: 0.1, servedCount: 0, remedy: null },
  ];
  const retrieval: Retrieval = {
    by: "the encoder access-shape",
    caseCount: 377,
    statementCount: 3,
    proposed: 2,
    recommended: 1,
    note: `the model's file is not there: ${hostile}`,
  };
  const agent: AgentReport = {
    model: hostile,
    where: "http://localhost:11434/v1",
    statements: 3,
    rounds: 2,
    requests: 5,
    promptTokens: 12_000,
    completionTokens: 900,
    seconds: 41.2,
    proposed: 6,
    proved: 2,
    kept: 1,
    refused: { "no-gain": 3, "unknown-name": 1 },
    unusable: 1,
    ended: "the limit of its tokens was reached",
    words: { written: 3, refused: 1 },
  };
  return { comparison, likeCase, patterns, retrieval, agent };
}
