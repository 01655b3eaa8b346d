import { literal } from "../domain/identifier.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Example, QueryFamily, Workload } from "../domain/workload.ts";
import { type ParameterPlace, parameterPlaces, substituteParameters } from "../parse/parameters.ts";
import { parameterTypes, withCasts } from "./parameter-types.ts";
import { type ParameterUse, parameterUses } from "./parameter-uses.ts";
import { type BindingKind, valueFor } from "./sample-values.ts";

/** Types PostgreSQL infers for `$1 … $n`, in order; null when it cannot. */
export type InferTypes = (sql: string) => Promise<readonly string[] | null>;

/** Most typical first: the first that can be planned stands for the family. */
const bindings: readonly BindingKind[] = ["middle", "common", "rare", "null", "out-of-range"];

/**
 * Gives every family its examples: ways to bind `$n` with values from the statistics, the most typical
 * first and the generic plan last. A family without parameters has its own text as the one example.
 */
export async function bindParameters(workload: Workload, snapshot: Snapshot, inferTypes: InferTypes): Promise<Workload> {
  const families: QueryFamily[] = [];
  for (const family of workload.families) {
    const examples =
      family.parameterCount === 0
        ? [{ kind: "text" as const, sql: family.sql, values: {} }]
        : await examplesOf(family, snapshot, inferTypes);
    families.push({ ...family, examples });
  }
  return { ...workload, families };
}

async function examplesOf(family: QueryFamily, snapshot: Snapshot, inferTypes: InferTypes): Promise<Example[]> {
  const uses = parameterUses(family, snapshot.catalog);
  const places = parameterPlaces(family.sql);
  const types = parameterTypes(family, { places, uses, inferred: await inferTypes(withCasts(family.sql, places)) });
  const examples: Example[] = [];
  for (const kind of bindings) {
    const bound = bind(family, kind, places, { types, uses, now: snapshot.collectedAt });
    // Two kinds that come to the same text are one example.
    if (bound !== null && !examples.some((known) => known.sql === bound.sql)) examples.push(bound);
  }
  examples.push({ kind: "generic", sql: family.sql, values: {} });
  return examples;
}

interface Knowledge {
  readonly types: ReadonlyMap<number, string>;
  readonly uses: ReadonlyMap<number, ParameterUse>;
  readonly now: string;
}

/** The statement with every parameter bound, or null when this kind has nothing to say about any of them. */
function bind(family: QueryFamily, kind: BindingKind, places: readonly ParameterPlace[], known: Knowledge): Example | null {
  const values: Record<number, string> = {};
  let informed = kind === "middle";
  for (const place of places) {
    if (values[place.number] !== undefined) continue;
    const type = known.types.get(place.number) ?? null;
    const use = known.uses.get(place.number) ?? null;
    const asked = valueFor(kind, use, { type, before: place.before, now: known.now, mayBeNull: askedForNull(family.sql, place.number) });
    // Null is an answer of its own, so only "nothing to say" falls back.
    const value = asked !== undefined ? asked : valueFor("middle", use, { type, before: place.before, now: known.now, mayBeNull: false });
    if (value === undefined) return null;
    informed ||= asked !== undefined;
    values[place.number] = rendered(value, type, place.before);
  }
  if (!informed) return null;
  return { kind, sql: substituteParameters(family.sql, (place) => values[place.number] ?? null), values };
}

/** Words after which the grammar takes a bare string and no cast: `INTERVAL '1 day'`. */
const typedLiteral = /^(?:interval|date|time|timestamp|timestamptz|timetz|extract)$/;

function rendered(value: string | null, type: string | null, before: string): string {
  if (/^(?:limit|offset|first|next)$/.test(before)) return value ?? "NULL";
  if (typedLiteral.test(before) || type === null || type === "unknown") return literal(value);
  return `${literal(value)}::${type}`;
}

/** The statement itself asks whether the parameter is null, so null is a value it expects. */
function askedForNull(sql: string, number: number): boolean {
  const parameter = String.raw`\$${number}(?!\d)(?:\s*::\s*[\w."\[\] ]+?)?`;
  return new RegExp(String.raw`${parameter}\s*\)?\s+is\s+(?:not\s+)?null|coalesce\s*\(\s*${parameter}\s*,`, "i").test(sql);
}
