import type { ParameterPlace } from "../syntax/parameters.ts";
import type { ParameterUse } from "./parameter-uses.ts";

/**
 * Types whose name PostgreSQL takes before a literal: pg_stat_statements leaves `INTERVAL $1`, `box $1`, `uuid $1`, which only a
 * literal in place of the parameter makes SQL again. https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-CONSTANTS-GENERIC
 */
const literalTypes =
  "interval date time timetz timestamp timestamptz uuid inet cidr macaddr macaddr8 json jsonb jsonpath xml bytea money point box line lseg path " +
  "polygon circle int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange " +
  "tstzmultirange datemultirange tsquery tsvector text varchar numeric int2 int4 int8 float4 float8 bool boolean regclass citext hstore ltree " +
  "geometry geography vector halfvec";
const severalWords = String.raw`double\s+precision|(?:character|bit)\s+varying|(?:timestamp|time)\s+with(?:out)?\s+time\s+zone`;
const literalType = new RegExp(String.raw`\b(${severalWords}|${literalTypes.replaceAll(" ", "|")})\s+(\$\d+)(?!\d)`, "gi");
const literalPrefix = new RegExp(`^(?:precision|varying|zone|${literalTypes.replaceAll(" ", "|")})$`);

/** True where the grammar takes a bare string and no cast: `box $1`, `AT TIME ZONE $1`, and the field of `extract($1 from …)`. */
export function takesBareLiteral(place: ParameterPlace): boolean {
  return literalPrefix.test(place.before) || place.before === "extract";
}

/**
 * The text as PREPARE takes it, with the same parameters and meaning: `INTERVAL $n` as `$n::interval`, `extract($n from x)` as
 * `date_part($n, x)`.
 */
export function withCasts(sql: string, places: readonly ParameterPlace[]): string {
  if (!places.some(takesBareLiteral)) return sql;
  return sql
    .replaceAll(literalType, (_, type: string, parameter: string) => `${parameter}::${type.toLowerCase()}`)
    .replaceAll(/\bextract\s*\(\s*(\$\d+)\s+from\b/gi, "date_part($1::text,");
}

/** A type for each parameter number that something in the statement speaks for: its own cast, else the column it meets. */
export function hintedTypes(
  sql: string,
  places: readonly ParameterPlace[],
  uses: ReadonlyMap<number, ParameterUse>,
): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  for (const place of places) {
    if (types.has(place.number)) continue;
    const type = castAfter(sql, place) ?? columnType(place, uses.get(place.number));
    if (type !== undefined && type !== "unknown") types.set(place.number, type);
  }
  return types;
}

/** `$1::timestamp with time zone` → `timestamp with time zone`. */
function castAfter(sql: string, place: ParameterPlace): string | undefined {
  const words = String.raw`"?[a-z_]\w*"?(?:\."?\w+"?)?`;
  const several = `(?:double precision|character varying|bit varying|(?:timestamp|time) with(?:out)? time zone)`;
  return new RegExp(String.raw`^\s*::\s*((?:${several}|${words})(?:\s*\[\])*)`, "i").exec(sql.slice(place.end))?.[1];
}

const comparisons = new Set([
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "= any",
  "<> all",
  "is not distinct from",
  "is distinct from",
  "~~",
  "~~*",
  "~",
  "~*",
]);

/** A value compared with a column has its type; inside `ARRAY[$1]` beside an array column, its element's. */
function columnType(place: ParameterPlace, use: ParameterUse | undefined): string | undefined {
  if (!use?.column) return undefined;
  if (comparisons.has(use.operator)) return use.column.type;
  if (use.column.elementType === null) return undefined;
  return place.before === "[" || place.before === "," ? use.column.elementType : use.column.type;
}
