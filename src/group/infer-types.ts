import type { Catalog } from "../domain/catalog.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { type ParameterPlace, parameterPlaces, substituteParameters } from "../syntax/parameters.ts";
import { hintedTypes, withCasts } from "./parameter-types.ts";
import { parameterUses } from "./parameter-uses.ts";

/** Types PostgreSQL infers for `$1 … $n`, in order; null when it cannot. */
export type InferTypes = (sql: string) => Promise<readonly string[] | null>;

/** A statement that PREPARE takes, and the types of its parameters in it. */
export interface Inferred {
  /** The statement with casts where it needs them; what it means is the same. */
  readonly sql: string;
  /** `{parameter number → regtype text}`. */
  readonly types: ReadonlyMap<number, string>;
}

/**
 * Likely types of a parameter beside which nothing is known, the likeliest first: `quantity > $1 + $2`, `now() - $1`,
 * `placed_at >= $1 - $2 * interval $3`. PostgreSQL itself says whether one fits.
 */
const likely = ["integer", "interval", "text", "timestamp with time zone", "numeric", "boolean"] as const;
/** All combinations are tried up to this many: at 0.3 ms each, a tenth of a second for a statement. */
const mostTries = 300;

/**
 * Asks PostgreSQL for the types; where it cannot tell (`$1 + $2`, `$1 IS NULL OR …`, `now() - $1`), asks again with casts: those that
 * columns and the statement itself suggest, then one type for all, then every combination. When nothing is taken, what is known from
 * columns and casts alone.
 */
export async function inferTypes(family: QueryFamily, catalog: Catalog, ask: InferTypes): Promise<Inferred> {
  const sql = withCasts(family.sql, parameterPlaces(family.sql));
  const places = parameterPlaces(sql);
  const hints = hintedTypes(sql, places, parameterUses(family, catalog));
  for (const casts of attempts(sql, places, hints)) {
    const attempt = casted(sql, casts);
    const types = await ask(attempt);
    if (types?.every((type) => type !== "unknown"))
      return { sql: attempt, types: new Map(types.map((type, position) => [position + 1, type] as const)) };
  }
  return { sql, types: hints };
}

/** Casts to try, by parameter number: none, those hinted at, then likely types for the parameters that nothing hints at. */
function* attempts(
  sql: string,
  places: readonly ParameterPlace[],
  hints: ReadonlyMap<number, string>,
): Iterable<ReadonlyMap<number, string>> {
  yield new Map();
  if (hints.size > 0) yield hints;
  const open = [...new Set(places.filter((place) => !isCast(sql, place)).map((place) => place.number))];
  const free = open.filter((number) => !hints.has(number));
  for (const group of free.length === open.length ? [open] : [free, open]) {
    if (group.length === 0) continue;
    for (const type of likely) yield withEach(hints, group, () => type);
    if (likely.length ** group.length > mostTries) continue;
    for (let combination = 0; combination < likely.length ** group.length; combination++)
      yield withEach(hints, group, (position) => likely[Math.floor(combination / likely.length ** position) % likely.length]!);
  }
}

function withEach(hints: ReadonlyMap<number, string>, numbers: readonly number[], typeAt: (position: number) => string) {
  return new Map([...hints, ...numbers.map((number, position) => [number, typeAt(position)] as const)]);
}

function casted(sql: string, casts: ReadonlyMap<number, string>): string {
  return substituteParameters(sql, (place) => {
    const type = casts.get(place.number);
    return type === undefined || isCast(sql, place) ? null : `$${place.number}::${type}`;
  });
}

function isCast(sql: string, place: ParameterPlace): boolean {
  return /^\s*::/.test(sql.slice(place.end));
}
