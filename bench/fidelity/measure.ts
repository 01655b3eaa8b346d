import { liveSource } from "../../src/collect/live-source.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { indexesUsed, planShape, readPlan } from "../../src/parse/read-plan.ts";
import type { FidelityCase } from "./case.ts";

/** One candidate index: its size in the shadow and really built, and every statement planned with it in both. */
export interface Measured {
  readonly set: string;
  readonly accessMethod: string;
  readonly index: string;
  /** btree and the others, or `expression` when a key is one: those have targets of their own. */
  readonly kind: string;
  readonly shadowBytes: number;
  readonly trueBytes: number;
  /** What the planner said of its own estimate. */
  readonly uncertain: string | null;
  readonly prepareMs: number;
  readonly pairs: readonly Pair[];
}

export interface Pair {
  readonly sql: string;
  readonly sameShape: boolean;
  /** The same indexes read, whatever lies above them. */
  readonly sameIndexes: boolean;
  /** Shadow over production. */
  readonly costRatio: number;
  /** Production over itself after its next ANALYZE of the expressions: how far one random sample lies from another. Null where none was analysed. */
  readonly selfRatio: number | null;
  /** What the planner said of this plan, without the words on the whole database. */
  readonly doubts: readonly string[];
  readonly shadow: string;
  readonly production: string;
}

/** A snapshot as an audit takes it: the role may read no row. */
export function collect(session: SqlSession, sampleRows: boolean): Promise<Snapshot> {
  const options = { top: 10, minCalls: 1, includeSchemas: [], excludeSchemas: [], now: new Date(0), statements: [], redactValues: false };
  return liveSource(session, { ...options, readEnds: true, ...(sampleRows ? { sampleRows: true } : {}) }).read({});
}

/** Statements without any new index. */
export async function comparePlain(owner: SqlSession, planner: Planner, statements: readonly string[]): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const sql of statements) pairs.push(await pairOf(owner, planner, sql, [], []));
  return pairs;
}

/** Null for an index that this major version does not take, in production as in the shadow. */
export async function measure(
  { owner, planner, set, id }: { owner: SqlSession; planner: Planner; set: string; id: string },
  { index, definition, statements }: FidelityCase,
): Promise<Measured | null> {
  const started = performance.now();
  const prepared = await planner.prepare(id, definition);
  const prepareMs = performance.now() - started;
  if (prepared.kind === "refused") {
    await refusedToo(owner, createIndexSql(definition, { name: "refused_too" }), prepared.message);
    return null;
  }
  const hasExpression = definition.keys.some((key) => key.column === null);
  const table = definition.relation.name;
  const figures = await planningFigures(owner, table);
  await owner.query(createIndexSql(definition, { name: prepared.name }));
  try {
    const parts = await partsOf(owner, prepared.name);
    if (hasExpression) await analyzeExpressions(owner, table);
    await restoreFigures(owner, figures);
    const pairs: Pair[] = [];
    for (const sql of statements) pairs.push(await pairOf(owner, planner, sql, [id], parts.names));
    if (hasExpression) await compareWithItself(owner, table, figures, pairs);
    return {
      set,
      index,
      accessMethod: definition.accessMethod,
      kind: hasExpression ? "expression" : definition.accessMethod,
      shadowBytes: prepared.bytes,
      trueBytes: parts.bytes,
      uncertain: prepared.uncertain,
      prepareMs,
      pairs,
    };
  } finally {
    await owner.query(`drop index ${prepared.name}`);
    if (hasExpression) await restoreFigures(owner, figures);
  }
}

async function refusedToo(owner: SqlSession, sql: string, why: string): Promise<void> {
  try {
    await owner.query(sql);
  } catch {
    console.log(`left out, production refuses it too: ${sql}: ${why}`);
    return;
  }
  throw new Error(`the shadow refuses what production makes: ${sql}: ${why}`);
}

async function pairOf(owner: SqlSession, planner: Planner, sql: string, show: readonly string[], parts: readonly string[]): Promise<Pair> {
  const whatIf = { show, hide: [] };
  const outcome = await planner.plan(sql, whatIf);
  if (outcome.kind === "failed") throw new Error(`the shadow cannot plan: ${outcome.message}: ${sql}`);
  const [row] = await owner.query<{ "QUERY PLAN": unknown }>(`explain (format json) ${sql}`);
  const truth = readPlan(row!["QUERY PLAN"], () => "public");
  const name = show.length === 0 ? "" : `plansmith_${show[0]}`;
  const shape = (text: string) => {
    let plain = text.replaceAll(" NoMovement", "");
    for (const part of parts) if (part !== name) plain = plain.replaceAll(new RegExp(`\\b${part}\\b`, "g"), name);
    return plain;
  };
  const shadow = shape(planShape(outcome.plan));
  const production = shape(planShape(truth));
  const doubts = show.length > 0 ? await planner.doubts!(outcome.plan, whatIf) : [];
  const read = (plan: typeof truth) => [...new Set([...indexesUsed(plan)].map(shape))].sort().join(" ");
  return {
    sql,
    sameShape: shadow === production,
    sameIndexes: read(outcome.plan) === read(truth),
    costRatio: outcome.plan.root.totalCost / truth.root.totalCost,
    selfRatio: null,
    doubts: doubts.filter((doubt) => doubt.kind !== "restored").map((doubt) => doubt.text),
    shadow,
    production,
  };
}

async function compareWithItself(owner: SqlSession, table: string, figures: readonly Figures[], pairs: Pair[]): Promise<void> {
  const before: number[] = [];
  for (const { sql } of pairs) before.push(await productionCost(owner, sql));
  await analyzeExpressions(owner, table);
  await restoreFigures(owner, figures);
  for (const [position, pair] of pairs.entries())
    pairs[position] = { ...pair, selfRatio: (await productionCost(owner, pair.sql)) / before[position]! };
}

async function productionCost(owner: SqlSession, sql: string): Promise<number> {
  const [row] = await owner.query<{ "QUERY PLAN": unknown }>(`explain (format json) ${sql}`);
  return readPlan(row!["QUERY PLAN"], () => "public").root.totalCost;
}

async function partsOf(owner: SqlSession, name: string): Promise<{ readonly names: readonly string[]; readonly bytes: number }> {
  const [row] = await owner.query<{ names: string[]; bytes: string }>(
    `with recursive part (oid) as (select $1::regclass::oid union all select inhrelid from part join pg_inherits on inhparent = oid)
     select array_agg(relname::text) as names, sum(pg_relation_size(oid))::text as bytes from part join pg_class using (oid) where relkind = 'i'`,
    [name],
  );
  return { names: row!.names, bytes: Number(row!.bytes) };
}

interface Figures {
  readonly oid: number;
  readonly pages: number;
  readonly rows: number;
  readonly visible: number;
}

/** CREATE INDEX and ANALYZE refresh these of the table; the snapshot has them as they were, and so has what it is held against. */
function planningFigures(owner: SqlSession, table: string): Promise<Figures[]> {
  return owner.query<Figures>(
    `with recursive part (oid) as (select $1::regclass::oid union all select inhrelid from part join pg_inherits on inhparent = oid)
     select c.oid::int8::int4 as oid, relpages as pages, reltuples as rows, relallvisible as visible from part join pg_class c using (oid)`,
    [table],
  );
}

async function restoreFigures(owner: SqlSession, figures: readonly Figures[]): Promise<void> {
  const values = figures.map((each) => `(${each.oid}, ${each.pages}, ${each.rows}::real, ${each.visible})`).join(",");
  await owner.query(
    `update pg_class c set relpages = v.pages, reltuples = v.rows, relallvisible = v.visible from (values ${values}) v (oid, pages, rows, visible)
     where c.oid = v.oid::oid`,
  );
}

/** ANALYZE for the index's expressions alone: the columns keep the statistics of the snapshot, not another random sample's. */
async function analyzeExpressions(owner: SqlSession, table: string): Promise<void> {
  const parts = `(with recursive part (oid) as (select '${table}'::regclass::oid union all select inhrelid from part join pg_inherits on inhparent = oid) select oid from part)`;
  await owner.query("set allow_system_table_mods = on");
  await owner.query("begin");
  // Out of the way under other numbers while ANALYZE writes its own.
  await owner.query(`update pg_statistic set starelid = (starelid::int8 + 1000000000)::oid where starelid in ${parts}`);
  await owner.query(`update pg_statistic_ext set stxrelid = (stxrelid::int8 + 1000000000)::oid where stxrelid in ${parts}`);
  await owner.query(`analyze ${table}`);
  await owner.query(`delete from pg_statistic where starelid in ${parts}`);
  await owner.query(
    `update pg_statistic set starelid = (starelid::int8 - 1000000000)::oid where starelid::int8 - 1000000000 in (select oid::int8 from ${parts} p)`,
  );
  await owner.query(
    `update pg_statistic_ext set stxrelid = (stxrelid::int8 - 1000000000)::oid where stxrelid::int8 - 1000000000 in (select oid::int8 from ${parts} p)`,
  );
  await owner.query("commit");
}
