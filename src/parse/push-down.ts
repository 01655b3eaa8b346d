import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { expressionKey } from "../names/expression-key.ts";
import { aggregatesIn, returnsSet, windowsIn } from "../names/query-shape.ts";
import { columnOf, type DerivedSource, hasSubLink, type Query, sourcesOf, varsOf } from "../names/query-tree.ts";
import { isVolatile } from "../names/volatility.ts";
import { replaceNodes } from "../syntax/tree.ts";

/**
 * A condition on a derived source as each of its arms would say it: arm → conditions, empty where it may not enter. Follows
 * allpaths.c, subquery_is_pushdown_safe() and qual_is_pushdown_safe(): not below LIMIT, not on aggregates, set-returning or
 * volatile outputs; past GROUP BY, DISTINCT ON and window functions only on their own keys.
 */
export function pushedInto(source: DerivedSource, condition: Node, catalog: Catalog): readonly (Node | null)[] {
  const positions = varsOf(condition).flatMap((each) => (each.source === source ? [each.position] : []));
  if (source.shared || hasSubLink(condition) || isVolatile(condition, catalog)) return source.arms.map(() => null);
  // A join condition only reaches arms that are appended one to another with nothing between (is_simple_union_all).
  const others = [...sourcesOf(condition)].some((each) => each !== source && each.kind !== "opaque");
  return source.arms.map((arm) => {
    if (others && !(source.combine === "union-all" && arm.simple)) return null;
    return positions.every((position) => mayEnter(arm, position, catalog)) ? inArm(condition, source, arm) : null;
  });
}

function mayEnter(query: Query, position: number, catalog: Catalog): boolean {
  const output = query.outputs[position]?.expression;
  if (!output || query.limit !== null || query.groupingSets) return false;
  if (aggregatesIn(output).length > 0 || windowsIn(output).length > 0 || returnsSet(output)) return false;
  if (hasSubLink(output) || isVolatile(output, catalog)) return false;
  const key = expressionKey(output);
  const isAmong = (keys: readonly Node[]) => keys.some((each) => expressionKey(each) === key);
  const constant = varsOf(output).length === 0;
  if (query.grouped && !constant && !isAmong(query.groupKeys)) return false;
  if (Array.isArray(query.distinct) && !isAmong(query.distinct)) return false;
  return query.windows.every((window) => isAmong(window.partition));
}

/** An expression over a derived source's outputs, said over what the arm computes them from. */
export function inArm(node: Node, source: DerivedSource, arm: Query): Node {
  return replaceNodes(node, (each) => {
    const column = columnOf(each);
    return column?.source === source ? (arm.outputs[column.position]?.expression ?? each) : each;
  });
}
