import type { Node } from "@pgsql/types";
import type { CollationClass } from "../embedded/embedded-database.ts";
import { bootGuarded, type GuardedDatabase } from "../embedded/guarded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { AdvisorError } from "../errors.ts";
import { collationClass } from "../restore/collation-class.ts";
import { startBudget } from "./budget.ts";
import { checkStatements } from "./check-statements.ts";
import { conclude } from "./conclude.ts";
import type { EquivalenceInput } from "./equivalence-input.ts";
import { makePair, widthOf } from "./make-pair.ts";
import { neededCatalog } from "./needed-relations.ts";
import { clearScratch, makeScratch } from "./scratch-schema.ts";
import { search } from "./search.ts";
import type { Verdict } from "./verdict.ts";
import { volatileFunction } from "./volatile-functions.ts";

export type { EquivalenceInput } from "./equivalence-input.ts";

/** Judges pair after pair on one embedded PostgreSQL; the caller closes it. */
export interface EquivalenceProver {
  /** Never throws for what a statement says or does: that is `unsupported`. */
  judge(input: EquivalenceInput): Promise<Verdict>;
  close(): Promise<void>;
}

export interface ProverOptions {
  readonly cacheDirectory?: string | null;
}

/** One pair: boots (about 0.5 s), judges, closes. */
export async function judgeEquivalence(input: EquivalenceInput, options: ProverOptions = {}): Promise<Verdict> {
  const prover = openProver(options);
  try {
    return await prover.judge(input);
  } finally {
    await prover.close();
  }
}

/** Boots at the first judgement, and again when a statement had to be stopped or another collation is asked for. */
export function openProver(options: ProverOptions = {}): EquivalenceProver {
  let held: { readonly database: GuardedDatabase; readonly collation: CollationClass } | null = null;
  const empty = async (collation: CollationClass): Promise<GuardedDatabase> => {
    if (held?.database.alive && held.collation === collation) {
      await clearScratch(held.database);
      return held.database;
    }
    await held?.database.close();
    held = { collation, database: await bootGuarded({ ...options, collation }) };
    return held.database;
  };
  return {
    judge: (input) => judgeOn(empty, input),
    close: async () => held?.database.close(),
  };
}

type EmptyDatabase = (collation: CollationClass) => Promise<GuardedDatabase>;

/** Databases tried at least, and without news before giving up: more found nothing on our pairs (docs/benchmarks.md). */
const fewestRounds = 180;
const patience = 90;
const roundsOf = (effort: number) => ({ fewestRounds: fewestRounds * effort, patience: patience * effort });
/** After a statement that had to be stopped. */
const retryMs = 2_000;
/** Characters of both statements, or tables of one, beyond which each question is so slow that more of them tell little. */
const largeLength = 8_000;
const largeWidth = 40;
const largeBudgetMs = 2_500;

async function judgeOn(empty: EmptyDatabase, input: EquivalenceInput): Promise<Verdict> {
  const checked = await checkStatements(input.parser, input);
  if ("reason" in checked) return { verdict: "unsupported", reason: checked.reason };
  const nodes = [checked.before.node, checked.after.node];
  const trees = [...nodes, ...(await viewTrees(input, nodes))];
  const catalog = neededCatalog(input.snapshot.catalog, trees);
  const large = input.before.length + input.after.length > largeLength || nodes.some((node) => widthOf(node) > largeWidth);
  const ready = async () => {
    const database = await empty(collationClass(input.snapshot.server));
    const gaps = await makeScratch(database, input.snapshot, catalog);
    return { database, gaps };
  };
  try {
    const { database, gaps } = await ready();
    const isSpent = startBudget(large ? Math.min(input.budgetMs, largeBudgetMs) : input.budgetMs);
    const name = await volatileFunction(database, trees);
    if (name !== null) return { verdict: "unsupported", reason: `${name}() is volatile: two runs of one statement need not agree` };
    const pair = await makePair(database, { input, checked, catalog, trees, watched: !large });
    let on = database;
    let found = await search(on, pair, { seed: input.seed, isSpent, signal: input.signal, ...roundsOf(input.effort ?? 1) });
    // Where even the first, empty database was too much, there is nothing smaller to try.
    if (found.stopped === "too-slow" && found.databases > 0) {
      // A join of everything with everything, or one that never ends: once more with next to no rows.
      on = (await ready()).database;
      found = await search(
        on,
        { ...pair, mutants: [], watched: null, width: 64 },
        { seed: input.seed, isSpent: startBudget(retryMs), fewestRounds: 12, patience: 0 },
      );
    }
    return await conclude({
      input,
      checked,
      pair,
      found,
      database: on,
      warnings: [...gaps.map((gap) => `${gap.what}: ${gap.why}`), ...(checked.locks ? ["which rows they lock was not compared"] : [])],
    });
  } catch (error) {
    // The guard ended a statement, or PostgreSQL refused something of ours: either way nothing is known about the pair.
    if (error instanceof AdvisorError && error.code === "BACKEND_UNSUPPORTED") return { verdict: "unsupported", reason: error.message };
    const sqlState = sqlStateOf(error);
    if (sqlState === null) throw error;
    return { verdict: "unsupported", reason: `${(error as Error).message} (SQLSTATE ${sqlState})` };
  }
}

/** Views' own conditions aim the rows as well. */
async function viewTrees({ snapshot, parser }: EquivalenceInput, trees: readonly Node[]): Promise<Node[]> {
  const found: Node[] = [];
  for (const relation of neededCatalog(snapshot.catalog, trees).relations) {
    if (relation.viewDefinition === null) continue;
    const parsed = await parser.parse(relation.viewDefinition);
    if (parsed.kind === "parsed") found.push(...parsed.statements.map((statement) => statement.node));
  }
  return found;
}
