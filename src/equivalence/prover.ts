import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { CollationClass } from "../embedded/embedded-database.ts";
import { bootGuarded, type GuardedDatabase } from "../embedded/guarded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { AdvisorError } from "../errors.ts";
import { seededRandom } from "../hostile/random.ts";
import { readAims } from "../hostile/read-aims.ts";
import { collationClass } from "../restore/collation-class.ts";
import { parameterTypes } from "../shadow/explain-statement.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { walk } from "../syntax/tree.ts";
import { startBudget } from "./budget.ts";
import { addedParameters, type CheckedPair, checkStatements } from "./check-statements.ts";
import { confirm } from "./confirm.ts";
import { contractDifference } from "./contract.ts";
import { counterExample, shownResult } from "./counter-example.ts";
import { compareOutcomes, type Fixture, type Pair, runFixture } from "./fixture.ts";
import { hostTables, type ParameterType } from "./host-tables.ts";
import { type Mutant, mutants } from "./mutate-statement.ts";
import { neededCatalog } from "./needed-relations.ts";
import { clearScratch, makeScratch } from "./scratch-schema.ts";
import { type Difference, fatal, type SearchResult, search } from "./search.ts";
import { sessionsOf } from "./sessions.ts";
import { shrink } from "./shrink.ts";
import { hasOpenLimit, keyedStatement } from "./sort-keys.ts";
import { summarize } from "./summarize.ts";
import type { Verdict } from "./verdict.ts";

export interface EquivalenceInput {
  readonly before: string;
  readonly after: string;
  /** Its schema; statistics are not read. */
  readonly snapshot: Snapshot;
  /** A rule that vouches for the pair: its preconditions hold for this catalog. */
  readonly rule?: { readonly id: string; readonly assumptions: readonly string[] };
  readonly parser: SqlParser;
  readonly seed: number;
  /** Of computing time; on the clock of a busy machine up to three times as much. */
  readonly budgetMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Compare rows alone, whatever the columns are called and of whatever type. Default false. */
  readonly rowsOnly?: boolean;
  /** Times as many databases as usual; default 1. The time budget still holds. */
  readonly effort?: number;
}

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

/** Changes of the statement that steer and rate the data; more cost time and tell little. */
const mostMutants = 36;
const fewestRounds = 140;
const patience = 80;
const roundsOf = (effort: number) => ({ fewestRounds: fewestRounds * effort, patience: patience * effort });
/** After a statement that had to be stopped. */
const retryMs = 2_000;
/** Characters of both statements, beyond which each question is so slow that more of them tell little. */
const largeLength = 8_000;
const largeBudgetMs = 4_000;
/** Part of the budget kept for making a counter-example small. */
const shrinkMs = 3_000;

async function judgeOn(empty: EmptyDatabase, input: EquivalenceInput): Promise<Verdict> {
  const checked = await checkStatements(input.parser, input);
  if ("reason" in checked) return { verdict: "unsupported", reason: checked.reason };
  const trees = [checked.before.node, checked.after.node, ...(await viewTrees(input, [checked.before.node, checked.after.node]))];
  const catalog = neededCatalog(input.snapshot.catalog, trees);
  const large = input.before.length + input.after.length > largeLength;
  const ready = async () => {
    const database = await empty(collationClass(input.snapshot.server));
    const gaps = await makeScratch(database, input.snapshot, catalog);
    return { database, gaps };
  };
  try {
    const { database, gaps } = await ready();
    const isSpent = startBudget(large ? Math.min(input.budgetMs, largeBudgetMs) : input.budgetMs);
    const refused = await refusal(database, checked);
    if (refused !== null) return { verdict: "unsupported", reason: refused };
    const pair = await makePair(database, { input, checked, catalog, trees });
    let on = database;
    let found = await search(on, pair, { seed: input.seed, isSpent, signal: input.signal, ...roundsOf(input.effort ?? 1) });
    // Where even the first, empty database was too much, there is nothing smaller to try.
    if (found.stopped === "too-slow" && found.databases > 0) {
      // A join of everything with everything, or one that never ends: once more with next to no rows.
      on = (await ready()).database;
      found = await search(
        on,
        { ...pair, mutants: [], width: 64 },
        { seed: input.seed, isSpent: startBudget(retryMs), fewestRounds: 12, patience: 0 },
      );
    }
    return await conclude({ input, checked, pair, found, database: on, warnings: gaps.map((gap) => `${gap.what}: ${gap.why}`) });
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

/** Volatile functions: two runs of one statement need not agree. */
async function refusal(database: GuardedDatabase, { functions }: CheckedPair): Promise<string | null> {
  if (functions.length === 0) return null;
  const rows = await database.session.query<{ name: string }>(
    `select distinct p.proname::text as name from pg_proc p
     where p.provolatile = 'v' and p.proname = any($1::text[]) order by 1`,
    [functions],
  );
  const [first] = rows;
  return first === undefined ? null : `${first.name}() is volatile: two runs of one statement need not agree`;
}

interface Making {
  readonly input: EquivalenceInput;
  readonly checked: CheckedPair;
  readonly catalog: Catalog;
  readonly trees: readonly Node[];
}

async function makePair(database: GuardedDatabase, { input, checked, catalog, trees }: Making): Promise<Pair> {
  const aims = readAims(trees);
  const types = checked.parameterCount === 0 ? [] : await typesOfParameters(database, checked);
  const host = await hostTables(catalog, aims, types, (pairs) => validInputs(database, pairs));
  return {
    before: checked.before.sql,
    after: checked.after.sql,
    ordered: checked.ordered,
    keyed: keyedStatement(checked.before.node),
    openLimit: hasOpenLimit(checked.before.node),
    host,
    ground: {
      tables: host.tables,
      materializedViews: catalog.relations.filter((relation) => relation.kind === "materialized-view"),
      modifies: checked.modifies,
    },
    sessions: sessionsOf(input.snapshot),
    mutants: safeMutants(checked.before.node, input.seed),
    counts: aims.counts,
    width: Math.max(widthOf(checked.before.node), widthOf(checked.after.node)),
  };
}

/** A statement that cannot be written back has no mutants, and no score. */
function safeMutants(tree: Node, seed: number): readonly Mutant[] {
  try {
    return mutants(tree, { most: mostMutants, random: seededRandom(seed) });
  } catch (error) {
    if (error instanceof AdvisorError && error.code === "SQL_UNPARSABLE") return [];
    throw error;
  }
}

function widthOf(tree: Node): number {
  let relations = 0;
  walk(tree, (node) => {
    if ("RangeVar" in node || "RangeFunction" in node) relations++;
    return undefined;
  });
  return relations;
}

async function typesOfParameters(database: GuardedDatabase, { before, after, parameterCount }: CheckedPair): Promise<ParameterType[]> {
  const [own, other] = [await parameterTypes(database, before.sql), await parameterTypes(database, after.sql)];
  const names = Array.from({ length: parameterCount }, (_, at) => own?.[at] ?? other?.[at] ?? "text");
  const rows = await database.session.query<{ base: string; element: string | null }>(
    `select t.typname::text as base, e.typname::text as element
     from unnest($1::text[]) with ordinality as given(name, place) join pg_type t on t.oid = to_regtype(given.name)
     left join pg_type e on e.oid = t.typelem and t.typcategory = 'A' order by given.place`,
    [names],
  );
  return names.map((name, at) => ({ name, base: rows[at]?.base ?? "text", element: rows[at]?.element ?? null }));
}

async function validInputs(
  database: GuardedDatabase,
  pairs: readonly { readonly text: string; readonly type: string }[],
): Promise<boolean[]> {
  const rows = await database.session.query<{ valid: boolean }>(
    `select pg_input_is_valid(pair->>'text', pair->>'type') as valid
     from jsonb_array_elements($1::jsonb) with ordinality as each(pair, place) order by place`,
    [JSON.stringify(pairs)],
  );
  return rows.map((row) => row.valid);
}

interface Found {
  readonly input: EquivalenceInput;
  readonly checked: CheckedPair;
  readonly pair: Pair;
  readonly found: SearchResult;
  readonly database: GuardedDatabase;
  readonly warnings: readonly string[];
}

async function conclude(context: Found): Promise<Verdict> {
  const { input, checked, pair, found, warnings } = context;
  if (found.stopped === "aborted") throw new AdvisorError("ABORTED", "The comparison was interrupted.", { hint: "Run it again." });
  const tests = summarize(pair, found, { seed: input.seed, warnings });
  const broken = unrunnable(found);
  if (broken !== null) return { verdict: "unsupported", reason: broken };
  if (found.difference !== null) return { verdict: "different", counterExample: await smallest(context, found.difference), tests };
  if (found.first === null || found.databases === 0)
    return { verdict: "unsupported", reason: "the statements take too long even on a handful of rows" };

  const added = addedParameters(checked);
  const contract =
    added.length > 0
      ? `the second statement takes ${added.map((number) => `$${number}`).join(", ")}, which the first has not`
      : input.rowsOnly
        ? null
        : await contractDifference(context.database, found.first.before[0], found.first.after[0]);
  if (contract !== null) {
    const fixture: Fixture = { settings: [], rows: new Map(), parameters: pair.host.parameters.map(({ type }) => `NULL::${type}`) };
    const example = counterExample({
      kind: "contract",
      explanation: contract,
      fixture,
      ground: pair.ground,
      sql: pair,
      outcomes: found.first,
    });
    return { verdict: "different", counterExample: example, tests };
  }
  if (input.rule) return { verdict: "proved", by: input.rule.id, assumptions: input.rule.assumptions, tests };
  return { verdict: "tested", tests };
}

/** Why a statement does not run on any rows; null when both do. */
function unrunnable({ first }: SearchResult): string | null {
  if (first === null) return null;
  for (const [which, outcome] of [
    ["first", first.before],
    ["second", first.after],
  ] as const) {
    const shown = shownResult(outcome[0]);
    if (fatal(outcome) && shown.kind === "error")
      return `the ${which} statement does not run: ${shown.message} (SQLSTATE ${shown.sqlState ?? "none"})`;
  }
  return null;
}

const explanations: Readonly<Record<Difference["kind"], string>> = {
  rows: "On these rows the two statements return different rows.",
  order: "On these rows they return the same rows in another order, and the first statement fixes the order.",
  error: "On these rows one of them fails: a difference in error semantics. Rows on which both succeed did not tell them apart.",
};

async function smallest({ pair, database }: Found, { kind, fixture }: Difference) {
  const random = seededRandom(1);
  const ask = (candidate: Fixture) => runFixture(database, pair.ground, candidate, [pair.before, pair.after], 2_000);
  const differs = async (candidate: Fixture) => {
    const outcomes = database.alive ? await ask(candidate) : null;
    if (outcomes === null || compareOutcomes(outcomes[0]!, outcomes[1]!, pair.ordered) !== kind) return false;
    return (await confirm(database, pair, { kind, fixture: candidate }, random)) === "different";
  };
  const small = await shrink(fixture, differs, startBudget(shrinkMs));
  const [before, after] = (database.alive ? await ask(small) : null) ?? [[], []];
  return counterExample({
    kind,
    explanation: explanations[kind],
    fixture: small,
    ground: pair.ground,
    sql: pair,
    outcomes: { before: before!, after: after! },
  });
}
