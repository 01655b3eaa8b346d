import type { Node, SelectStmt } from "@pgsql/types";
import { join } from "./nodes.ts";
import { isPlain, starOf, subqueryOf, targetsOf } from "./read-nodes.ts";
import type { QueryLevel, RewriteStatement } from "./rewrite.ts";
import { withSelect } from "./rewrite-kit.ts";

/** A subquery that is a column of a SELECT list. */
export interface ListedSubquery {
  readonly query: SelectStmt;
  /** The target it stands in, and the name that the target gives it. */
  readonly node: Node;
  readonly name: string | null;
}

/** Subqueries of one SELECT list that a rule put together. */
export interface SubqueryGroup<M> {
  readonly level: QueryLevel;
  /** The one FROM item of the level. */
  readonly from: Node;
  readonly members: readonly [M, ...M[]];
}

/** Subqueries in the lists of SELECTs that read one FROM item and group nothing, together where `memberOf` gives one key; null leaves one out. */
export function* subqueryGroups<M>(
  statement: RewriteStatement,
  memberOf: (subquery: ListedSubquery, level: QueryLevel) => { readonly key: string; readonly member: M } | null,
): Generator<SubqueryGroup<M>> {
  for (const level of statement.levels) {
    const { select } = level;
    const [from, ...more] = select.fromClause ?? [];
    if (!from || more.length > 0 || !isPlain(select, ["sortClause", "limitCount", "limitOffset", "withClause"])) continue;
    // A bare `*` would show the columns of a join too.
    if (targetsOf(select).some(({ val }) => starOf(val)?.alias === null)) continue;
    const groups = new Map<string, [M, ...M[]]>();
    for (const { val, name, node } of targetsOf(select)) {
      const query = subqueryOf(val, "EXPR_SUBLINK");
      const found = query && memberOf({ query, node, name }, level);
      if (!found) continue;
      const known = groups.get(found.key);
      if (known) known.push(found.member);
      else groups.set(found.key, [found.member]);
    }
    for (const members of groups.values()) yield { level, from, members };
  }
}

/** The statement with the FROM item joined from the left to a subquery, and targets shown from there. */
export function leftJoined(
  statement: RewriteStatement,
  { level, from }: Pick<SubqueryGroup<unknown>, "level" | "from">,
  { subquery, on, shown }: { readonly subquery: Node; readonly on: Node; readonly shown: ReadonlyMap<Node, Node> },
): Node {
  return withSelect(statement, level, {
    targetList: (level.select.targetList ?? []).map((each) => shown.get(each) ?? each),
    fromClause: [join(from, "JOIN_LEFT", subquery, on)],
  });
}
