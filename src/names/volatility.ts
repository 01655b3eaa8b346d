import type { Node } from "@pgsql/types";
import type { Catalog } from "../domain/catalog.ts";
import { isNode, walk } from "../syntax/tree.ts";
import { typeOf } from "./expression-type.ts";
import { builtInVolatility, type Volatility } from "./function-volatility.ts";
import { operatorName } from "./operators.ts";
import { functionName } from "./query-shape.ts";
import { namesOf } from "./resolve-expression.ts";

/**
 * The worst volatility in a resolved expression; null when a function is not known to us and nothing known is worse than
 * immutable. Follows pg_proc.provolatile and pg_cast: what turns text into a date, or a timestamptz into anything of local
 * time, depends on settings and so is stable.
 */
export function volatilityOf(node: Node, catalog: Catalog): Volatility | null {
  let worst: Volatility = "immutable";
  let unknown = false;
  walk(node, (each) => {
    const own = nodeVolatility(each, catalog);
    if (own === null) unknown = true;
    else if (own === "volatile" || (own === "stable" && worst === "immutable")) worst = own;
    return "SubLink" in each ? "skip" : undefined;
  });
  return worst === "immutable" && unknown ? null : worst;
}

/** True when a call of it is known to change from row to row. */
export function isVolatile(node: Node, catalog: Catalog): boolean {
  return volatilityOf(node, catalog) === "volatile";
}

function nodeVolatility(node: Node, catalog: Catalog): Volatility | null {
  if ("FuncCall" in node) return functionVolatility(node, catalog);
  if ("TypeCast" in node) return castVolatility(node);
  if ("A_Expr" in node) return operatorVolatility(node);
  if ("SQLValueFunction" in node || "SubLink" in node || "CurrentOfExpr" in node) return "stable";
  return "immutable";
}

function functionVolatility(node: Node, catalog: Catalog): Volatility | null {
  if (!("FuncCall" in node)) return "immutable";
  const names = namesOf(node.FuncCall.funcname) ?? [];
  const name = functionName(node.FuncCall);
  const schema = names.length > 1 ? names.at(-2) : undefined;
  const own = catalog.functions.filter((each) => each.name === name && (schema === undefined || each.schema === schema));
  const types = (node.FuncCall.args ?? []).map(typeOf);
  const builtIn = schema === undefined || schema === "pg_catalog" ? (byArguments(name, types) ?? builtInVolatility(name)) : null;
  if (builtIn && (schema === "pg_catalog" || own.length === 0)) return builtIn;
  // Overloads differ by argument types that we may not know: the worst of them.
  for (const level of ["volatile", "stable", "immutable"] as const) if (own.some((each) => each.volatility === level)) return level;
  // Functions of an extension in a schema of its own.
  return builtInVolatility(name);
}

/** Functions whose overloads differ. */
function byArguments(name: string, types: readonly (string | null)[]): Volatility | null {
  switch (name) {
    case "date_trunc":
      // With a time zone: stable up to PostgreSQL 15, immutable since 16 (release notes), and the version is not known here.
      if (types.length === 3) return null;
      return types.length === 2 && (types[1] === "timestamp" || types[1] === "interval")
        ? "immutable"
        : types[1] === null
          ? null
          : "stable";
    case "extract":
    case "date_part":
      return types[1] === "timestamptz" ? "stable" : types[1] === null ? null : "immutable";
    case "timezone":
      // timezone(zone, timetz) reads the current date.
      return types[1] === "timestamptz" || types[1] === "timestamp" ? "immutable" : types[1] === null ? null : "stable";
    case "date":
      return types[0] === "timestamp" || types[0] === "date" ? "immutable" : "stable";
    case "age":
      return types.length === 2 && (types[0] === "timestamp" || types[0] === "timestamptz") ? "immutable" : "stable";
    case "to_timestamp":
      return types.length === 1 ? "immutable" : "stable";
    case "to_tsvector":
    case "to_tsquery":
    case "plainto_tsquery":
    case "phraseto_tsquery":
    case "websearch_to_tsquery":
      // With one argument the configuration is a setting.
      return types.length === 2 && (types[0] === "unknown" || types[0] === "regconfig") ? "immutable" : "stable";
    case "quote_literal":
    case "quote_nullable":
      return textTypes.has(types[0] ?? "") ? "immutable" : "stable";
    case "text":
      return toText(types[0] ?? null);
    default:
      return null;
  }
}

const dateTypes = new Set(["date", "timestamp", "timestamptz", "time", "timetz", "interval"]);
const textTypes = new Set(["text", "varchar", "bpchar", "name", "unknown", "citext", "char"]);
/** Types whose text form or reading depends on nothing: safe to and from text. */
const plainTypes = new Set(
  "int2 int4 int8 numeric float4 float8 bool uuid json jsonb inet cidr macaddr oid bit varbit tsvector tsquery bytea xid ltree vector hstore".split(
    " ",
  ),
);

function castVolatility(node: Node): Volatility | null {
  if (!("TypeCast" in node) || !node.TypeCast.arg) return "immutable";
  const { arg } = node.TypeCast;
  const to = typeOf(node);
  // A literal is read once, when the statement (or the index) is made.
  if ("A_Const" in arg || "ParamRef" in arg || to === null) return "immutable";
  const from = typeOf(arg);
  if (from === null) return null;
  if (from === to) return "immutable";
  if (dateTypes.has(from) && dateTypes.has(to)) return from === "timestamptz" || to === "timestamptz" ? "stable" : "immutable";
  if (textTypes.has(from) && textTypes.has(to)) return "immutable";
  if (textTypes.has(from)) return plainTypes.has(to) ? "immutable" : "stable";
  if (textTypes.has(to)) return toText(from);
  if (plainTypes.has(from) && plainTypes.has(to)) return "immutable";
  return null;
}

function operatorVolatility(node: Node): Volatility | null {
  if (!("A_Expr" in node) || node.A_Expr.kind !== "AEXPR_OP") return "immutable";
  const { lexpr, rexpr } = node.A_Expr;
  const left = lexpr && isNode(lexpr) ? typeOf(lexpr) : "unknown";
  const right = rexpr && isNode(rexpr) ? typeOf(rexpr) : "unknown";
  const operator = operatorName(node.A_Expr.name);
  const either = (type: string) => left === type || right === type;
  if (operator === "||") {
    const other = textTypes.has(left ?? "") ? right : left;
    // text || anynonarray is inlined to a cast of the other side to text before its volatility is judged.
    const mixed = textTypes.has(left ?? "") !== textTypes.has(right ?? "");
    if (other === null) return null;
    return mixed && !concatenated(other) ? toText(other) : "immutable";
  }
  if (either("timestamptz")) {
    // Days and months of an interval follow the session's time zone; so does comparing with a date or timestamp.
    if (either("interval") || either("date") || either("timestamp")) return "stable";
    if ((operator === "+" || operator === "-") && (left === null || right === null)) return "stable";
    return "immutable";
  }
  // text @@ anything goes through to_tsvector(text), which follows a setting.
  const isText = (type: string | null) => type !== "unknown" && textTypes.has(type ?? "");
  if (operator === "@@" && (isText(left) || isText(right))) return "stable";
  return "immutable";
}

/** Types with a `||` of their own. */
function concatenated(type: string): boolean {
  return type.startsWith("_") || ["jsonb", "tsvector", "tsquery", "hstore", "bit", "varbit", "bytea", "ltree"].includes(type);
}

/** The output function's volatility. */
function toText(from: string | null): Volatility | null {
  if (from === null) return null;
  return plainTypes.has(from) || textTypes.has(from) ? "immutable" : "stable";
}
