import { type Plan, type PlanNode, planNodes } from "../domain/plan.ts";
import type { RelationName } from "../domain/postgres.ts";
import { rounded } from "./replan.ts";

/** Which relations are partitions of the table, and which indexes parts of its own. */
export interface PartitionNames {
  readonly table: RelationName;
  readonly partitions: ReadonlySet<string>;
  /** `{partition's index → index of the table}`. */
  readonly indexes: ReadonlyMap<string, string>;
}

/** How many partitions a plan scans, each counted once; those that it leaves out before it starts are not read. */
export function partitionsRead(plan: Plan, { partitions }: PartitionNames): number {
  const read = new Set<string>();
  for (const { relation, type } of planNodes(plan))
    if (relation !== null && type !== "ModifyTable" && partitions.has(relation.name)) read.add(relation.name);
  return read.size;
}

/**
 * The plan as if its scans of partitions were one scan of the table, so that it can be held against today's: names are the table's,
 * and the cost is of what is read. EXPLAIN keeps the cost of partitions that a stable condition (`now() - interval '1 day'`) rules out
 * only when the plan starts: they are not read, so that their cost is taken off.
 */
export function asOneTable(plan: Plan, names: PartitionNames): Plan {
  const folded = fold(plan.root, names);
  return { ...plan, root: { ...folded, totalCost: rounded(Math.max(0, plan.root.totalCost - costNotRun(plan.root))) } };
}

const appends = new Set(["Append", "Merge Append"]);

function fold(node: PlanNode, names: PartitionNames): PlanNode {
  const children = node.children.map((child) => fold(child, names));
  const [first] = children;
  if (first && appends.has(node.type) && node.children.every((child) => scansPartition(child, names)))
    return { ...first, startupCost: node.startupCost, totalCost: node.totalCost, planRows: node.planRows };
  const isPart = node.relation !== null && names.partitions.has(node.relation.name);
  const index = node.index === null ? null : (names.indexes.get(node.index) ?? node.index);
  return { ...node, relation: isPart ? names.table : node.relation, index, children };
}

function scansPartition(node: PlanNode, names: PartitionNames): boolean {
  if (node.relation !== null) return names.partitions.has(node.relation.name);
  return node.children.length > 0 && node.children.every((child) => scansPartition(child, names));
}

/** Cost of subplans that never run. Below a loop's inner side it is left in: how often that runs is not known here. */
function costNotRun(node: PlanNode): number {
  const looped = node.type === "Nested Loop" ? node.children.slice(0, 1) : node.children;
  const below = looped.reduce((sum, child) => sum + costNotRun(child), 0);
  const [child] = node.children;
  // A LIMIT pays for the part of what is below that it fetches.
  if (node.type === "Limit" && child) return child.totalCost > 0 ? below * Math.min(1, node.totalCost / child.totalCost) : below;
  if (!appends.has(node.type) || !node.subplansRemoved || node.parallelAware) return below;
  return below + Math.max(0, node.totalCost - node.children.reduce((sum, each) => sum + each.totalCost, 0));
}
