import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { builtInVolatility } from "../names/function-volatility.ts";
import { functionName } from "../names/query-shape.ts";
import { tagOf, walk } from "../syntax/tree.ts";

/** All that an index key, a predicate or a statistics target may be made of. What is not here is refused, whatever it is. */
const allowedNodes = new Set(
  `ColumnRef A_Expr A_Const BoolExpr FuncCall TypeCast TypeName NullTest BooleanTest CoalesceExpr CaseExpr CaseWhen MinMaxExpr A_ArrayExpr
  List CollateClause String Integer Float Boolean`.split(/\s+/),
);
/** Operators of core and its contrib types; one of the user's own might do anything. */
const allowedOperators = new Set(
  "= <> != < > <= >= + - * / % ^ & | # || -> ->> #> #>> @> <@ ? ?| ?& @@ @? && ~ ~* !~ !~* ~~ ~~* !~~ !~~* << >> &< &> -|- <-> <#> <=>".split(
    " ",
  ),
);
/** Their volatility depends on the types of their arguments, which the resolved expression tells. */
const judgedByType = new Set("date_trunc extract date_part timezone date age to_timestamp to_tsvector to_tsquery text isfinite".split(" "));

/**
 * Why the expression has no place in a proposal, as a clause; null when it may be looked at further. Allows columns, constants, core
 * operators and built-in functions that are not volatile: no subquery, no parameter, no function, type or operator of a user.
 */
export function forbiddenIn(node: Node, catalog: Catalog): string | null {
  let why: string | null = null;
  walk(node, (each) => {
    why ??= forbidden(each, catalog);
    return why === null ? undefined : "skip";
  });
  return why;
}

function forbidden(node: Node, catalog: Catalog): string | null {
  const tag = tagOf(node);
  if (!allowedNodes.has(tag)) return `it holds ${tag === "SubLink" ? "a subquery" : tag}`;
  if ("FuncCall" in node) {
    const {
      funcname = [],
      over,
      agg_star: star,
      agg_filter: filter,
      agg_order: order,
      agg_distinct: distinct,
      func_variadic: variadic,
    } = node.FuncCall;
    const name = functionName(node.FuncCall);
    if (over || star || filter || order || distinct || variadic) return `${shown(name)}() is called as no plain function`;
    if (!isCore(funcname)) return `${shown(name)}() is not a built-in function`;
    if (catalog.functions.some((each) => each.name === name)) return `${shown(name)}() may be a function of the user's`;
    if (builtInVolatility(name) !== "immutable" && !judgedByType.has(name)) return `nobody can say that ${shown(name)}() is immutable`;
  }
  if ("A_Expr" in node) {
    const { name = [] } = node.A_Expr;
    const [last] = name.slice(-1);
    const operator = last && "String" in last ? (last.String.sval ?? "") : "";
    const isWord = /^[A-Z ]+$/.test(operator) || node.A_Expr.kind !== "AEXPR_OP";
    if (!isCore(name) || !(allowedOperators.has(operator) || isWord)) return "it uses an operator that is not PostgreSQL's own";
  }
  if ("TypeName" in node) return forbiddenType(node.TypeName.names ?? [], catalog);
  if ("TypeCast" in node) return forbiddenType(node.TypeCast.typeName?.names ?? [], catalog);
  return null;
}

/** Enums are names of values; domains and composites run checks of the user's. */
function forbiddenType(names: readonly Node[], catalog: Catalog): string | null {
  const [last] = names.slice(-1);
  const name = last && "String" in last ? (last.String.sval ?? "") : "";
  if (catalog.enums.some((each) => each.name === name)) return null;
  const own = [...catalog.domains, ...catalog.composites, ...catalog.ranges].some((each) => each.name === name);
  return own || !isCore(names) ? `it casts to ${shown(name)}, a type that is not built in` : null;
}

function isCore(names: readonly Node[]): boolean {
  if (names.length <= 1) return true;
  const [schema] = names;
  return names.length === 2 && schema !== undefined && "String" in schema && schema.String.sval === "pg_catalog";
}

function shown(name: string): string {
  return /^[\w$]{1,63}$/.test(name) ? name : "that";
}
