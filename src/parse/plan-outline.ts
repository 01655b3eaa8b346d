import { createHash } from "node:crypto";
import type { Plan, PlanNode } from "../domain/plan.ts";
import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { PlanShape } from "../domain/report.ts";

/** Characters of an outline that a report keeps: what a person reads; the id is of the whole. */
const shownCharacters = 300;

/**
 * A plan's shape: its nodes, joins, relations and indexes, without figures and conditions, so that the same plan of tomorrow reads the
 * same. Partitions are named by the table they belong to (`rootOf` gives its `relationKey`) and equal ones under one node count once: which of
 * them a plan reads changes with the calendar.
 */
export function planShape(plan: Plan, rootOf: (relation: RelationName) => string): PlanShape {
  const whole = outline(plan.root, rootOf);
  return {
    id: createHash("sha256").update(whole).digest("hex").slice(0, 12),
    outline: whole.length > shownCharacters ? `${whole.slice(0, shownCharacters - 1)}…` : whole,
  };
}

function outline(node: PlanNode, rootOf: (relation: RelationName) => string): string {
  const children = [...new Set(node.children.map((child) => outline(child, rootOf)))];
  // One partition or several: PostgreSQL leaves out an Append with a single child.
  if (/^(?:Merge )?Append$/.test(node.type) && children.length === 1) return children[0]!;
  const words = [
    node.parallelAware ? `Parallel ${node.type}` : node.type,
    node.joinType === null || node.joinType === "Inner" ? null : node.joinType,
    node.strategy === null || node.strategy === "Plain" ? null : node.strategy,
    node.scanDirection === "Backward" ? "Backward" : null,
    ...scanned(node, rootOf),
  ].filter((word) => word !== null);
  return `${words.join(" ")}${children.length === 0 ? "" : `(${children.join(", ")})`}`;
}

function scanned({ relation, index }: PlanNode, rootOf: (relation: RelationName) => string): (string | null)[] {
  // A bitmap's index scan names no relation, and its index may be a partition's.
  if (relation === null) return [index === null ? null : withoutNumbers(index)];
  const root = rootOf(relation);
  if (root === relationKey(relation)) return [printed(relation.schema, relation.name), index];
  // relationKey writes schema and name as two JSON strings with a dot between.
  const [schema = "", name = ""] = [...root.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([part]) => JSON.parse(part) as string);
  return [printed(schema, name), index === null ? null : withoutNumbers(index)];
}

function printed(schema: string, name: string): string {
  return schema === "public" ? name : `${schema}.${name}`;
}

/** `orders_2026_11_created_at_idx` → `orders_#_created_at_idx`. */
function withoutNumbers(name: string): string {
  return name.replaceAll(/\d+(?:_\d+)*/g, "#");
}
