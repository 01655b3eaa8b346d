import type { Node, SelectStmt } from "@pgsql/types";
import { replaced, sites, written } from "./tree-sites.ts";

/**
 * The statement with the ties of its sorted LIMITs and DISTINCT ONs broken by what is returned, smallest first and largest first. Where
 * the two differ, ties decide its result. `columns`: how many it returns. Null where nothing is cut off.
 */
export function brokenTies(tree: Node, columns: number): readonly [string, string] | null {
  // Outer ones first: what is inside them is replaced in what they have become.
  const cut = sites(tree)
    // A SELECT is listed with its tag and without: once is enough.
    .filter(({ node, path }) => "SelectStmt" in node && path.at(-1) !== "SelectStmt" && cutsOff(node.SelectStmt))
    .reverse();
  if (cut.length === 0) return null;
  const made = (["SORTBY_ASC", "SORTBY_DESC"] as const).map((direction) => {
    let broken: Node = tree;
    for (const { node, path } of cut) {
      if (!("SelectStmt" in node)) continue;
      const count = path.length === 0 ? columns : writtenColumns(node.SelectStmt);
      const ordinals = Array.from({ length: count }, (_, at): Node => {
        return { SortBy: { node: { A_Const: { ival: { ival: at + 1 } } }, sortby_dir: direction, sortby_nulls: "SORTBY_NULLS_DEFAULT" } };
      });
      const select: SelectStmt = { ...node.SelectStmt, sortClause: [...(node.SelectStmt.sortClause ?? []), ...ordinals] };
      broken = replaced(broken, path, { SelectStmt: select });
    }
    return written(broken);
  });
  const [smallest, largest] = made;
  return smallest && largest ? [smallest, largest] : null;
}

function cutsOff({ sortClause = [], limitCount, limitOffset, limitOption, distinctClause = [] }: SelectStmt): boolean {
  if (sortClause.length === 0 || limitOption === "LIMIT_OPTION_WITH_TIES") return false;
  // Plain DISTINCT is written as one empty item.
  const on = distinctClause.some((item) => Object.keys(item).length > 0);
  return limitCount !== undefined || limitOffset !== undefined || on;
}

/** Columns of the leftmost SELECT's list; 0, and so no tie-break, where a star hides them. */
function writtenColumns(select: SelectStmt): number {
  let left = select;
  while (left.larg) left = left.larg;
  const targets = left.targetList ?? [];
  return JSON.stringify(targets).includes('"A_Star"') ? 0 : targets.length;
}
