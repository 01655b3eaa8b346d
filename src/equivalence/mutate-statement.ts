import type { A_Expr, BoolExpr, JoinExpr, Node, SelectStmt } from "@pgsql/types";
import type { Random } from "../hostile/random.ts";
import { deparse } from "../syntax/deparse.ts";
import { walk } from "../syntax/tree.ts";
import { replaced, sites, written } from "./tree-sites.ts";

/** The statement with one thing changed. */
export interface Mutant {
  /** What was changed, for people: `= instead of >=`. */
  readonly change: string;
  readonly sql: string;
}

/** A node in place of another. */
export interface Change {
  readonly change: string;
  /** What goes in the site's place. */
  readonly node: Node;
}

/**
 * Every single change of the statement that a tester should notice: operator, constant ± 1, dropped condition, join type, DISTINCT, NULL
 * handling, count(*) against count(column), set operation, sort direction, limit. Some mean the same as the original: nobody can
 * know which without trying. At most `most`, drawn at random.
 */
export function mutants(tree: Node, choice: { readonly most: number; readonly random: Random }): Mutant[] {
  const original = deparse(tree);
  if (original.length > longest) return [];
  const changes = sites(tree).flatMap((site) => changesOf(site.node, tree).map((change) => ({ site, ...change })));
  const made = new Map<string, Mutant>();
  for (const { site, change, node } of choice.random.shuffled(changes)) {
    if (made.size >= choice.most) break;
    const sql = written(replaced(tree, site.path, node));
    if (sql !== null && sql !== original && !made.has(sql)) made.set(sql, { change, sql });
  }
  return [...made.values()];
}

/** Characters of a statement; beyond, writing and running changed copies takes longer than it tells. */
const longest = 20_000;

/** Single changes of one node; `tree` is the statement, or the condition, that it stands in. */
export function changesOf(node: Node, tree: Node): Change[] {
  if ("A_Expr" in node) return operatorChanges(node.A_Expr);
  if ("BoolExpr" in node) return booleanChanges(node.BoolExpr);
  if ("SelectStmt" in node) return selectChanges(node.SelectStmt);
  if ("JoinExpr" in node) return joinChanges(node.JoinExpr);
  if ("NullTest" in node) {
    const isNull = node.NullTest.nulltesttype === "IS_NULL";
    return [
      {
        change: isNull ? "IS NOT NULL instead of IS NULL" : "IS NULL instead of IS NOT NULL",
        node: { NullTest: { ...node.NullTest, nulltesttype: isNull ? "IS_NOT_NULL" : "IS_NULL" } },
      },
    ];
  }
  if ("CoalesceExpr" in node)
    return (node.CoalesceExpr.args ?? []).slice(0, 1).map((first) => ({ change: "COALESCE dropped", node: first }));
  if ("FuncCall" in node) return callChanges(node, tree);
  if ("SortBy" in node) {
    const descending = node.SortBy.sortby_dir === "SORTBY_DESC";
    return [
      { change: "sort direction turned", node: { SortBy: { ...node.SortBy, sortby_dir: descending ? "SORTBY_ASC" : "SORTBY_DESC" } } },
    ];
  }
  return [];
}

const swaps: Readonly<Record<string, readonly string[]>> = {
  "=": ["<>", ">=", "<="],
  "<>": ["="],
  "<": ["<=", ">", "<>"],
  "<=": ["<", "="],
  ">": [">=", "<", "<>"],
  ">=": [">", "="],
};

function operatorChanges(expression: A_Expr): Change[] {
  const last = expression.name?.at(-1);
  const name = last !== undefined && "String" in last ? (last.String.sval ?? "") : "";
  const changes: Change[] = [];
  if (expression.kind === "AEXPR_OP")
    for (const other of swaps[name] ?? [])
      changes.push({ change: `${other} instead of ${name}`, node: { A_Expr: { ...expression, name: [{ String: { sval: other } }] } } });
  if (expression.kind === "AEXPR_OP" && name === "=")
    changes.push({ change: "IS NOT DISTINCT FROM instead of =", node: { A_Expr: { ...expression, kind: "AEXPR_NOT_DISTINCT" } } });
  for (const side of ["lexpr", "rexpr"] as const) {
    const constant = expression[side];
    if (constant === undefined || !("A_Const" in constant)) continue;
    for (const [change, ival] of nearbyConstants(constant))
      changes.push({ change, node: { A_Expr: { ...expression, [side]: { A_Const: ival } } } });
  }
  return changes;
}

function nearbyConstants(node: Node): [string, object][] {
  if (!("A_Const" in node)) return [];
  const { ival, sval, fval } = node.A_Const;
  if (ival) {
    const value = ival.ival ?? 0;
    return [value - 1, value + 1].map((near) => [`${near} instead of ${value}`, { ival: { ival: near } }]);
  }
  if (fval?.fval !== undefined && /^\d+(\.\d+)?$/.test(fval.fval)) {
    const near = String(Number(fval.fval) + 1);
    return [[`${near} instead of ${fval.fval}`, { fval: { fval: near } }]];
  }
  // A longer text; of a date the grammar says nothing, and PostgreSQL refuses what is none.
  if (sval) return [["another text", { sval: { sval: `${sval.sval ?? ""}x` } }]];
  return [];
}

function booleanChanges(expression: BoolExpr): Change[] {
  const args = expression.args ?? [];
  if (expression.boolop === "NOT_EXPR") return args.slice(0, 1).map((arg) => ({ change: "NOT dropped", node: arg }));
  const isAnd = expression.boolop === "AND_EXPR";
  const dropped = args.slice(0, 40).map((_, at): Change => {
    const rest = args.filter((__, other) => other !== at);
    return {
      change: isAnd ? `condition ${at + 1} dropped` : `alternative ${at + 1} dropped`,
      node: rest.length === 1 ? rest[0]! : { BoolExpr: { ...expression, args: rest } },
    };
  });
  return [
    ...dropped,
    {
      change: isAnd ? "OR instead of AND" : "AND instead of OR",
      node: { BoolExpr: { ...expression, boolop: isAnd ? "OR_EXPR" : "AND_EXPR" } },
    },
  ];
}

function selectChanges(select: SelectStmt): Change[] {
  const changes: Change[] = [];
  const change = (what: string, next: SelectStmt) => changes.push({ change: what, node: { SelectStmt: next } });
  const { whereClause, havingClause, distinctClause, sortClause, limitCount, limitOffset, ...rest } = select;
  if (whereClause) {
    if (!("BoolExpr" in whereClause) || whereClause.BoolExpr.boolop === "NOT_EXPR") change("WHERE dropped", without(select, "whereClause"));
    change("WHERE lets unknown through", { ...select, whereClause: { BooleanTest: { arg: whereClause, booltesttype: "IS_NOT_FALSE" } } });
  }
  if (havingClause) change("HAVING dropped", without(select, "havingClause"));
  if (distinctClause) change("DISTINCT dropped", without(select, "distinctClause"));
  else if (select.op === "SETOP_NONE" && select.targetList && !select.groupClause && !select.lockingClause)
    change("DISTINCT added", { ...select, distinctClause: [{} as Node] }); // the grammar's mark for plain DISTINCT
  if (select.op !== "SETOP_NONE" && rest.op) change(select.all ? "ALL dropped" : "ALL added", { ...select, all: !select.all });
  if (select.op === "SETOP_EXCEPT") change("INTERSECT instead of EXCEPT", { ...select, op: "SETOP_INTERSECT" });
  if (limitCount) {
    if (!sortClause) change("LIMIT dropped", without(select, "limitCount"));
    for (const [what, constant] of nearbyConstants(limitCount)) change(`LIMIT ${what}`, { ...select, limitCount: { A_Const: constant } });
  }
  if (limitOffset) change("OFFSET dropped", without(select, "limitOffset"));
  if (sortClause) change("ORDER BY dropped", without(select, "sortClause"));
  return changes;
}

function without(select: SelectStmt, key: keyof SelectStmt): SelectStmt {
  const { [key]: _, ...rest } = select;
  return rest;
}

function joinChanges(join: JoinExpr): Change[] {
  const to = (change: string, jointype: JoinExpr["jointype"]): Change => ({ change, node: { JoinExpr: { ...join, jointype: jointype! } } });
  if (join.jointype === "JOIN_LEFT") return [to("inner join instead of LEFT", "JOIN_INNER")];
  if (join.jointype === "JOIN_RIGHT") return [to("inner join instead of RIGHT", "JOIN_INNER")];
  if (join.jointype === "JOIN_FULL") return [to("LEFT instead of FULL", "JOIN_LEFT"), to("RIGHT instead of FULL", "JOIN_RIGHT")];
  return join.quals || join.usingClause
    ? [to("LEFT instead of inner join", "JOIN_LEFT"), to("RIGHT instead of inner join", "JOIN_RIGHT")]
    : [];
}

function callChanges(node: Node, tree: Node): Change[] {
  if (!("FuncCall" in node)) return [];
  const call = node.FuncCall;
  const last = call.funcname?.at(-1);
  const name = last !== undefined && "String" in last ? last.String.sval : undefined;
  const renamed = (to: string): Change => ({
    change: `${to} instead of ${name}`,
    node: { FuncCall: { ...call, funcname: [{ String: { sval: to } }] } },
  });
  if (name === "min") return [renamed("max")];
  if (name === "max") return [renamed("min")];
  if (name === "sum") return [renamed("max")];
  if (name !== "count" || call.over) return [];
  if (!call.agg_star) {
    const { args: _, ...rest } = call;
    const changes: Change[] = [
      { change: "count(*) instead of count(…)", node: { FuncCall: { ...withoutDistinct(rest), agg_star: true } } },
    ];
    if (call.agg_distinct) changes.push({ change: "DISTINCT of count dropped", node: { FuncCall: withoutDistinct(call) } });
    return changes;
  }
  const column = firstColumn(tree);
  if (column === null) return [];
  const { agg_star: _, ...rest } = call;
  return [{ change: "count(column) instead of count(*)", node: { FuncCall: { ...rest, args: [column] } } }];
}

function withoutDistinct<T extends { readonly agg_distinct?: boolean }>(call: T): Omit<T, "agg_distinct"> {
  const { agg_distinct: _, ...rest } = call;
  return rest;
}

function firstColumn(tree: Node): Node | null {
  let found: Node | null = null;
  walk(tree, (node) => {
    const last = "ColumnRef" in node ? node.ColumnRef.fields?.at(-1) : undefined;
    if (found === null && last !== undefined && "String" in last) found = node;
    return undefined;
  });
  return found;
}
