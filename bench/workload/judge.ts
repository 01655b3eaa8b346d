import type { SqlSession } from "../../src/contract/sql-session.ts";
import { indexesUsed, readPlan } from "../../src/parse/read-plan.ts";
import { type BuiltIndex, buildSet } from "./build-set.ts";
import { onCopy } from "./database.ts";
import type { WorkloadStatement } from "./workload.ts";

/** What the planner of the server says of one statement. */
export interface Planned {
  readonly cost: number;
  readonly indexes: readonly string[];
}

/** Where sets are built, and what is planned there. */
export interface Ground {
  readonly database: string;
  readonly statements: readonly WorkloadStatement[];
}

/** A set, really built, and every statement planned with it. */
export interface Judged {
  readonly name: string;
  readonly built: readonly BuiltIndex[];
  readonly bytes: number;
  /** Statement → plan. */
  readonly plans: ReadonlyMap<string, Planned>;
  /** DDL of indexes that no statement's plan reads. */
  readonly unused: readonly string[];
}

/** `texts` has the statements that are sent in another form, by name. */
export async function judge(
  { database, statements }: Ground,
  name: string,
  { ddl, texts = new Map() }: { readonly ddl: readonly string[]; readonly texts?: ReadonlyMap<string, string> },
): Promise<Judged> {
  return onCopy(database, async (session) => {
    const built = await buildSet(session, ddl);
    const plans = await planAll(session, statements, texts);
    const read = new Set([...plans.values()].flatMap(({ indexes }) => indexes));
    return {
      name,
      built,
      bytes: built.reduce((sum, index) => sum + index.bytes, 0),
      plans,
      unused: built.filter(({ names }) => !names.some((each) => read.has(each))).map((index) => index.ddl),
    };
  });
}

export async function planAll(
  session: SqlSession,
  statements: Ground["statements"],
  texts: ReadonlyMap<string, string>,
): Promise<Map<string, Planned>> {
  const plans = new Map<string, Planned>();
  for (const { name, sql } of statements) {
    const [row] = await session.query<{ "QUERY PLAN": unknown }>(`explain (format json) ${texts.get(name) ?? sql}`);
    const plan = readPlan(row!["QUERY PLAN"], () => "public");
    plans.set(name, { cost: plan.root.totalCost, indexes: [...indexesUsed(plan)] });
  }
  return plans;
}

/** One set against no new index. */
export interface Score {
  /** Σ calls × cost with the set, as a part of that without it. */
  readonly costRatio: number;
  /** Σ calls × cost saved. */
  readonly saved: number;
  /** Geometric mean over the statements of cost with ÷ cost without, each counted once. */
  readonly geomean: number;
  /** Statements that cost over 1 % more. */
  readonly worse: readonly string[];
}

export function score(statements: Ground["statements"], none: Judged, set: Judged): Score {
  let [before, after, logs] = [0, 0, 0];
  const worse: string[] = [];
  for (const { name, calls } of statements) {
    const [was, is] = [none.plans.get(name)!.cost, set.plans.get(name)!.cost];
    before += calls * was;
    after += calls * is;
    logs += Math.log(is / was);
    if (is > was * 1.01) worse.push(name);
  }
  return { costRatio: after / before, saved: before - after, geomean: Math.exp(logs / statements.length), worse };
}
