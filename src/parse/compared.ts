import type { A_Const, Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { Compared } from "../domain/workload.ts";
import { sqlFor } from "../names/expression.ts";
import { typeNameOf } from "../names/expression-type.ts";
import { columnOf, parametersOf, type TableSource, type Var, varsOf } from "../names/query-tree.ts";
import { isVolatile } from "../names/volatility.ts";
import { formatArrayText, parseArrayText } from "../syntax/array-text.ts";

/** The right side of a predicate on `table`: constant, parameter, another relation's column, or any other expression. Null when it cannot be written. */
export function comparedTo(node: Node, table: TableSource, catalog: Catalog, isList = false): Compared | null {
  const column = columnOf(node);
  if (column) return comparedColumn(column);
  const sql = sqlFor(node, table);
  if (sql === null) return null;
  const constant = constantOf(node);
  if (constant) {
    const values = constant.values ?? (isList && constant.value !== null ? presentElements(constant.value) : null);
    return { kind: "constant", sql, value: constant.value, values, type: constant.type };
  }
  const parameters = bareParameters(node);
  if (parameters) return { kind: "parameter", numbers: parameters, sql };
  return { kind: "expression", sql, stable: !isVolatile(node, catalog) };
}

/** The items of an IN list. */
export function comparedToList(items: readonly Node[], table: TableSource, catalog: Catalog): Compared | null {
  const texts = items.map((item) => sqlFor(item, table));
  if (texts.includes(null)) return null;
  const sql = `(${texts.join(", ")})`;
  const constants = items.map(constantOf);
  if (constants.every((each) => each !== null)) {
    // NULL in an IN list matches nothing.
    const values = constants.flatMap((each) => (each.value === null ? [] : [each.value]));
    return { kind: "constant", sql, value: null, values, type: constants[0]?.type ?? null };
  }
  const numbers = items.map((item, position) => (constants[position] ? [] : bareParameters(item)));
  if (numbers.every((each) => each !== null)) return { kind: "parameter", numbers: [...new Set(numbers.flat())], sql };
  return { kind: "expression", sql, stable: !items.some((item) => isVolatile(item, catalog)) };
}

function comparedColumn({ source, column, position }: Var): Compared {
  if (source.kind === "derived") {
    const inner = source.combine === "single" ? source.arms[0]?.outputs[position] : undefined;
    const base = inner ? columnOf(inner.expression) : null;
    if (base && base.source.kind === "table") return comparedColumn(base);
  }
  const relation = source.kind === "table" ? { schema: source.relation.schema, name: source.relation.name } : null;
  return { kind: "column", relation, alias: source.alias, column: column ?? "*" };
}

interface Constant {
  /** Unquoted; array text for an array; null for NULL. */
  readonly value: string | null;
  readonly values: readonly string[] | null;
  readonly type: string | null;
}

/** The value of a literal, an array of literals, or a cast of one; else null. */
export function constantOf(node: Node): Constant | null {
  if ("A_Const" in node) return { value: literalText(node.A_Const), values: null, type: null };
  if ("TypeCast" in node && node.TypeCast.arg) {
    const inner = constantOf(node.TypeCast.arg);
    return inner && { ...inner, type: typeNameOf(node.TypeCast.typeName) };
  }
  if ("CollateClause" in node && node.CollateClause.arg) return constantOf(node.CollateClause.arg);
  if ("A_Expr" in node && node.A_Expr.kind === "AEXPR_OP" && !node.A_Expr.lexpr && node.A_Expr.rexpr) {
    // The grammar folds the sign of a number, but not of one in parentheses.
    const inner = constantOf(node.A_Expr.rexpr);
    const [name] = node.A_Expr.name ?? [];
    const sign = name && "String" in name ? name.String.sval : "";
    return inner && sign === "-" && inner.value !== null && /^\d/.test(inner.value) ? { ...inner, value: `-${inner.value}` } : null;
  }
  if (!("A_ArrayExpr" in node)) return null;
  const elements = (node.A_ArrayExpr.elements ?? []).map(constantOf);
  if (!elements.every((each) => each !== null && each.values === null)) return null;
  const texts = elements.map((each) => each?.value ?? null);
  const [first] = elements;
  const type = first?.type ? `_${first.type}` : null;
  return { value: formatArrayText(texts), values: texts.filter((text) => text !== null), type };
}

function presentElements(arrayText: string): string[] | null {
  return arrayText.trimStart().startsWith("{") ? parseArrayText(arrayText).filter((element) => element !== null) : null;
}

function literalText(constant: A_Const): string | null {
  if (constant.isnull) return null;
  if (constant.ival) return String(constant.ival.ival ?? 0);
  if (constant.fval) return constant.fval.fval ?? "0";
  if (constant.boolval) return constant.boolval.boolval ? "t" : "f";
  return constant.sval?.sval ?? constant.bsval?.bsval ?? "";
}

/** Numbers of a parameter, a cast of one, or an array of parameters and literals; null for anything else. */
export function bareParameters(node: Node): number[] | null {
  if ("ParamRef" in node) return [node.ParamRef.number ?? 0];
  if ("TypeCast" in node && node.TypeCast.arg) return bareParameters(node.TypeCast.arg);
  if ("CollateClause" in node && node.CollateClause.arg) return bareParameters(node.CollateClause.arg);
  if (!("A_ArrayExpr" in node)) return null;
  const elements = node.A_ArrayExpr.elements ?? [];
  const isBare = elements.every((each) => bareParameters(each) !== null || constantOf(each) !== null);
  return isBare ? parametersOf(node) : null;
}

/** True when the expression reads no column at all: a constant, parameters, or functions of them. */
export function isColumnFree(node: Node): boolean {
  return varsOf(node).length === 0;
}
