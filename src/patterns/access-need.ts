import { expressionWords } from "../access-shape/expression-words.ts";
import { operatorWord } from "../access-shape/operator-words.ts";
import type { Plan, PlanNode } from "../domain/plan.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { Predicate, QueryFamily, Scan } from "../domain/workload.ts";

/** What a statement asks of its dearest relation, in plain words, and how it is answered today. */
export interface AccessNeed {
  readonly title: string;
  readonly relation: RelationName;
  /** It reads the whole relation today. */
  readonly readsAll: boolean;
}

/** The need of the relation whose scan costs most today; null for a statement that scans none. */
export function accessNeed({ scans }: Pick<QueryFamily, "scans">, plan: Plan | null): AccessNeed | null {
  const dearest = plan === null ? null : dearestScan(plan.root);
  // A partition of the plan is not in the statement: then the first scan stands for it.
  const scan = scans.find(({ relation }) => dearest?.relation && sameRelation(relation, dearest.relation)) ?? scans[0];
  if (scan === undefined) return null;
  const readsAll = dearest?.type === "Seq Scan";
  const sorts = plan !== null && hasNode(plan.root, (node) => node.type === "Sort" || node.type === "Incremental Sort");
  return { title: needOf(scan, { readsAll, sorts }), relation: scan.relation, readsAll };
}

/** The first kind that fits: what asks for an access method of its own stands before what a B-tree serves. */
function needOf(scan: Scan, { readsAll, sorts }: { readonly readsAll: boolean; readonly sorts: boolean }): string {
  const predicates = [...scan.predicates, ...scan.disjunctions.flat(2)];
  const own = predicates.filter(({ compared }) => compared.kind !== "column");
  for (const [title, fits] of specialNeeds) if (own.some(fits)) return title;
  if (scan.sort.some(({ distanceOperator }) => distanceOperator !== null)) return "Nearest neighbours";
  const byExpression = own.some(({ on, operator }) => on.column === null && comparisons.has(operator));
  if (byExpression) return "Conditions on a computed value of a column";
  if (scan.limit !== null && scan.sort.length > 0 && sorts) return "First rows of a list that is sorted whole";
  if (scan.disjunctions.length > 0 && readsAll) return "Alternatives (OR) over several columns";
  if (!readsAll) {
    if (predicates.length > own.length && own.length === 0) return "Joins that an index serves already";
    return own.length === 0 ? "Whole tables read through an index" : "Lookups that an index serves already";
  }
  if (own.some(({ operator }) => equalities.has(operator))) return "Lookups by equality without an index that fits";
  if (own.some(({ operator }) => ranges.has(operator))) return "Ranges found by reading the whole table";
  if (own.some(({ operator }) => operator.startsWith("is "))) return "Rows by a flag or by NULL";
  if (predicates.length > own.length) return "Joins that read the other table whole";
  if (scan.grouping.length > 0 || scan.extremes.length > 0 || scan.sort.length > 0) return "Reports over whole tables";
  return own.length > 0 ? "Conditions that no index serves" : "Whole tables read";
}

const equalities = new Set(["=", "= any", "is not distinct from"]);
const ranges = new Set(["<", "<=", ">", ">="]);
const comparisons = new Set([...equalities, ...ranges, "~~", "~~*"]);

const typeOf = ({ on }: Predicate) => expressionWords(on).at(-1) ?? "unknown";
const isJson = (predicate: Predicate) => /\bjsonb?\b|->/.test(`${typeOf(predicate)} ${predicate.on.sql}`);
const specialNeeds: readonly (readonly [string, (predicate: Predicate) => boolean])[] = [
  ["Lookups inside JSON documents", isJson],
  ["Full-text searches", (predicate) => operatorWord(predicate) === "matches"],
  ["Lookups of elements in arrays", (predicate) => typeOf(predicate).startsWith("array-of-")],
  [
    "Searches inside text (LIKE, regular expressions)",
    (predicate) => /^i?like-(infix|suffix|unknown)|regex|similar/.test(operatorWord(predicate)),
  ],
  [
    "Overlaps of ranges, shapes and networks",
    (predicate) => /^(range|shape|network)$/.test(typeOf(predicate)) && !comparisons.has(predicate.operator),
  ],
];

function dearestScan(root: PlanNode): PlanNode | null {
  let found: PlanNode | null = null;
  const walk = (node: PlanNode) => {
    if (node.relation !== null && (found === null || node.totalCost > found.totalCost)) found = node;
    node.children.forEach(walk);
  };
  walk(root);
  return found;
}

function hasNode(node: PlanNode, fits: (node: PlanNode) => boolean): boolean {
  return fits(node) || node.children.some((child) => hasNode(child, fits));
}
