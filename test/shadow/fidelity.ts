import { liveSource } from "../../src/collect/live-source.ts";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { planShape, readPlan } from "../../src/parse/read-plan.ts";

/** How one statement is planned in production and in the shadow. */
export interface Comparison {
  readonly sql: string;
  readonly sameShape: boolean;
  /** Shadow over production. */
  readonly costRatio: number;
  readonly production: string;
  readonly shadow: string;
}

/** Ends are read of every index, also of one that nothing has scanned: that is what `origin` says. */
export function collect(session: SqlSession, redactValues = false): Promise<Snapshot> {
  const options = {
    origin: "demo" as const,
    top: 10,
    minCalls: 1,
    includeSchemas: [],
    excludeSchemas: [],
    readEnds: true,
    now: new Date(0),
    statements: [],
    redactValues,
  };
  return liveSource(session, options).read({});
}

export async function planOf(session: SqlSession, sql: string): Promise<{ readonly shape: string; readonly cost: number }> {
  const [row] = await session.query<{ "QUERY PLAN": unknown }>(`explain (format json) ${sql}`);
  const plan = readPlan(row!["QUERY PLAN"]);
  // Before 17, EXPLAIN calls it NoMovement where no order is asked of the index.
  return { shape: planShape(plan).replaceAll(" NoMovement", ""), cost: plan.root.totalCost };
}

export async function compare(production: SqlSession, shadow: SqlSession, queries: readonly string[]): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  for (const sql of queries) {
    const before = await planOf(production, sql);
    const after = await planOf(shadow, sql);
    compared.push({
      sql,
      sameShape: before.shape === after.shape,
      costRatio: after.cost / before.cost,
      production: before.shape,
      shadow: after.shape,
    });
  }
  return compared;
}

/** One line a statement that differs, and the spread: for messages of failed assertions and for measuring. */
export function describeDifferences(compared: readonly Comparison[]): string {
  const ratios = compared.map((each) => each.costRatio).sort((a, b) => a - b);
  const different = compared.filter((each) => !each.sameShape || Math.abs(each.costRatio - 1) > 1e-3);
  const lines = different.map(
    (each) => `${each.costRatio.toFixed(4)} ${each.sql}${each.sameShape ? "" : `\n    ${each.production}\n    ${each.shadow}`}`,
  );
  const identical = compared.filter((each) => each.sameShape && Math.abs(each.costRatio - 1) < 1e-4).length;
  const same = compared.filter((each) => each.sameShape).length;
  return [
    `${compared.length} statements: ${same} of the same shape, ${identical} identical; cost ratio ${ratios[0]?.toFixed(3)} to ${ratios.at(-1)?.toFixed(3)}`,
    ...lines,
  ].join("\n");
}
