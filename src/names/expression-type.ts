import type { Node, TypeName } from "@pgsql/types";
import { operatorName } from "./operators.ts";
import { functionName } from "./query-shape.ts";
import { columnOf } from "./query-tree.ts";
import { namesOf } from "./resolve-expression.ts";

const comparisons = new Set("= <> < > <= >= ~~ !~~ ~~* !~~* ~ !~ ~* !~* @> <@ ? ?| ?& @? @@ && << >> -|-".split(" "));
const numbers = ["int2", "int4", "int8", "numeric", "float4", "float8"];

/** `typname` of a resolved expression's result: from the catalog, casts, operators and the commonest functions. Null when not known; a bare string is `unknown`. */
export function typeOf(node: Node): string | null {
  const column = columnOf(node);
  if (column) {
    if (column.source.kind === "derived") {
      const output = column.source.arms[0]?.outputs[column.position];
      return output ? typeOf(output.expression) : null;
    }
    if (column.source.kind !== "table") return null;
    return column.source.relation.columns.find((each) => each.name === column.column)?.baseType ?? null;
  }
  if ("TypeCast" in node) return typeNameOf(node.TypeCast.typeName);
  if ("CollateClause" in node && node.CollateClause.arg) return typeOf(node.CollateClause.arg);
  if ("A_Const" in node) {
    if (node.A_Const.ival) return "int4";
    if (node.A_Const.fval) return "numeric";
    if (node.A_Const.boolval) return "bool";
    return "unknown";
  }
  if ("A_Expr" in node) return operatorType(node);
  if ("FuncCall" in node) return functionType(functionName(node.FuncCall), node.FuncCall.args ?? []);
  if ("BoolExpr" in node || "NullTest" in node || "BooleanTest" in node) return "bool";
  if ("CoalesceExpr" in node) return firstKnown(node.CoalesceExpr.args ?? []);
  if ("MinMaxExpr" in node) return firstKnown(node.MinMaxExpr.args ?? []);
  if ("CaseExpr" in node) {
    const results = (node.CaseExpr.args ?? []).flatMap((each) =>
      "CaseWhen" in each && each.CaseWhen.result ? [each.CaseWhen.result] : [],
    );
    return firstKnown([...results, ...(node.CaseExpr.defresult ? [node.CaseExpr.defresult] : [])]);
  }
  if ("SQLValueFunction" in node) return valueFunctionTypes[node.SQLValueFunction.op ?? ""] ?? null;
  if ("A_ArrayExpr" in node) {
    const element = firstKnown(node.A_ArrayExpr.elements ?? []);
    return element === null ? null : `_${element === "unknown" ? "text" : element}`;
  }
  return null;
}

const valueFunctionTypes: Readonly<Record<string, string>> = {
  SVFOP_CURRENT_DATE: "date",
  SVFOP_CURRENT_TIMESTAMP: "timestamptz",
  SVFOP_CURRENT_TIMESTAMP_N: "timestamptz",
  SVFOP_LOCALTIMESTAMP: "timestamp",
  SVFOP_LOCALTIMESTAMP_N: "timestamp",
  SVFOP_CURRENT_TIME: "timetz",
  SVFOP_LOCALTIME: "time",
  SVFOP_CURRENT_USER: "name",
};

/** `typname` that a cast names; SQL's spellings are already PostgreSQL's in the tree. */
export function typeNameOf(type: TypeName | undefined): string | null {
  const name = namesOf(type?.names)?.at(-1);
  if (name === undefined) return null;
  return (type?.arrayBounds?.length ?? 0) > 0 ? `_${name}` : name;
}

function firstKnown(nodes: readonly Node[]): string | null {
  const types = nodes.map(typeOf);
  return types.find((type) => type !== null && type !== "unknown") ?? types.find((type) => type !== null) ?? null;
}

function operatorType(node: Node): string | null {
  if (!("A_Expr" in node)) return null;
  const { kind, lexpr, rexpr } = node.A_Expr;
  if (kind === "AEXPR_NULLIF") return lexpr ? typeOf(lexpr) : null;
  if (kind !== "AEXPR_OP") return "bool";
  const operator = operatorName(node.A_Expr.name);
  if (comparisons.has(operator)) return "bool";
  const left = lexpr ? typeOf(lexpr) : null;
  const right = rexpr ? typeOf(rexpr) : null;
  if (operator === "->>" || operator === "#>>") return "text";
  if (operator === "->") return left === "hstore" ? "text" : left;
  if (operator === "#>" || operator === "#-") return left;
  if (operator === "||") return [left, right].find((type) => type?.startsWith("_") || (type !== null && joined.has(type))) ?? "text";
  if (operator === "<->" || operator === "<=>" || operator === "<#>") return "float8";
  return "+-*/%".includes(operator) ? arithmeticType(operator, left, right) : null;
}

const joined = new Set(["jsonb", "tsvector", "bytea", "hstore", "bit", "varbit"]);

function arithmeticType(operator: string, left: string | null, right: string | null): string | null {
  if (left === null || left === "unknown") return operator === "-" ? right : right === "interval" ? null : right;
  if (right === null) return null;
  const both = [left, right];
  if (both.every((type) => numbers.includes(type))) return numbers[Math.max(...both.map((type) => numbers.indexOf(type)))] ?? null;
  const times = ["timestamptz", "timestamp", "date", "time"];
  const moment = both.find((type) => times.includes(type));
  if (!moment) return both.includes("interval") ? "interval" : right === "unknown" ? left : null;
  if (operator === "-" && times.includes(right)) return left === "date" && right === "date" ? "int4" : "interval";
  if (moment === "date" && both.includes("interval")) return "timestamp";
  return moment;
}

const textFunctions = new Set(
  `lower upper initcap md5 substring substr left right btrim ltrim rtrim trim replace translate reverse split_part concat
  concat_ws format to_char repeat lpad rpad regexp_replace encode unaccent f_unaccent immutable_unaccent
  jsonb_extract_path_text json_extract_path_text overlay`.split(/\s+/),
);

const fixedTypes: Readonly<Record<string, string>> = {
  to_tsvector: "tsvector",
  setweight: "tsvector",
  to_tsquery: "tsquery",
  plainto_tsquery: "tsquery",
  websearch_to_tsquery: "tsquery",
  phraseto_tsquery: "tsquery",
  length: "int4",
  char_length: "int4",
  character_length: "int4",
  octet_length: "int4",
  array_length: "int4",
  cardinality: "int4",
  jsonb_array_length: "int4",
  strpos: "int4",
  position: "int4",
  count: "int8",
  now: "timestamptz",
  clock_timestamp: "timestamptz",
  date: "date",
  to_date: "date",
  to_timestamp: "timestamptz",
  make_date: "date",
  extract: "numeric",
  date_part: "float8",
  age: "interval",
  jsonb_extract_path: "jsonb",
  jsonb_typeof: "text",
  int4range: "int4range",
  int8range: "int8range",
  numrange: "numrange",
  tsrange: "tsrange",
  tstzrange: "tstzrange",
  daterange: "daterange",
  point: "point",
  box: "box",
  circle: "circle",
  polygon: "polygon",
  starts_with: "bool",
  random: "float8",
  similarity: "float4",
};

function functionType(name: string, args: readonly Node[]): string | null {
  const [first, second] = args;
  const types = args.map(typeOf);
  if (name === "date_trunc" || name === "date_bin") return second ? (types[1] === "date" ? "timestamptz" : (types[1] ?? null)) : null;
  // `x AT TIME ZONE zone` is timezone(zone, x).
  if (name === "timezone") return types[1] === "timestamptz" ? "timestamp" : types[1] === "timestamp" ? "timestamptz" : null;
  if ((name === "lower" || name === "upper") && types[0]?.endsWith("range")) return null;
  if (textFunctions.has(name)) return "text";
  if (["abs", "round", "trunc", "ceil", "ceiling", "floor", "min", "max", "mod", "nullif"].includes(name))
    return first ? (types[0] ?? null) : null;
  return fixedTypes[name] ?? null;
}
