import type { Node, SelectStmt } from "@pgsql/types";
import { functionName, isAggregate } from "../names/query-shape.ts";
import type { StatementShape } from "../rule/tuning-rule.ts";
import { walk } from "../syntax/tree.ts";

const strengths: Readonly<Record<string, string>> = {
  LCS_FORKEYSHARE: "FOR KEY SHARE",
  LCS_FORSHARE: "FOR SHARE",
  LCS_FORNOKEYUPDATE: "FOR NO KEY UPDATE",
  LCS_FORUPDATE: "FOR UPDATE",
};
const rankFunctions = new Set(["row_number", "rank", "dense_rank"]);

/** What a statement does besides reading rows: one pass over its tree. */
export function statementShape(tree: Node): StatementShape {
  let locking: StatementShape["locking"] = null;
  let hasAggregate = false;
  let distinctOn = false;
  const ranks: string[] = [];
  const windows: { orderBy: readonly string[]; partitionBy: readonly string[] }[] = [];
  const functions = new Set<string>();
  walk(tree, (node) => {
    if (isAggregate(node)) hasAggregate = true;
    if ("LockingClause" in node) {
      const { strength, waitPolicy } = node.LockingClause;
      locking = {
        strength: strengths[strength ?? ""] ?? "FOR UPDATE",
        wait: waitPolicy === "LockWaitSkip" ? "skip-locked" : waitPolicy === "LockWaitError" ? "nowait" : "wait",
      };
    }
    if ("FuncCall" in node) {
      const name = functionName(node.FuncCall);
      functions.add(name);
      const over = node.FuncCall.over;
      if (over) {
        windows.push({ orderBy: columnsOf(over.orderClause), partitionBy: columnsOf(over.partitionClause) });
        if (rankFunctions.has(name)) ranks.push(name);
      }
    }
    if ("SelectStmt" in node && node.SelectStmt.distinctClause?.some((each) => Object.keys(each).length > 0)) distinctOn = true;
    return undefined;
  });
  return {
    assigns: assignedColumns(tree),
    locking,
    hasAggregate,
    hasLimit: hasLimit(tree),
    windows,
    latestPerGroup: distinctOn || ranks.length > 0,
    functions: [...functions].toSorted(),
  };
}

/** Columns in SET of an UPDATE at the top; null for other statements. */
function assignedColumns(tree: Node): readonly string[] | null {
  if (!("UpdateStmt" in tree)) return null;
  return (tree.UpdateStmt.targetList ?? []).flatMap((each) => ("ResTarget" in each && each.ResTarget.name ? [each.ResTarget.name] : []));
}

function hasLimit(tree: Node): boolean {
  let found = false;
  walk(tree, (node) => {
    if ("SelectStmt" in node && limits(node.SelectStmt)) found = true;
    return undefined;
  });
  return found;
}

function limits(select: SelectStmt): boolean {
  const { limitCount } = select;
  // LIMIT ALL parses as a NULL constant.
  return limitCount !== undefined && !("A_Const" in limitCount && limitCount.A_Const.isnull === true);
}

/** Last names of plain columns in a sort or partition list. */
function columnsOf(list: readonly Node[] | undefined): string[] {
  return (list ?? []).flatMap((each) => {
    const node = "SortBy" in each ? each.SortBy.node : each;
    if (!node || !("ColumnRef" in node)) return [];
    const last = node.ColumnRef.fields?.at(-1);
    return last && "String" in last && last.String.sval ? [last.String.sval] : [];
  });
}
