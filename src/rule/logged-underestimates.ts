import type { Relation } from "../domain/catalog.ts";
import { planNodes } from "../domain/plan.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { CatalogView } from "./catalog-view.ts";
import { type ConstantTest, constantTests, type RangeTest, rangeTest, scanConditions } from "./scan-condition.ts";

/** A scan of a logged run that gave many times more rows than the planner expected. */
export interface LoggedUnderestimate {
  readonly relation: Relation;
  /** By which it kept rows. */
  readonly tests: readonly ConstantTest[];
  /** Part of the rows, 0–1, that today's statistics expect of each test alone. */
  readonly fractions: readonly number[];
  /** Of one execution of the scan, all workers together. */
  readonly expectedRows: number;
  readonly realRows: number;
}

/** Statistics that miss by less are as good as a sample can be; so many rows more or fewer change no plan. */
const leastFactor = 10;
const leastRows = 100;
/** The plan's estimate and today's differ by less where both stand on the same statistics. */
const sameEstimate = 3;
/** More of the rows changed since ANALYZE: it comes first, and may be all that is wanted. */
const freshShare = 0.1;

/**
 * Scans by constants alone in the runs of a log (auto_explain with log_analyze) that gave over 10 times the rows expected. Fewer rows
 * than expected are left out: a scan that a LIMIT or a join ended early gives fewer, and so does a value that is not there. So are
 * tables whose statistics are stale, and plans whose estimate is not what today's statistics give.
 */
export function* loggedUnderestimates(family: QueryFamily, catalog: CatalogView): Iterable<LoggedUnderestimate> {
  for (const { relation, conditions, expectedRows, realRows } of underestimatedScans(family, catalog)) {
    const tests = constantTests(conditions);
    if (tests === null || tests.some((test) => !relation.columns.some((column) => column.name === test.column))) continue;
    const rows = catalog.rows(relation);
    const fractions = tests.map((test) => fractionOf(relation, test, catalog)).filter((each) => each !== null);
    if (rows === null || fractions.length < tests.length) continue;
    const today = Math.max(1, rows * fractions.reduce((product, each) => product * each, 1));
    if (Math.max(today / expectedRows, expectedRows / today) > sameEstimate) continue;
    yield { relation, tests, fractions, expectedRows, realRows };
  }
}

/** A scan of a logged run by bounds of one column that gave many times more rows than expected. */
export interface LoggedRange {
  readonly relation: Relation;
  readonly range: RangeTest;
  readonly expectedRows: number;
  readonly realRows: number;
}

/** The same for bounds of one column. Whether today's statistics give that estimate is for a planner to say. */
export function* loggedRanges(family: QueryFamily, catalog: CatalogView): Iterable<LoggedRange> {
  for (const { relation, conditions, expectedRows, realRows } of underestimatedScans(family, catalog)) {
    const range = rangeTest(conditions);
    if (range === null || !relation.columns.some((column) => column.name === range.column)) continue;
    yield { relation, range, expectedRows, realRows };
  }
}

function* underestimatedScans(
  family: QueryFamily,
  catalog: CatalogView,
): Iterable<{
  readonly relation: Relation;
  readonly conditions: readonly string[];
  readonly expectedRows: number;
  readonly realRows: number;
}> {
  for (const statement of family.statements)
    for (const { plan } of statement.runs ?? [])
      for (const node of plan === null ? [] : planNodes(plan)) {
        if (node.relation === null || node.actual === null || node.actual.loops === 0) continue;
        // Of a parallel scan EXPLAIN shows rows of one process.
        const processes = node.parallelAware ? node.actual.loops : 1;
        const [expectedRows, realRows] = [Math.max(1, node.planRows) * processes, node.actual.rowsPerLoop * processes];
        if (realRows < expectedRows * leastFactor || realRows < leastRows) continue;
        const relation = relationOf(node.relation, family, catalog);
        const conditions = scanConditions(node);
        const rows = relation === null ? null : catalog.rows(relation);
        if (relation !== null && conditions !== null && rows !== null && isFresh(relation, rows))
          yield { relation, conditions, expectedRows, realRows };
      }
}

/** A plan names schemas only when it is verbose: the statement's own relation of that name, else the only one there is. */
function relationOf({ schema, name }: RelationName, family: QueryFamily, catalog: CatalogView): Relation | null {
  const named = catalog.all.relations.filter((each) => each.name === name && (schema === "" || each.schema === schema));
  const read = named.filter((each) => family.scans.some((scan) => sameRelation(scan.relation, each)));
  const [found, ...others] = read.length > 0 ? read : named;
  return found === undefined || others.length > 0 ? null : found;
}

/** scalararraysel() adds up the values of a list that are one by one. */
function fractionOf(relation: Relation, { column, values }: ConstantTest, catalog: CatalogView): number | null {
  const parts = [...new Set(values)].map((value) => catalog.frequency(relation, column, value)).filter((each) => each !== null);
  return parts.length < new Set(values).size
    ? null
    : Math.min(
        1,
        parts.reduce((sum, each) => sum + each, 0),
      );
}

function isFresh({ activity }: Relation, rows: number): boolean {
  return activity !== null && activity.rowsModifiedSinceAnalyze <= Math.max(rows, activity.liveRows) * freshShare;
}
