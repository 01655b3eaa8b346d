import type { Node, SelectStmt } from "@pgsql/types";

// Builders of PostgreSQL 18 statement trees, for the new parts of a rewritten statement.

const name = (sval: string): Node => ({ String: { sval } });

/** `a` or `t.a`. */
export function columnRef(...path: readonly string[]): Node {
  return { ColumnRef: { fields: path.map(name) } };
}

export function textConst(sval: string): Node {
  return { A_Const: { sval: { sval } } };
}

/** An integer constant as the parser writes it: zero is an empty `ival`, what exceeds int4 is a numeric literal, a sign is part of it. */
export function integerConst(value: bigint | number): Node {
  const number = BigInt(value);
  if (number > 2147483647n || number < -2147483648n) return { A_Const: { fval: { fval: String(number) } } };
  return { A_Const: { ival: number === 0n ? {} : { ival: Number(number) } } };
}

/** `'text'::type`, types by their catalog names: `date`, `interval`, `int4`, `timestamptz`, `jsonb`. */
export function cast(arg: Node, type: string): Node {
  const array = type.startsWith("_") || type.endsWith("[]");
  const base = type.replace(/^_|\[\]$/g, "");
  const path = sqlTypes.has(base) ? ["pg_catalog", base] : [base];
  return {
    TypeCast: {
      arg,
      typeName: { names: path.map(name), typemod: -1, ...(array ? { arrayBounds: [{ Integer: { ival: -1 } }] } : {}) },
    },
  };
}

/** Types that SQL spells in its own words: the parser gives them their schema (`timestamptz` is a name like any other). */
const sqlTypes = new Set("int2 int4 int8 numeric float4 float8 bool interval timestamp time bpchar varchar".split(" "));

export function interval(text: string): Node {
  return cast(textConst(text), "interval");
}

export function operation(left: Node, operator: string, right: Node): Node {
  return { A_Expr: { kind: "AEXPR_OP", name: [name(operator)], lexpr: left, rexpr: right } };
}

export function like(left: Node, pattern: Node): Node {
  return { A_Expr: { kind: "AEXPR_LIKE", name: [name("~~")], lexpr: left, rexpr: pattern } };
}

export function call(functionName: string, ...args: readonly Node[]): Node {
  return { FuncCall: { funcname: [name(functionName)], args: [...args], funcformat: "COERCE_EXPLICIT_CALL" } };
}

/** Conjuncts in one flat AND; one stays as it is. */
export function and(...conditions: readonly Node[]): Node {
  return joined("AND_EXPR", conditions);
}
export function or(...conditions: readonly Node[]): Node {
  return joined("OR_EXPR", conditions);
}

function joined(boolop: "AND_EXPR" | "OR_EXPR", conditions: readonly Node[]): Node {
  const args = conditions.flatMap((each) => ("BoolExpr" in each && each.BoolExpr.boolop === boolop ? (each.BoolExpr.args ?? []) : [each]));
  return args.length === 1 ? args[0]! : { BoolExpr: { boolop, args } };
}

export function not(condition: Node): Node {
  return { BoolExpr: { boolop: "NOT_EXPR", args: [condition] } };
}

export function isNull(arg: Node): Node {
  return { NullTest: { arg, nulltesttype: "IS_NULL" } };
}
export function isNotNull(arg: Node): Node {
  return { NullTest: { arg, nulltesttype: "IS_NOT_NULL" } };
}

export function booleanTest(arg: Node, booltesttype: "IS_TRUE" | "IS_NOT_TRUE" | "IS_FALSE" | "IS_NOT_FALSE"): Node {
  return { BooleanTest: { arg, booltesttype } };
}

export function coalesce(...args: readonly Node[]): Node {
  return { CoalesceExpr: { args: [...args] } };
}

export function row(...args: readonly Node[]): Node {
  return { RowExpr: { args: [...args], row_format: "COERCE_IMPLICIT_CAST" } };
}

export function arrayOf(...elements: readonly Node[]): Node {
  return { A_ArrayExpr: { elements: [...elements] } };
}

export function target(val: Node, as?: string): Node {
  return { ResTarget: as === undefined ? { val } : { name: as, val } };
}

export function star(alias?: string): Node {
  return { ColumnRef: { fields: [...(alias === undefined ? [] : [name(alias)]), { A_Star: {} }] } };
}

export function sortBy(node: Node, direction: "SORTBY_DEFAULT" | "SORTBY_ASC" | "SORTBY_DESC" = "SORTBY_DEFAULT"): Node {
  return { SortBy: { node, sortby_dir: direction, sortby_nulls: "SORTBY_NULLS_DEFAULT" } };
}

/** A SELECT with the fields that the parser always gives. */
export function selectOf(parts: Partial<SelectStmt>): SelectStmt {
  return { limitOption: "LIMIT_OPTION_DEFAULT", op: "SETOP_NONE", ...parts };
}

export function exists(select: SelectStmt): Node {
  return { SubLink: { subLinkType: "EXISTS_SUBLINK", subselect: { SelectStmt: select } } };
}

export function scalarSubquery(select: SelectStmt): Node {
  return { SubLink: { subLinkType: "EXPR_SUBLINK", subselect: { SelectStmt: select } } };
}

export function fromSubquery(select: SelectStmt, alias: string, lateral = false): Node {
  return { RangeSubselect: { ...(lateral ? { lateral: true } : {}), subquery: { SelectStmt: select }, alias: { aliasname: alias } } };
}

export function join(larg: Node, jointype: "JOIN_INNER" | "JOIN_LEFT", rarg: Node, quals?: Node): Node {
  return { JoinExpr: { jointype, larg, rarg, ...(quals ? { quals } : {}) } };
}

export function setOperation(
  larg: SelectStmt,
  op: "SETOP_UNION" | "SETOP_INTERSECT" | "SETOP_EXCEPT",
  all: boolean,
  rarg: SelectStmt,
): SelectStmt {
  return { limitOption: "LIMIT_OPTION_DEFAULT", op, ...(all ? { all } : {}), larg, rarg };
}

/** Always true: the target list of an EXISTS. */
export const selectOne: readonly Node[] = [target(integerConst(1))];
