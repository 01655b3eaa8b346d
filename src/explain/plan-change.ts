import { readableIdent } from "../domain/identifier.ts";
import type { Plan, PlanNode } from "../domain/plan.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import { grouped, plural } from "../domain/units.ts";

export interface PlanChangeOptions {
  /** The name to show for an index that a plan names: a planner may know a new index under a name of its own. */
  readonly indexName?: (index: string) => string;
  /** Rows that a full scan of the relation reads; null or absent: unknown. */
  readonly rowsOf?: (relation: RelationName) => number | null;
}

/** Different scans to spell out before "and N more". */
const shownScans = 2;

/**
 * What the plan did and what it does now, in one line: `Seq Scan on orders (reads 23,453 rows, keeps 12) → Index Scan on
 * orders using orders_customer_id_idx; no Sort`. Scans of one relation are paired in plan order; steps that vanish or appear follow.
 */
export function planChange(before: Plan, after: Plan, options: PlanChangeOptions = {}): string {
  const parts = [...scanChanges(before, after, options), ...stepChanges(before, after)];
  return parts.length === 0 ? sameShape(before, after) : parts.join("; ");
}

interface BaseScan {
  readonly relation: RelationName;
  readonly words: string;
  readonly full: boolean;
  readonly node: PlanNode;
}

function scanChanges(before: Plan, after: Plan, options: PlanChangeOptions): string[] {
  const name = options.indexName ?? ((index: string) => index);
  const left = byRelation(baseScans(before.root, name));
  const right = byRelation(baseScans(after.root, name));
  const changes = new Map<string, string[]>();
  const note = (kind: string, text: string) => changes.set(kind, [...(changes.get(kind) ?? []), text]);

  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const was = left.get(key) ?? [];
    const is = right.get(key) ?? [];
    for (let position = 0; position < Math.max(was.length, is.length); position += 1) {
      const from = was[position];
      const to = is[position];
      if (from && to && from.words !== to.words)
        note(`${from.node.type}>${to.node.type}`, `${withRows(from, options)} → ${withoutRelation(from, to)}`);
      if (from && !to) note("gone", `${from.words} is no longer needed`);
      if (!from && to) note("added", `${to.words} is added`);
    }
  }
  // Twelve partitions that change alike are one change.
  return [...changes.values()]
    .flatMap(([first, ...rest]) => `${first}${rest.length > 0 ? ` and ${grouped(rest.length)} more alike` : ""}`)
    .slice(0, shownScans + 1);
}

/** Every node that reads a relation, in plan order; a bitmap heap scan speaks for the index scans below it. */
function baseScans(node: PlanNode, name: (index: string) => string): BaseScan[] {
  const below = node.children.flatMap((child) => baseScans(child, name));
  // ModifyTable also names a relation, which it writes.
  if (node.relation === null || !node.type.endsWith("Scan") || node.type === "Bitmap Index Scan") return below;
  const indexes = node.index !== null ? [node.index] : bitmapIndexes(node);
  const using = indexes.length > 0 ? ` using ${[...new Set(indexes.map((index) => readableIdent(name(index))))].join(" and ")}` : "";
  const backward = node.scanDirection === "Backward" ? " Backward" : "";
  const words = `${node.parallelAware ? "Parallel " : ""}${node.type}${backward} on ${readableIdent(node.relation.name)}${using}`;
  return [{ relation: node.relation, words, full: node.type === "Seq Scan", node }, ...below];
}

function bitmapIndexes(node: PlanNode): string[] {
  return node.children.flatMap((child) => [
    ...(child.type === "Bitmap Index Scan" && child.index !== null ? [child.index] : []),
    ...bitmapIndexes(child),
  ]);
}

function byRelation(scans: readonly BaseScan[]): Map<string, BaseScan[]> {
  const grouping = new Map<string, BaseScan[]>();
  for (const scan of scans) {
    const key = relationKey(scan.relation);
    grouping.set(key, [...(grouping.get(key) ?? []), scan]);
  }
  return grouping;
}

function withRows(scan: BaseScan, options: PlanChangeOptions): string {
  if (!scan.full || scan.node.filter === null) return scan.words;
  const rows = options.rowsOf?.(scan.relation) ?? null;
  const keeps = `keeps ${grouped(scan.node.planRows)}`;
  return rows === null
    ? `${scan.words} (${keeps} ${scan.node.planRows === 1 ? "row" : "rows"})`
    : `${scan.words} (reads ${plural(rows, "row")}, ${keeps})`;
}

/** The relation is named once per change. */
function withoutRelation(from: BaseScan, to: BaseScan): string {
  const on = ` on ${readableIdent(to.relation.name)}`;
  return from.words.includes(on) && to.words.includes(`${on} using`) ? to.words.replace(on, "") : to.words;
}

/** Node types whose coming and going explains a cost; the rest follows from them. */
const steps = [
  "Sort",
  "Incremental Sort",
  "Hash Join",
  "Merge Join",
  "Nested Loop",
  "HashAggregate",
  "GroupAggregate",
  "Materialize",
  "Memoize",
  "WindowAgg",
  "Unique",
  "Gather",
  "Gather Merge",
];

function stepChanges(before: Plan, after: Plan): string[] {
  const left = count(before.root);
  const right = count(after.root);
  const gone = steps.filter((step) => (left.get(step) ?? 0) > (right.get(step) ?? 0));
  const come = steps.filter((step) => (left.get(step) ?? 0) < (right.get(step) ?? 0));
  const pairs: string[] = [];
  for (const family of [/Join$|Nested Loop/, /Aggregate$/, /Sort$/, /^Gather/]) {
    const from = gone.filter((step) => family.test(step));
    const to = come.filter((step) => family.test(step));
    if (from.length > 0 && to.length > 0) pairs.push(`${to.join(" and ")} instead of ${from.join(" and ")}`);
    else if (from.length > 0) pairs.push(`no ${from.join(" or ")}`);
    else if (to.length > 0) pairs.push(`adds ${to.join(" and ")}`);
  }
  return pairs;
}

function count(node: PlanNode, counts = new Map<string, number>()): Map<string, number> {
  const step = stepName(node);
  counts.set(step, (counts.get(step) ?? 0) + 1);
  for (const child of node.children) count(child, counts);
  return counts;
}

/** EXPLAIN's JSON says Aggregate with a strategy where its text says HashAggregate. */
function stepName(node: PlanNode): string {
  if (node.type !== "Aggregate") return node.type;
  if (node.strategy === "Hashed") return "HashAggregate";
  return node.strategy === "Sorted" ? "GroupAggregate" : "Aggregate";
}

function sameShape(before: Plan, after: Plan): string {
  const was = before.root.totalCost;
  if (after.root.totalCost === was) return "same plan";
  return `same plan shape, ${after.root.totalCost < was ? "cheaper" : "dearer"}`;
}
