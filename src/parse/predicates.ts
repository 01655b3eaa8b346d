import type { A_Expr, FuncCall, Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import type { Compared, Predicate } from "../domain/workload.ts";
import { scanExpression, sqlFor } from "../names/expression.ts";
import { commutator, operatorName } from "../names/operators.ts";
import { functionName } from "../names/query-shape.ts";
import { hasSubLink, parametersOf, sourcesOf, type TableSource } from "../names/query-tree.ts";
import { comparedTo, comparedToList } from "./compared.ts";
import { similarToRegex } from "./similar-pattern.ts";

const nothing: Compared = { kind: "none" };

/**
 * What one conjunct in normal form says about one table: usually one predicate, none when the table's columns stand on both
 * sides or inside something no index can be entered by. A condition that reads only this table and fits no other form is
 * `on` itself, compared by `is true`.
 */
export function predicatesOn(condition: Node, table: TableSource, catalog: Catalog): Predicate[] {
  if (!sourcesOf(condition).has(table)) return [];
  const found = comparisonOn(condition, table, catalog) ?? wholeCondition(condition, table, catalog);
  return found ? [found] : [];
}

function comparisonOn(condition: Node, table: TableSource, catalog: Catalog): Predicate | null {
  const build = (on: Node, operator: string, compared: Compared | null) => predicate(condition, on, operator, compared, table, catalog);
  if ("NullTest" in condition && condition.NullTest.arg)
    return build(condition.NullTest.arg, condition.NullTest.nulltesttype === "IS_NULL" ? "is null" : "is not null", nothing);
  if ("BooleanTest" in condition && condition.BooleanTest.arg) {
    const { arg, booltesttype = "IS_TRUE" } = condition.BooleanTest;
    return build(arg, booltesttype.toLowerCase().replaceAll("_", " "), nothing);
  }
  if ("BoolExpr" in condition && condition.BoolExpr.boolop === "NOT_EXPR") {
    const [arg] = condition.BoolExpr.args ?? [];
    return arg ? build(arg, "is false", nothing) : null;
  }
  if ("ColumnRef" in condition) return build(condition, "is true", nothing);
  if ("FuncCall" in condition) return indexableCall(condition, condition.FuncCall, table, catalog);
  return "A_Expr" in condition ? operatorOn(condition, condition.A_Expr, table, catalog) : null;
}

function operatorOn(condition: Node, expression: A_Expr, table: TableSource, catalog: Catalog): Predicate | null {
  const { kind, lexpr, rexpr } = expression;
  if (!lexpr || !rexpr) return null;
  const operator = operatorName(expression.name);
  const build = (on: Node, name: string, compared: Compared | null) => predicate(condition, on, name, compared, table, catalog);
  const onLeft = sourcesOf(lexpr).has(table);
  const onRight = sourcesOf(rexpr).has(table);
  if (onLeft && onRight) return kind === "AEXPR_OP" ? optionalFilter(condition, lexpr, operator, rexpr, table, catalog) : null;
  switch (kind) {
    case "AEXPR_IN":
      return onLeft && "List" in rexpr
        ? build(lexpr, operator === "=" ? "= any" : "<> all", comparedToList(rexpr.List.items ?? [], table, catalog))
        : null;
    case "AEXPR_OP_ANY":
      // `$1 = ANY (tags)`: some element of the column; no B-tree or GIN operator class serves it.
      return onLeft
        ? build(lexpr, `${operator} any`, comparedTo(rexpr, table, catalog, true))
        : build(rexpr, `any ${operator}`, comparedTo(lexpr, table, catalog));
    case "AEXPR_OP_ALL":
      return onLeft
        ? build(lexpr, `${operator} all`, comparedTo(rexpr, table, catalog, true))
        : build(rexpr, `all ${operator}`, comparedTo(lexpr, table, catalog));
    case "AEXPR_DISTINCT":
    case "AEXPR_NOT_DISTINCT": {
      const name = kind === "AEXPR_DISTINCT" ? "is distinct from" : "is not distinct from";
      return build(onLeft ? lexpr : rexpr, name, comparedTo(onLeft ? rexpr : lexpr, table, catalog));
    }
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
      return onLeft ? build(lexpr, operator, comparedTo(rexpr, table, catalog)) : null;
    case "AEXPR_SIMILAR":
      return onLeft ? build(lexpr, operator, similarTo(rexpr, table, catalog)) : null;
    case "AEXPR_OP": {
      if ("RowExpr" in lexpr || "RowExpr" in rexpr) return rowComparison(condition, lexpr, operator, rexpr, table, catalog);
      if (onLeft) return build(lexpr, operator, comparedTo(rexpr, table, catalog));
      const commuted = commutator(operator);
      return commuted === null ? null : build(rexpr, commuted, comparedTo(lexpr, table, catalog));
    }
    default:
      return null;
  }
}

function predicate(
  condition: Node,
  on: Node,
  operator: string,
  compared: Compared | null,
  table: TableSource,
  catalog: Catalog,
): Predicate | null {
  const expression = compared && scanExpression(on, table, catalog);
  if (!expression || !compared) return null;
  const sql = sqlFor(condition, table);
  return sql === null ? null : { on: expression, operator, compared, sql };
}

/**
 * `(a, b) > ($1, $2)` enters a B-tree by its leading column: `a >= $1` (match_rowcompare_to_indexcol). The predicate's `sql` is
 * still the whole row comparison; the later columns sharpen the bound only when the index continues with them.
 */
function rowComparison(condition: Node, left: Node, operator: string, right: Node, table: TableSource, catalog: Catalog): Predicate | null {
  const bound = ({ "<": "<=", "<=": "<=", ">": ">=", ">=": ">=" } as const)[operator];
  const [a] = "RowExpr" in left ? (left.RowExpr.args ?? []) : [];
  const [b] = "RowExpr" in right ? (right.RowExpr.args ?? []) : [];
  if (!bound || !a || !b) return null;
  if (sourcesOf(a).has(table)) return predicate(condition, a, bound, comparedTo(b, table, catalog), table, catalog);
  return predicate(condition, b, commutator(bound) ?? bound, comparedTo(a, table, catalog), table, catalog);
}

/** `x = COALESCE($1, x)`: with a value bound the planner folds it to `x = value`; with NULL it restricts nothing. */
function optionalFilter(
  condition: Node,
  left: Node,
  operator: string,
  right: Node,
  table: TableSource,
  catalog: Catalog,
): Predicate | null {
  const [on, choice] = "CoalesceExpr" in right ? [left, right] : [right, left];
  if (operator !== "=" || !("CoalesceExpr" in choice)) return null;
  const [first] = choice.CoalesceExpr.args ?? [];
  if (!first || parametersOf(first).length === 0 || sourcesOf(first).size > 0) return null;
  return predicate(condition, on, "=", comparedTo(first, table, catalog), table, catalog);
}

/** SIMILAR TO is `~` with the pattern turned into a regular expression when the statement is planned. */
function similarTo(right: Node, table: TableSource, catalog: Catalog): Compared | null {
  const compared = comparedTo(right, table, catalog);
  const [pattern] = "FuncCall" in right ? (right.FuncCall.args ?? []) : [];
  const constant = pattern && "A_Const" in pattern ? pattern.A_Const.sval?.sval : undefined;
  if (compared?.kind !== "expression" || constant === undefined) return compared;
  return { kind: "constant", sql: compared.sql, value: similarToRegex(constant), values: null, type: null };
}

/** Calls that the planner turns into an indexable operator (support functions): starts_with → `^@`, PostGIS predicates → `&&`. */
const boundingBox = new Set(
  `st_intersects st_dwithin st_contains st_containsproperly st_within st_covers st_coveredby st_overlaps st_touches st_crosses st_equals
  st_3dintersects st_3ddwithin st_dfullywithin`.split(/\s+/),
);

function indexableCall(condition: Node, call: FuncCall, table: TableSource, catalog: Catalog): Predicate | null {
  const [first, second] = call.args ?? [];
  if (!first || !second) return null;
  const name = functionName(call);
  if (name === "starts_with") return predicate(condition, first, "^@", comparedTo(second, table, catalog), table, catalog);
  if (!boundingBox.has(name)) return null;
  const [on, other] = sourcesOf(first).has(table) ? [first, second] : [second, first];
  return sourcesOf(other).has(table) ? null : predicate(condition, on, "&&", comparedTo(other, table, catalog), table, catalog);
}

/** A condition over this table alone, as a whole: what a partial index's predicate can say. */
function wholeCondition(condition: Node, table: TableSource, catalog: Catalog): Predicate | null {
  if ([...sourcesOf(condition)].some((source) => source !== table)) return null;
  if (hasSubLink(condition) || parametersOf(condition).length > 0) return null;
  if ("BoolExpr" in condition && condition.BoolExpr.boolop !== "NOT_EXPR") return null;
  return predicate(condition, condition, "is true", nothing, table, catalog);
}
