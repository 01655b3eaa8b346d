import type { Catalog, Relation } from "../domain/catalog.ts";
import { ident, qualified, readableIdent } from "../domain/identifier.ts";
import type { PlanDoubt } from "../domain/plan.ts";
import { relationKey, sameRelation } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import { conditionParts } from "../syntax/condition-parts.ts";
import { topRows } from "./index-parts.ts";
import { readsColumn } from "./key-statistics.ts";
import type { DoubtedPlanContext } from "./plan-doubts.ts";
import { withoutAliases } from "./range-doubts.ts";

/** The product of several estimates is worth a word from this many times under the least of them. */
const worthSaying = 10;
/** DEFAULT_EQ_SEL, DEFAULT_INEQ_SEL, DEFAULT_RANGE_INEQ_SEL, DEFAULT_MATCH_SEL (selfuncs.h). */
const defaults = [0.005, 1 / 3, 0.005, 0.005];
/** Questions about one plan: thousands of conditions would take seconds, and the first say enough. */
const mostQuestions = 200;
/** Calls and operators that take a value out of another: without statistics of its own nothing is known of the result. */
const computes = /[\w"]\((?!\))|->|#>|\|\|/;

/** Doubts about the rows that one node's conditions leave: guesses without statistics, and columns taken to be independent. */
export async function conjunctionDoubts(
  context: DoubtedPlanContext,
  relation: Relation,
  conditions: readonly string[],
): Promise<PlanDoubt[]> {
  const own = conditions.flatMap(partsOf).filter((each) => !/\$\d|SubPlan|InitPlan|hashed/i.test(each));
  // Partitions say the same of their parent: once is enough.
  const name = (relation.partitionBound === null ? undefined : relation.parents[0]) ?? { schema: relation.schema, name: relation.name };
  const all = await rowsUnder(context, relation, []);
  if (own.length === 0 || all === null || all < worthSaying) return [];
  const known: { readonly text: string; readonly rows: number }[] = [];
  for (const text of own) {
    const rows = await rowsUnder(context, relation, [text]);
    if (rows !== null) known.push({ text, rows });
  }
  const doubts: PlanDoubt[] = [];
  for (const { text, rows } of known)
    if (isDefaultGuess(text, rows, all))
      doubts.push({
        kind: "expression",
        relation: name,
        index: null,
        text: `no statistics tell how many rows of ${readableIdent(name.name)} a computed value selects: PostgreSQL's default guess`,
      });
  const equal = known.filter(({ text }) => / = | = ANY /.test(withoutStrings(text)) && columnsOf(relation, text).length === 1);
  const columns = [...new Set(equal.flatMap(({ text }) => columnsOf(relation, text)))].sort();
  if (columns.length < 2 || haveStatisticsTogether(context.snapshot.catalog, relation, columns)) return doubts;
  const together = await rowsUnder(
    context,
    relation,
    equal.map(({ text }) => text),
  );
  const least = Math.min(...equal.map(({ rows }) => rows));
  if (together === null || least < worthSaying * Math.max(1, together)) return doubts;
  return [
    ...doubts,
    {
      kind: "independent-columns",
      relation: name,
      index: null,
      text: `${columns.map(readableIdent).join(", ")} of ${readableIdent(name.name)} are taken to be independent: up to ${Math.round(least / Math.max(1, together))} times as many rows if they are not`,
    },
  ];
}

/** Each in parentheses: they are put together again. */
function partsOf(condition: string): string[] {
  return conditionParts(condition).map((part) => `(${part})`);
}

/** Rows that the planner expects under these conditions; null for one that names another relation. */
async function rowsUnder(
  { database, rowsKnown }: DoubtedPlanContext,
  relation: Relation,
  conditions: readonly string[],
): Promise<number | null> {
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  const question = `${relationKey(relation)}${withoutAliases(where)}`;
  const known = rowsKnown.get(question);
  if (known !== undefined) return known;
  const rows = rowsKnown.size < mostQuestions ? await askRows(database, relation, where) : null;
  rowsKnown.set(question, rows);
  return rows;
}

async function askRows(database: EmbeddedDatabase, relation: Relation, where: string): Promise<number | null> {
  const aliases = new Set([...where.matchAll(/(?<![\w".'])([a-z_]\w*)\.(?=[\w"])/g)].map((match) => match[1]!));
  if (aliases.size > 1) return null;
  const [alias] = aliases;
  try {
    const from = `${qualified(relation)}${alias === undefined ? "" : ` as ${ident(alias)}`}`;
    return topRows(await database.scalar(`explain (format json) select from ${from}${where}`));
  } catch (error) {
    // A condition on what only the whole statement has.
    if (sqlStateOf(error) === null) throw error;
    return null;
  }
}

function isDefaultGuess(text: string, rows: number, all: number): boolean {
  if (!computes.test(withoutStrings(text).replaceAll(/^\(+/g, ""))) return false;
  return defaults.some((share) => Math.abs(rows - share * all) <= Math.max(1, share * all * 0.002));
}

function columnsOf(relation: Relation, text: string): string[] {
  const bare = withoutStrings(text);
  return relation.columns.filter((column) => readsColumn(bare, column.name)).map((column) => column.name);
}

function haveStatisticsTogether(catalog: Catalog, relation: Relation, columns: readonly string[]): boolean {
  return catalog.statisticsObjects.some((object) => {
    const list = object.definition.replace(/^.*? ON /s, "");
    const isGathered = object.collected.some((each) => each.dependenciesHex !== null || each.mcvHex !== null);
    return isGathered && sameRelation(object.relation, relation) && columns.every((column) => readsColumn(list, column));
  });
}

function withoutStrings(text: string): string {
  return text.replaceAll(/'(?:[^']|'')*'/g, "''");
}
