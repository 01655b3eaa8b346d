import type { LoggedRun } from "../domain/snapshot.ts";
import type { Predicate, Scan } from "../domain/workload.ts";
import { literalsBehind } from "../syntax/literals-behind.ts";
import { parameterPlaces, substituteParameters } from "../syntax/parameters.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";

/**
 * A counted statement with the constants that decide what could be indexed. pg_stat_statements writes `$n` for the key in `doc ->> 'ref'`
 * and in `doc ? 'ref'`, and for the configuration in `to_tsvector('german', body)`; where a log has the statement's text, and every text
 * of it the same constant at such a place, that constant is put back. A parameter that was bound at run time stays one: an index on the expression could
 * not serve a generic plan. What is left is numbered from 1 again. Null when nothing is settled.
 */
export async function withSettledConstants(
  sql: string,
  scans: readonly Scan[],
  { runs, parser }: { readonly runs: readonly LoggedRun[]; readonly parser: SqlParser },
): Promise<{ readonly sql: string; readonly settled: readonly number[] } | null> {
  const asked = structuralParameters(scans);
  if (asked.size === 0 || runs.length === 0) return null;
  const places = parameterPlaces(sql);
  const texts = await Promise.all(runs.map(({ sql: logged }) => constantsOf(logged, parser)));
  const settled = new Map<number, string>();
  for (const number of asked) {
    const at = places.flatMap((place, position) => (place.number === number ? [position] : []));
    const found = new Set(
      texts.flatMap((constants) => at.map((position) => (constants?.length === places.length ? constants[position]! : null))),
    );
    const [constant] = found;
    if (found.size === 1 && typeof constant === "string") settled.set(number, constant);
  }
  if (settled.size === 0) return null;
  const left = [...new Set(places.map(({ number }) => number).filter((number) => !settled.has(number)))].toSorted((a, b) => a - b);
  return {
    sql: substituteParameters(sql, ({ number }) => settled.get(number) ?? `$${left.indexOf(number) + 1}`),
    settled: [...settled.keys()].toSorted((a, b) => a - b),
  };
}

/** "It has this key", of jsonb and hstore: the key is as much a part of what could be indexed as one in an expression. */
const keyTests = new Set(["?", "?|", "?&"]);

/** Parameters on the side that an index would hold: inside an expression over columns that is compared, sorted or grouped by; and keys asked for. */
function structuralParameters(scans: readonly Scan[]): ReadonlySet<number> {
  const isOpen = ({ column, columns }: Predicate["on"]) => column === null && columns.length > 0;
  const predicates = scans.flatMap((scan) => [...scan.predicates, ...scan.disjunctions.flat(2)]);
  const expressions = [...predicates.map(({ on }) => on), ...scans.flatMap((scan) => [...scan.sort.map(({ on }) => on), ...scan.grouping])];
  const keys = predicates.flatMap(({ operator, compared }) =>
    keyTests.has(operator) && compared.kind === "parameter" ? compared.numbers : [],
  );
  return new Set([...keys, ...expressions.filter(isOpen).flatMap(({ sql }) => parameterPlaces(sql).map(({ number }) => number))]);
}

/** What a text has where pg_stat_statements counts a parameter, in order: a constant as written, or null for a bound `$n`; null: unreadable. */
async function constantsOf(logged: string, parser: SqlParser): Promise<readonly (string | null)[] | null> {
  const normalized = await parser.normalize(logged);
  if (normalized === null) return null;
  const literals = literalsBehind(logged, normalized);
  if (literals === null) return null;
  return parameterPlaces(normalized).map(({ number }) => literals.get(number) ?? null);
}
