import type { Catalog, Column, Relation } from "../domain/catalog.ts";
import { qualified } from "../domain/identifier.ts";
import { relationKey } from "../domain/postgres.ts";
import type { HostColumn, HostForeignKey, HostTable } from "../hostile/generate-rows.ts";
import type { Aims } from "../hostile/read-aims.ts";
import { type AreValid, groupsOf, makePools, type PoolTarget, type ValuePool } from "../hostile/value-pools.ts";
import type { ClassedColumn, TruthClasses } from "./truth-classes.ts";

/** Tables that rows go into, parents first, with a pool of values for each column and parameter. */
export interface Host {
  readonly tables: readonly HostTable[];
  /** By position, `$1` first. */
  readonly parameters: readonly { readonly type: string; readonly pool: ValuePool; readonly group: string }[];
}

export interface ParameterType {
  readonly name: string;
  readonly base: string;
  readonly element: string | null;
}

/** Reads keys and columns from the catalog and makes the pools. */
export async function hostTables(
  catalog: Catalog,
  aims: Aims,
  parameterTypes: readonly ParameterType[],
  ask: { readonly areValid: AreValid; readonly classesOf: (column: ClassedColumn) => Promise<TruthClasses> },
): Promise<Host> {
  const relations = parentsFirst(catalog.relations.filter(takesRows));
  const labels = new Map(catalog.enums.map((type) => [type.name, type.labels]));
  const columns = relations.map((relation) => relation.columns.filter((column) => column.generated === null));
  const targets = relations.map((relation, at) => columns[at]!.map((column) => target(relation, column, labels)));
  const parameterTargets = parameterTypes.map((type, at): PoolTarget => {
    return { name: `$${at + 1}`, type: { ...type, labels: labels.get(type.base) ?? [] }, constants: [] };
  });
  const pools = await makePools([...targets.flat(), ...parameterTargets], aims, ask.areValid);
  for (const each of targets.flat()) {
    const pool = pools.get(each)!;
    const candidates = [...pool.hits, ...pool.near, ...pool.base, ...pool.sweep];
    const { all, aimed } = await ask.classesOf({ name: each.name, type: each.type.name, candidates });
    pools.set(each, { ...pool, classes: all, aimed });
  }
  const groupOf = groupsOf(aims);
  const placeOf = new Map(relations.map((relation, at) => [relationKey(relation), columns[at]!.map((column) => column.name)]));
  const tables = relations.map((relation, at): HostTable => {
    const keys = keysOf(relation);
    return {
      name: qualified(relation),
      keys,
      foreignKeys: foreignKeysOf(relation, placeOf, new Set(relations.slice(0, at).map(relationKey))),
      columns: columns[at]!.map((column, position): HostColumn => {
        const pool = pools.get(targets[at]![position]!)!;
        return {
          name: column.name,
          nullable: !column.notNull,
          nullWanted: aims.nullTested.has(column.name),
          pool,
          group: groupOf(column.name),
          sequence: sequenceOf(column),
        };
      }),
    };
  });
  return {
    tables,
    parameters: parameterTargets.map((each) => ({ type: each.type.name, pool: pools.get(each)!, group: groupOf(each.name) })),
  };
}

function takesRows(relation: Relation): boolean {
  return relation.kind === "table" || relation.kind === "partitioned-table" || relation.kind === "foreign-table";
}

/** Parents of foreign keys before their children; in a ring, the order given. */
function parentsFirst(relations: readonly Relation[]): Relation[] {
  const byKey = new Map(relations.map((relation) => [relationKey(relation), relation]));
  const placed = new Set<Relation>();
  const visit = (relation: Relation, above: ReadonlySet<Relation>) => {
    if (placed.has(relation) || above.has(relation)) return;
    for (const { references } of relation.constraints) {
      const parent = references === null ? undefined : byKey.get(relationKey(references.relation));
      if (parent && parent !== relation) visit(parent, new Set([...above, relation]));
    }
    placed.add(relation);
  };
  for (const relation of relations) visit(relation, new Set());
  return [...placed];
}

function keysOf(relation: Relation): string[][] {
  return relation.indexes
    .filter((index) => index.unique && index.predicate === null && index.keys.every((key) => key.column !== null))
    .map((index) => index.keys.flatMap((key) => key.column ?? []));
}

function foreignKeysOf(
  relation: Relation,
  placeOf: ReadonlyMap<string, readonly string[]>,
  earlier: ReadonlySet<string>,
): HostForeignKey[] {
  return relation.constraints.flatMap(({ kind, columns, references }) => {
    if (kind !== "foreign-key" || references === null) return [];
    const key = relationKey(references.relation);
    const parent = placeOf.get(key);
    // A parent that comes later has no rows yet: the reference stays NULL, or its rows are refused.
    if (!earlier.has(key) && key !== relationKey(relation)) return [{ columns, table: "", places: [] }];
    return [{ columns, table: qualified(references.relation), places: references.columns.map((name) => parent?.indexOf(name) ?? -1) }];
  });
}

function target(relation: Relation, column: Column, labels: ReadonlyMap<string, readonly string[]>): PoolTarget {
  const bounds = [
    ...relation.constraints.filter((each) => each.kind === "check" && each.columns.includes(column.name)).map((each) => each.definition),
    relation.partitionBound ?? "",
  ];
  return {
    name: column.name,
    type: { name: column.type, base: column.baseType, element: column.elementType, labels: labels.get(column.baseType) ?? [] },
    constants: bounds.flatMap(constantsIn),
  };
}

/** Literals of a deparsed CHECK or partition bound: they say which values a column takes. */
function constantsIn(definition: string): string[] {
  return [...definition.matchAll(/'((?:[^']|'')*)'|(?<![\w$"])(-?\d+(?:\.\d+)?)(?![\w"])/g)].map(
    ([, text, number]) => number ?? (text ?? "").replaceAll("''", "'"),
  );
}

/** An endless row of different values, for keys that the few values of a round do not keep apart. */
function sequenceOf(column: Column): ((n: number) => string) | null {
  switch (column.baseType) {
    case "int2":
    case "int4":
    case "int8":
    case "numeric":
    case "oid":
      return (n) => String(n + 1);
    case "text":
    case "varchar":
    case "bpchar":
    case "citext":
      return (n) => `'k${n}'`;
    case "uuid":
      return (n) => `'00000000-0000-0000-0000-${String(n + 1).padStart(12, "0")}'`;
    case "date":
    case "timestamp":
    case "timestamptz":
      return (n) => `'2024-01-${String((n % 28) + 1).padStart(2, "0")}'`;
    default:
      return null;
  }
}
