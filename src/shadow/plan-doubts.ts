import type { PreparedIndex } from "../contract/planner.ts";
import { bringsStatistics } from "../domain/brings-statistics.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import type { Relation } from "../domain/catalog.ts";
import { type Plan, type PlanDoubt, type PlanNode, planNodes } from "../domain/plan.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { relationOf } from "./index-parts.ts";
import { newlyIndexed } from "./leading-keys.ts";
import { type LeadingKey, reachesPastBounds } from "./range-doubts.ts";
import { conjunctionDoubts } from "./selectivity-doubts.ts";

/** An index that the plan was made with. */
export interface ShownIndex {
  readonly definition: IndexDefinition;
  readonly prepared: PreparedIndex;
}

export interface DoubtContext {
  readonly database: EmbeddedDatabase;
  readonly snapshot: Snapshot;
  /** Prepared indexes that were visible. */
  readonly shown: readonly ShownIndex[];
  /** Of the planner: stand-ins, missing statistics, another major. */
  readonly cautions: (relation: Relation) => readonly string[];
}

/** While one plan is looked at. */
export interface DoubtedPlanContext extends DoubtContext {
  /** `{question → rows that the planner expects}`: a self-join asks the same of each of its scans. */
  readonly rowsKnown: Map<string, number | null>;
}

/**
 * What makes the figures of this plan less sure than statistics of a column make them, each thing once, sorted. Asks the shadow a
 * few questions of its own: for evidence, not for each of thousands of plans. No value of a statement is in the words.
 */
export async function planDoubts(plan: Plan, context: DoubtContext): Promise<readonly PlanDoubt[]> {
  const doubts: PlanDoubt[] = [];
  const used = new Set([...planNodes(plan)].flatMap((node) => node.index ?? []));
  for (const { definition, prepared } of context.shown) {
    if (!used.has(prepared.name) || prepared.uncertain === null) continue;
    const isExpression = bringsStatistics(definition);
    doubts.push({
      kind: isExpression ? "expression" : "size",
      relation: definition.relation,
      index: prepared.name,
      text: prepared.uncertain,
    });
  }
  const relations = new Map<string, Relation>();
  const own: DoubtedPlanContext = { ...context, rowsKnown: new Map() };
  const leading = new Map<string, readonly LeadingKey[]>();
  for (const node of planNodes(plan)) {
    const relation = node.relation === null ? null : relationOf(context.snapshot.catalog, node.relation);
    if (relation === null) continue;
    const key = relationKey(relation);
    relations.set(key, relation);
    const keys = leading.get(key) ?? (await newlyIndexed(relation, context));
    leading.set(key, keys);
    doubts.push(...(await nodeDoubts(node, relation, keys, own)));
  }
  for (const relation of relations.values())
    for (const text of context.cautions(relation))
      doubts.push({ kind: "restored", relation: { schema: relation.schema, name: relation.name }, index: null, text });
  // Of partitions that differ in a number only, one.
  const byText = new Map(doubts.map((doubt) => [`${doubt.kind} ${doubt.text.replaceAll(/\d+/g, "#")}`, doubt]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, doubt]) => doubt);
}

async function nodeDoubts(
  node: PlanNode,
  relation: Relation,
  leading: readonly LeadingKey[],
  context: DoubtedPlanContext,
): Promise<PlanDoubt[]> {
  const conditions = [node.indexCondition, node.filter, ...bitmapConditions(node)].filter((condition) => condition !== null);
  if (conditions.length === 0) return [];
  const doubts = await conjunctionDoubts(context, relation, conditions);
  for (const key of leading) {
    if (!(await reachesPastBounds(context.database, key, conditions))) continue;
    doubts.push({
      kind: "index-end",
      relation: { schema: relation.schema, name: relation.name },
      index: null,
      text: `a range of ${key.text} reaches to the end of what ANALYZE saw: with the new index production's planner looks up the true end and may expect other rows`,
    });
  }
  return doubts;
}

/** All of them must hold: of the bitmap scans below a heap scan, unless they are joined by OR. */
function bitmapConditions(node: PlanNode): (string | null)[] {
  if (node.type !== "Bitmap Heap Scan" && node.type !== "BitmapAnd") return [];
  return node.children.flatMap((child) => (child.type === "Bitmap Index Scan" ? [child.indexCondition] : bitmapConditions(child)));
}
