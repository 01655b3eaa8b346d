import { type Plan, type PlanNode, planNodes } from "../domain/plan.ts";
import type { RelationName } from "../domain/postgres.ts";
import { AdvisorError } from "../errors.ts";

/**
 * Reads the value of EXPLAIN (FORMAT JSON)'s one column, as text or already parsed by the driver. Fields that a version or an
 * option leaves out become null. `relation.schema` is only known with VERBOSE: without it `schemaOf` is asked by relation name
 * and a null answer leaves the schema empty. Throws INTERNAL on anything that is not such a plan.
 */
export function readPlan(explain: unknown, schemaOf: (relation: string) => string | null = () => null): Plan {
  const [statement] = asArray(typeof explain === "string" ? parseJson(explain) : explain);
  const fields = asFields(statement);
  return { root: readNode(asFields(fields.Plan), schemaOf), executionTimeMs: asNumber(fields["Execution Time"]) };
}

/** Names, without schema, of the indexes that the plan scans. */
export function indexesUsed(plan: Plan): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of planNodes(plan)) if (node.index !== null) names.add(node.index);
  return names;
}

/**
 * The plan without its figures: node types, join types, strategies, directions, relations and indexes, nested in parentheses, such
 * as `Hash Join Inner(Seq Scan on shop.orders, Hash(Index Scan users_pkey on shop.users))`. Equal texts are equal shapes.
 */
export function planShape(plan: Plan): string {
  return nodeShape(plan.root);
}

function nodeShape(node: PlanNode): string {
  const words = [node.parallelAware ? `Parallel ${node.type}` : node.type];
  if (node.strategy !== null) words.push(node.strategy);
  if (node.joinType !== null) words.push(node.joinType);
  if (node.scanDirection !== null && node.scanDirection !== "Forward") words.push(node.scanDirection);
  if (node.index !== null) words.push(node.index);
  if (node.relation !== null)
    words.push("on", node.relation.schema === "" ? node.relation.name : `${node.relation.schema}.${node.relation.name}`);
  const children = node.children.map(nodeShape).join(", ");
  return children === "" ? words.join(" ") : `${words.join(" ")}(${children})`;
}

type Fields = Readonly<Record<string, unknown>>;

function readNode(fields: Fields, schemaOf: (relation: string) => string | null): PlanNode {
  const type = asText(fields["Node Type"]);
  const startupCost = asNumber(fields["Startup Cost"]);
  const totalCost = asNumber(fields["Total Cost"]);
  const planRows = asNumber(fields["Plan Rows"]);
  // COSTS OFF leaves them out; a plan without costs proves nothing, so it is refused rather than read as free.
  if (type === null || startupCost === null || totalCost === null || planRows === null) throw foreign("a node without type or costs");
  return {
    type,
    relation: readRelation(fields, schemaOf),
    index: asText(fields["Index Name"]),
    indexCondition: asText(fields["Index Cond"]),
    filter: asText(fields.Filter),
    startupCost,
    totalCost,
    planRows,
    joinType: asText(fields["Join Type"]),
    strategy: asText(fields.Strategy) ?? asText(fields.Command) ?? asText(fields.Operation),
    parallelAware: fields["Parallel Aware"] === true,
    scanDirection: asText(fields["Scan Direction"]),
    ...(asNumber(fields["Subplans Removed"]) ? { subplansRemoved: Number(fields["Subplans Removed"]) } : {}),
    actual: readActual(fields),
    children: fields.Plans === undefined ? [] : asArray(fields.Plans).map((child) => readNode(asFields(child), schemaOf)),
  };
}

function readRelation(fields: Fields, schemaOf: (relation: string) => string | null): RelationName | null {
  const name = asText(fields["Relation Name"]);
  return name === null ? null : { schema: asText(fields.Schema) ?? schemaOf(name) ?? "", name };
}

/** EXPLAIN ANALYZE's; a node that never ran has zero loops and no times. TIMING OFF leaves the times out. */
function readActual(fields: Fields): PlanNode["actual"] {
  const loops = asNumber(fields["Actual Loops"]);
  if (loops === null) return null;
  return { rowsPerLoop: asNumber(fields["Actual Rows"]) ?? 0, loops, timeMsPerLoop: asNumber(fields["Actual Total Time"]) ?? 0 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw foreign("text that is not JSON", cause);
  }
}

function asArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw foreign("no list where one belongs");
  return value;
}

function asFields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw foreign("no object where one belongs");
  // An object that is not an array has string keys; the values stay unknown.
  return value as Fields;
}

function asText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function foreign(what: string, cause?: unknown): AdvisorError {
  return new AdvisorError("INTERNAL", `The server's EXPLAIN gave ${what}.`, {
    hint: "EXPLAIN (FORMAT JSON) output was expected. Please report this with the server's version.",
    cause,
  });
}
