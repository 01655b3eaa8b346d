import type { Catalog } from "../domain/catalog.ts";
import { literal } from "../domain/identifier.ts";
import type { LoggedRun } from "../domain/snapshot.ts";
import type { Example, QueryFamily } from "../domain/workload.ts";
import { parameterPlaces, substituteParameters } from "../syntax/parameters.ts";
import { type InferTypes, inferTypes } from "./infer-types.ts";
import { takesBareLiteral } from "./parameter-types.ts";

/** Values that were really bound: those of the execution in the middle by duration, and those of the slowest. */
export async function loggedExamples(family: QueryFamily, catalog: Catalog, ask: InferTypes): Promise<Example[]> {
  const runs = family.statements.flatMap((statement) => statement.runs ?? []);
  const ranked = runs.toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0));
  const middle = ranked[Math.floor(ranked.length / 2)];
  const [slowest] = ranked;
  const examples: Example[] = [];
  for (const [kind, run] of [["log", middle] as const, ["log-slowest", slowest] as const]) {
    const bound = run && (await boundSql(run, family, catalog, ask));
    if (bound && !examples.some((known) => known.sql === bound.sql)) examples.push({ kind, ...bound });
  }
  return examples;
}

/** The logged text with its values in place; null when the log has not all of them. */
async function boundSql(run: LoggedRun, family: QueryFamily, catalog: Catalog, ask: InferTypes): Promise<Omit<Example, "kind"> | null> {
  const places = parameterPlaces(run.sql);
  if (places.length === 0) return { sql: run.sql, values: {} };
  if (places.some((place) => run.parameters[place.number] === undefined)) return null;
  const { sql, types } = await inferTypes({ ...family, sql: run.sql }, catalog, ask);
  const values: Record<number, string> = {};
  for (const place of parameterPlaces(sql)) {
    const value = literal(run.parameters[place.number] ?? null);
    const type = types.get(place.number);
    values[place.number] = type === undefined || type === "unknown" || takesBareLiteral(place) ? value : `${value}::${type}`;
  }
  return {
    sql: substituteParameters(sql, (place) =>
      takesBareLiteral(place) ? literal(run.parameters[place.number] ?? null) : (values[place.number] ?? null),
    ),
    values,
  };
}
