import type { Node } from "@pgsql/types";
import { armParts } from "./conditions.ts";
import { operatorName } from "./operators.ts";
import { functionName } from "./query-shape.ts";
import { columnOf, type Source } from "./query-tree.ts";

/**
 * Sources of which no all-null row can pass this condition, so that an outer join below that null-extends them is an inner
 * join (clauses.c, find_nonnullable_rels). Errs to the side of fewer.
 */
export function nonNullableSources(condition: Node): ReadonlySet<Source> {
  const found = new Set<Source>();
  addCondition(condition, found);
  return found;
}

function addCondition(node: Node, found: Set<Source>): void {
  if ("BoolExpr" in node) {
    const args = node.BoolExpr.args ?? [];
    if (node.BoolExpr.boolop === "OR_EXPR") {
      const arms = args.map((arm) => new Set(armParts(arm).flatMap((part) => [...nonNullableSources(part)])));
      for (const source of arms[0] ?? []) if (arms.every((arm) => arm.has(source))) found.add(source);
      return;
    }
    for (const arg of args) addCondition(arg, found);
    return;
  }
  if ("NullTest" in node) {
    if (node.NullTest.nulltesttype === "IS_NOT_NULL" && node.NullTest.arg) addValue(node.NullTest.arg, found);
    return;
  }
  if ("BooleanTest" in node) {
    const { booltesttype, arg } = node.BooleanTest;
    const strict = booltesttype === "IS_TRUE" || booltesttype === "IS_FALSE" || booltesttype === "IS_NOT_UNKNOWN";
    if (strict && arg) addValue(arg, found);
    return;
  }
  addValue(node, found);
}

/** Sources whose columns make the value null when they are null. */
function addValue(node: Node, found: Set<Source>): void {
  const column = columnOf(node);
  if (column) {
    if (column.column !== null) found.add(column.source);
    return;
  }
  if ("TypeCast" in node && node.TypeCast.arg) addValue(node.TypeCast.arg, found);
  if ("CollateClause" in node && node.CollateClause.arg) addValue(node.CollateClause.arg, found);
  if ("FuncCall" in node && strictFunctions.has(functionName(node.FuncCall)))
    for (const arg of node.FuncCall.args ?? []) addValue(arg, found);
  if (!("A_Expr" in node)) return;
  const { kind, lexpr, rexpr } = node.A_Expr;
  if (lexpr && kind !== "AEXPR_DISTINCT" && kind !== "AEXPR_NOT_DISTINCT" && kind !== "AEXPR_NULLIF" && kind !== "AEXPR_OP_ALL") {
    if (!("RowExpr" in lexpr)) addValue(lexpr, found);
  }
  const bothSides = kind === "AEXPR_OP" || kind === "AEXPR_LIKE" || kind === "AEXPR_ILIKE";
  if (rexpr && bothSides && operatorName(node.A_Expr.name) !== "||" && !("RowExpr" in rexpr)) addValue(rexpr, found);
}

/** A user's function may take nulls; of the built-in ones that a condition is likely to call, these are known to be strict. */
const strictFunctions = new Set(
  `lower upper initcap md5 length char_length octet_length substring substr left right btrim ltrim rtrim replace translate reverse
  split_part date_trunc date_part extract timezone date abs ceil ceiling floor round trunc mod sqrt power to_char to_date
  to_timestamp to_number to_tsvector jsonb_extract_path jsonb_extract_path_text jsonb_array_length jsonb_typeof array_length
  cardinality starts_with strpos position date_bin`.split(/\s+/),
);
