import type { Catalog } from "../domain/catalog.ts";
import { literal } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Example, QueryFamily, Workload } from "../domain/workload.ts";
import { type ParameterPlace, parameterPlaces, substituteParameters } from "../syntax/parameters.ts";
import { type InferTypes, inferTypes } from "./infer-types.ts";
import { loggedExamples } from "./logged-examples.ts";
import { valueInContext } from "./parameter-context.ts";
import { takesBareLiteral } from "./parameter-types.ts";
import { type ParameterUse, parameterUses } from "./parameter-uses.ts";
import { type BindingKind, valueFor } from "./sample-values.ts";

/** Most typical first: the first that can be planned stands for the family. */
const bindings: readonly BindingKind[] = ["middle", "common", "rare", "null", "out-of-range"];

/**
 * Gives every family its examples: ways to bind `$n` with values from a log where there is one, then from the statistics, the
 * most typical first and the generic plan last. A family without parameters has its own text as the one example.
 */
export async function bindParameters(workload: Workload, snapshot: Snapshot, ask: InferTypes): Promise<Workload> {
  const families: QueryFamily[] = [];
  for (const family of workload.families) {
    const examples =
      family.parameterCount === 0 ? [{ kind: "text" as const, sql: family.sql, values: {} }] : await examplesOf(family, snapshot, ask);
    families.push({ ...family, examples });
  }
  return { ...workload, families };
}

async function examplesOf(family: QueryFamily, snapshot: Snapshot, ask: InferTypes): Promise<Example[]> {
  const { catalog, collectedAt: now } = snapshot;
  const uses = parameterUses(family, catalog);
  const places = parameterPlaces(family.sql);
  const inferred = await inferTypes(family, catalog, ask);
  const examples = await loggedExamples(family, catalog, ask);
  for (const kind of bindings) {
    const bound = bind(family, kind, places, { types: inferred.types, uses, now, catalog, dimensions: vectorDimensions(family, catalog) });
    // Two kinds that come to the same text are one example.
    if (bound !== null && !examples.some((known) => known.sql === bound.sql)) examples.push(bound);
  }
  examples.push({ kind: "generic", sql: inferred.sql, values: {} });
  return examples;
}

interface Knowledge {
  readonly types: ReadonlyMap<number, string>;
  readonly uses: ReadonlyMap<number, ParameterUse>;
  readonly now: string;
  readonly catalog: Catalog;
  /** Of the vector column that the statement orders by distance; null when there is none. */
  readonly dimensions: number | null;
}

/** `vector(384)` → 384. */
function vectorDimensions(family: QueryFamily, catalog: Catalog): number | null {
  for (const scan of family.scans)
    for (const key of scan.sort) {
      if (key.distanceOperator === null) continue;
      const relation = catalog.relations.find((each) => relationKey(each) === relationKey(scan.relation));
      const type = relation?.columns.find((column) => column.name === key.on.column)?.type ?? "";
      const size = /\b(?:vector|halfvec)\((\d+)\)$/.exec(type)?.[1];
      if (size !== undefined) return Number(size);
    }
  return null;
}

/** The statement with every parameter bound, or null when this kind has nothing to say about any of them. */
function bind(family: QueryFamily, kind: BindingKind, places: readonly ParameterPlace[], known: Knowledge): Example | null {
  const values: Record<number, string> = {};
  let informed = kind === "middle";
  for (const place of places) {
    if (values[place.number] !== undefined) continue;
    const type = known.types.get(place.number) ?? null;
    const use = known.uses.get(place.number) ?? null;
    const { now, catalog, dimensions } = known;
    const context = { type, before: place.before, inContext: valueInContext(family.sql, place), now, catalog, dimensions };
    const asked = valueFor(kind, use, { ...context, mayBeNull: askedForNull(family.sql, place.number) });
    // Null is an answer of its own, so only "nothing to say" falls back.
    const value = asked !== undefined ? asked : valueFor("middle", use, { ...context, mayBeNull: false });
    if (value === undefined) return null;
    informed ||= asked !== undefined;
    values[place.number] = rendered(value, type, place);
  }
  if (!informed) return null;
  return { kind, sql: substituteParameters(family.sql, (place) => values[place.number] ?? null), values };
}

function rendered(value: string | null, type: string | null, place: ParameterPlace): string {
  if (/^(?:limit|offset|first|next)$/.test(place.before)) return value ?? "NULL";
  if (takesBareLiteral(place) || type === null || type === "unknown") return literal(value);
  return `${literal(value)}::${type}`;
}

/** The statement itself asks whether the parameter is null, so null is a value it expects. */
function askedForNull(sql: string, number: number): boolean {
  const parameter = String.raw`\$${number}(?!\d)(?:\s*::\s*[\w."\[\] ]+?)?`;
  return new RegExp(String.raw`${parameter}\s*\)?\s+is\s+(?:not\s+)?null|coalesce\s*\(\s*${parameter}\s*,`, "i").test(sql);
}
