import type { Node } from "@pgsql/types";
import { comparisonNode, operatorName } from "./operators.ts";
import { columnNode, type DerivedSource, type JoinTree, type Query, queryOf } from "./query-tree.ts";
import type { Resolution } from "./scope.ts";

/**
 * Turns IN, = ANY, EXISTS and NOT EXISTS among the conditions of inner joins into semi and anti joins, as
 * prepjointree.c, pull_up_sublinks() does: only top-level conjuncts; NOT IN and anything under OR stay as they are.
 */
export function pullUpSubLinks(tree: JoinTree, resolution: Resolution): JoinTree {
  if (tree.kind !== "inner") return tree;
  const kept: Node[] = [];
  const joins: ((left: JoinTree) => JoinTree)[] = [];
  for (const condition of tree.conditions) {
    const join = asJoin(condition, resolution);
    if (join) joins.push(join);
    else kept.push(condition);
  }
  const children = tree.children.map((child) => pullUpSubLinks(child, resolution));
  return joins.reduce<JoinTree>((left, join) => join(left), { kind: "inner", children, conditions: kept });
}

function asJoin(condition: Node, resolution: Resolution): ((left: JoinTree) => JoinTree) | null {
  const negated = "BoolExpr" in condition && condition.BoolExpr.boolop === "NOT_EXPR" ? condition.BoolExpr.args?.[0] : undefined;
  const link = negated ?? condition;
  const query = queryOf(link);
  if (!query || !("SubLink" in link)) return null;
  if (link.SubLink.subLinkType === "EXISTS_SUBLINK") {
    if (!existsJoins(query)) return null;
    return (left) => ({ kind: negated ? "anti" : "semi", left, right: query.from, conditions: [] });
  }
  if (link.SubLink.subLinkType !== "ANY_SUBLINK" || negated || !link.SubLink.testexpr) return null;
  const { outputs, right } = sideOf(query, resolution);
  const test = link.SubLink.testexpr;
  const tested = "RowExpr" in test ? (test.RowExpr.args ?? []) : [test];
  const operator = link.SubLink.operName ? operatorName(link.SubLink.operName) : "=";
  if (tested.length !== outputs.length) return null;
  const conditions = tested.map((each, position) => comparisonNode(each, operator, outputs[position]!));
  return (left) => ({ kind: "semi", left, right, conditions });
}

/** subselect.c, simplify_EXISTS_query(): targets, ORDER BY, DISTINCT and a LIMIT other than 0 do not matter to EXISTS. */
function existsJoins(query: Query): boolean {
  const empty = query.from.kind === "inner" && query.from.children.length === 0;
  return (
    !query.grouped &&
    query.windows.length === 0 &&
    query.limit !== 0 &&
    query.limit !== "parameter" &&
    query.reads.length === 0 &&
    query.nested.length === 0 &&
    !empty
  );
}

function sideOf(query: Query, resolution: Resolution): { readonly outputs: readonly Node[]; readonly right: JoinTree } {
  if (query.simple && query.reads.length === 0) return { outputs: query.outputs.map((output) => output.expression), right: query.from };
  const source: DerivedSource = {
    kind: "derived",
    id: resolution.nextId++,
    alias: "subquery",
    arms: [query],
    combine: "single",
    shared: false,
  };
  resolution.sources.push(source);
  return {
    outputs: query.outputs.map((output, position) => columnNode(source, output.name, position)),
    right: { kind: "source", source },
  };
}
