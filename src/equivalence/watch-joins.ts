import type { Node } from "@pgsql/types";
import { sites, written } from "./tree-sites.ts";
import { shown } from "./watch-predicates.ts";

/** What is asked of one join: whether on these rows its condition was met, or a row of one side found nobody. */
export interface JoinCase {
  /** `a row without match on the left of JOIN ON a.id = b.id`. */
  readonly text: string;
  /** Gives one boolean. Refused by PostgreSQL where the join reads columns from outside itself. */
  readonly sql: string;
}

const mostJoins = 8;

/** Each JOIN … ON: matched, and each side without a match. Comma joins and USING are watched by their conditions alone. */
export function joinCases(tree: Node): JoinCase[] {
  const withClause = "SelectStmt" in tree ? tree.SelectStmt.withClause : undefined;
  const cases: JoinCase[] = [];
  const joins = sites(tree).flatMap(({ node }) => ("JoinExpr" in node ? [node.JoinExpr] : []));
  for (const { larg, rarg, quals } of joins.slice(0, mostJoins)) {
    if (!larg || !rarg || !quals) continue;
    const met = exists([larg], exists([rarg], quals));
    const asked: [string, Node][] = [
      ["a match", met],
      ["a row on the left without match", exists([larg], not(exists([rarg], quals)))],
      ["a row on the right without match", exists([rarg], not(exists([larg], quals)))],
    ];
    for (const [what, val] of asked) {
      const sql = written({
        SelectStmt: {
          targetList: [{ ResTarget: { val } }],
          limitOption: "LIMIT_OPTION_DEFAULT",
          op: "SETOP_NONE",
          ...(withClause ? { withClause } : {}),
        },
      });
      if (sql !== null) cases.push({ text: `${what} of JOIN ON ${shown(quals)}`, sql });
    }
  }
  return cases;
}

function exists(fromClause: Node[], whereClause: Node): Node {
  const subselect: Node = {
    SelectStmt: {
      targetList: [{ ResTarget: { val: { A_Const: { ival: { ival: 1 } } } } }],
      fromClause,
      whereClause,
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  };
  return { SubLink: { subLinkType: "EXISTS_SUBLINK", subselect } };
}

function not(node: Node): Node {
  return { BoolExpr: { boolop: "NOT_EXPR", args: [node] } };
}
