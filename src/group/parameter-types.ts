import type { QueryFamily } from "../domain/workload.ts";
import { type ParameterPlace, substituteParameters } from "../parse/parameters.ts";
import type { ParameterUse } from "./parameter-uses.ts";

/** Words that pg_stat_statements leaves before a parameter where only a literal may stand: `INTERVAL $1`, `DATE $1`. */
const literalPrefix = /^(?:interval|date|time|timetz|timestamp|timestamptz)$/;

/** The text with `INTERVAL $n` as `INTERVAL '…'` cannot be prepared; as `$n::interval` it can, and means the same. */
export function withCasts(sql: string, places: readonly ParameterPlace[]): string {
  if (!places.some((place) => literalPrefix.test(place.before))) return sql;
  const cast = substituteParameters(sql, (place) => (literalPrefix.test(place.before) ? `$${place.number}::${place.before}` : null));
  return cast.replaceAll(/\b(interval|date|time|timetz|timestamp|timestamptz)\s+(\$\d+::\1)\b/gi, "$2");
}

interface Evidence {
  readonly places: readonly ParameterPlace[];
  readonly uses: ReadonlyMap<number, ParameterUse>;
  /** What PREPARE says, null when it fails: `array[$1]` beside a bigint, `$1 + $2`, … */
  readonly inferred: readonly string[] | null;
}

/** A type for each parameter number that something speaks for: PREPARE, else its own cast, else the column it meets. */
export function parameterTypes(family: QueryFamily, { places, uses, inferred }: Evidence): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  for (const place of places) {
    if (types.has(place.number)) continue;
    const type = inferred?.[place.number - 1] ?? castAfter(family.sql, place) ?? columnType(place, uses.get(place.number));
    if (type !== undefined && type !== "unknown") types.set(place.number, type);
  }
  return types;
}

/** `$1::timestamp with time zone` → `timestamp with time zone`. */
function castAfter(sql: string, place: ParameterPlace): string | undefined {
  const words = String.raw`"?[a-z_]\w*"?(?:\."?\w+"?)?`;
  const several = String.raw`(?:double precision|character varying|bit varying|(?:timestamp|time) with(?:out)? time zone)`;
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
