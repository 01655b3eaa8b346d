import type { A_Expr, FuncCall, Node, SelectStmt } from "@pgsql/types";
import { typeNameOf } from "../names/expression-type.ts";
import { commutator, operatorName } from "../names/operators.ts";
import { aggregatesIn, functionName, returnsSet, windowsIn } from "../names/query-shape.ts";

/** `left operator right` with a plain operator of two sides. */
export interface Operation {
  readonly left: Node;
  readonly operator: string;
  readonly right: Node;
}

export function operationOf(node: Node, kind: A_Expr["kind"] = "AEXPR_OP"): Operation | null {
  if (!("A_Expr" in node) || node.A_Expr.kind !== kind) return null;
  const { name, lexpr, rexpr } = node.A_Expr;
  // OPERATOR(schema.=) may be anyone's.
  if (!lexpr || !rexpr || (name?.length ?? 0) !== 1) return null;
  return { left: lexpr, operator: operatorName(name), right: rexpr };
}

const comparisons = new Set(["=", "<>", "<", ">", "<=", ">="]);

/** A comparison in both readings: `a < b` and `b > a`. */
export function comparisonsOf(node: Node): readonly Operation[] {
  const found = operationOf(node);
  if (!found || !comparisons.has(found.operator)) return [];
  const turned = commutator(found.operator);
  return turned === null ? [found] : [found, { left: found.right, operator: turned, right: found.left }];
}

/** `left = right` in both readings. */
export function equalitiesOf(node: Node): readonly Operation[] {
  return comparisonsOf(node).filter((each) => each.operator === "=");
}

/** The two comparisons that `left BETWEEN low AND high` stands for; empty for anything else. */
export function betweenOf(node: Node): readonly [] | readonly [from: Operation, to: Operation] {
  const { left, right } = operationOf(node, "AEXPR_BETWEEN") ?? {};
  const [low, high] = right && "List" in right ? (right.List.items ?? []) : [];
  if (!left || !low || !high) return [];
  return [
    { left, operator: ">=", right: low },
    { left, operator: "<=", right: high },
  ];
}

/** A built-in function by name, called plainly: no DISTINCT, FILTER, OVER, ORDER BY, VARIADIC. */
export function plainCall(node: Node | undefined, name: string): readonly Node[] | null {
  if (!node || !("FuncCall" in node) || !isBuiltIn(node.FuncCall, name)) return null;
  const { agg_distinct, agg_filter, agg_order, agg_star, over, func_variadic, args = [] } = node.FuncCall;
  return agg_distinct || agg_filter || agg_order || agg_star || over || func_variadic ? null : args;
}

/** What `EXTRACT(field FROM …)` or `date_part('field', …)` reads the field of; null for anything else. */
export function extracted(field: string, node: Node): Node | null {
  const args = plainCall(node, "extract") ?? plainCall(node, "date_part");
  return args?.length === 2 && textOf(args[0])?.toLowerCase() === field ? (args[1] ?? null) : null;
}

/** The name as written without pg_catalog: `pg_catalog.count` is count, `mine.count` is not. */
export function isBuiltIn(call: FuncCall, name: string): boolean {
  if (functionName(call) !== name) return false;
  const [first, ...rest] = call.funcname ?? [];
  return rest.length === 0 || (rest.length === 1 && first !== undefined && "String" in first && first.String.sval === "pg_catalog");
}

/** A literal, and the type that a cast around it names. */
export interface Literal {
  readonly kind: "integer" | "decimal" | "text" | "boolean" | "null";
  readonly text: string;
  /** `typname`; null without a cast. */
  readonly type: string | null;
}

export function literalOf(node: Node | undefined): Literal | null {
  if (!node) return null;
  if ("TypeCast" in node) {
    const inner = node.TypeCast.arg ? literalOf(node.TypeCast.arg) : null;
    const plain = (node.TypeCast.typeName?.typmods?.length ?? 0) === 0;
    return inner && inner.type === null && plain ? { ...inner, type: typeNameOf(node.TypeCast.typeName) } : null;
  }
  if ("A_Expr" in node && node.A_Expr.kind === "AEXPR_OP" && !node.A_Expr.lexpr && operatorName(node.A_Expr.name) === "-") {
    const inner = literalOf(node.A_Expr.rexpr);
    const number = inner?.type === null && (inner.kind === "integer" || inner.kind === "decimal") && !inner.text.startsWith("-");
    return number ? { ...inner, text: `-${inner.text}` } : null;
  }
  if (!("A_Const" in node)) return null;
  const value = node.A_Const;
  if (value.isnull) return { kind: "null", text: "", type: null };
  if (value.ival) return { kind: "integer", text: String(value.ival.ival ?? 0), type: null };
  if (value.fval) {
    const text = value.fval.fval ?? "";
    return { kind: /^-?\d+$/.test(text) ? "integer" : "decimal", text, type: null };
  }
  if (value.boolval) return { kind: "boolean", text: String(value.boolval.boolval ?? false), type: null };
  return value.sval ? { kind: "text", text: value.sval.sval ?? "", type: null } : null;
}

/** An untyped string literal's text. */
export function textOf(node: Node | undefined): string | null {
  const found = literalOf(node);
  return found?.kind === "text" && (found.type === null || found.type === "text" || found.type === "varchar") ? found.text : null;
}

/** A whole-number literal without a cast. */
export function integerOf(node: Node | undefined): bigint | null {
  const found = literalOf(node);
  return found?.kind === "integer" && found.type === null ? BigInt(found.text) : null;
}

export function isParameter(node: Node | undefined): boolean {
  if (!node) return false;
  if ("TypeCast" in node) return isParameter(node.TypeCast.arg);
  return "ParamRef" in node;
}

/** The SELECT of a subquery of this kind. */
export function subqueryOf(
  node: Node | undefined,
  type: "EXISTS_SUBLINK" | "EXPR_SUBLINK" | "ANY_SUBLINK" | "ALL_SUBLINK",
): SelectStmt | null {
  if (!node || !("SubLink" in node) || node.SubLink.subLinkType !== type) return null;
  const { subselect } = node.SubLink;
  return subselect && "SelectStmt" in subselect ? subselect.SelectStmt : null;
}

/** SELECT … FROM … WHERE and nothing else, unless `but` allows it. No aggregates, windows, set operations or functions that return several rows in any case. */
export function isPlain(select: SelectStmt, but: readonly (keyof SelectStmt)[] = []): boolean {
  const extra: readonly (keyof SelectStmt)[] = [
    "distinctClause",
    "groupClause",
    "havingClause",
    "windowClause",
    "valuesLists",
    "sortClause",
    "limitCount",
    "limitOffset",
    "lockingClause",
    "withClause",
    "intoClause",
  ];
  if (select.op !== undefined && select.op !== "SETOP_NONE") return false;
  if (extra.some((field) => select[field] !== undefined && !but.includes(field))) return false;
  return targetsOf(select).every(({ val }) => aggregatesIn(val).length === 0 && windowsIn(val).length === 0 && !returnsSet(val));
}

export function targetsOf(select: SelectStmt): readonly { readonly val: Node; readonly name: string | null; readonly node: Node }[] {
  return (select.targetList ?? []).flatMap((node) =>
    "ResTarget" in node && node.ResTarget.val ? [{ val: node.ResTarget.val, name: node.ResTarget.name ?? null, node }] : [],
  );
}

/** `*` (alias null) or `t.*`; null for anything else. */
export function starOf(node: Node): { readonly alias: string | null } | null {
  const fields = "ColumnRef" in node ? (node.ColumnRef.fields ?? []) : [];
  const last = fields.at(-1);
  if (!last || !("A_Star" in last)) return null;
  const before = fields.at(-2);
  return { alias: before && "String" in before ? (before.String.sval ?? "") : null };
}

/** `DISTINCT` without ON. */
export function isPlainDistinct(select: SelectStmt): boolean {
  return select.distinctClause?.every((node) => Object.keys(node).length === 0) ?? false;
}

/** The same tree but for where it stands in the text. */
export function sameTree(a: unknown, b: unknown): boolean {
  return a === b || treeText(a) === treeText(b);
}

/** One text for trees that differ only in places and in the order of fields. */
export function treeText(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (places.test(key)) return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const keys = Object.keys(value);
    return keys.length < 2 ? value : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const places = /^(?:name_)?location$|^(?:rexpr_)?list_(?:start|end)$/;
