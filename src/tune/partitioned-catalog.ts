import type { Catalog, Index, Relation, StatisticsObject } from "../domain/catalog.ts";
import { ident, objectName, qualified } from "../domain/identifier.ts";
import { plannerRows } from "../domain/planner-rows.ts";
import { sameRelation } from "../domain/postgres.ts";
import { boundText, type PartitionLayout, type TimePartition } from "../rule/time-partitions.ts";
import { cutOther, cutTimes, type Slice } from "./cut-statistics.ts";

/** A catalog with a table's partitions in its place, and their names. */
export interface PartitionedCatalog {
  readonly catalog: Catalog;
  /** Names of the partitions, oldest first. */
  readonly partitions: readonly string[];
  /** `{partition's index → index of the table}`. */
  readonly indexes: ReadonlyMap<string, string>;
}

/**
 * The catalog as it would be with the table partitioned by range of one column: the same columns and indexes, each partition with its
 * share of rows, pages and statistics. A unique key without the column becomes an index, and foreign keys that refer to the table are
 * left out, since a partitioned table cannot have them.
 */
export function partitionedCatalog(catalog: Catalog, table: Relation, column: string, layout: PartitionLayout): PartitionedCatalog {
  const parts = slices(plannerRows(table) ?? 0, layout).map((each, at) => leafOf(table, column, each, at));
  const indexes = new Map<string, string>();
  for (const part of parts) for (const index of part.indexes) indexes.set(index.name, index.parent?.name ?? index.name);
  const relations = catalog.relations.flatMap((relation) =>
    sameRelation(relation, table) ? [parentOf(table, column), ...parts] : [withoutReferences(relation, table)],
  );
  const statisticsObjects = catalog.statisticsObjects.flatMap((object) =>
    sameRelation(object.relation, table) ? [inherited(object), ...parts.map((part, at) => onPartition(object, part, at))] : [object],
  );
  return { catalog: { ...catalog, relations, statisticsObjects }, partitions: parts.map((each) => each.name), indexes };
}

interface SlicedPartition {
  readonly slice: Slice;
  /** Null: the DEFAULT partition, which holds the rows without a time. */
  readonly partition: TimePartition | null;
}

function slices(rows: number, { partitions, nullShare }: PartitionLayout): SlicedPartition[] {
  let before = 0;
  const timed = partitions.map((partition) => {
    const slice = { rows, share: partition.share, before };
    before += partition.share;
    return { slice, partition };
  });
  return nullShare > 0 ? [...timed, { slice: { rows, share: nullShare, before }, partition: null }] : timed;
}

function parentOf(table: Relation, column: string): Relation {
  return {
    ...table,
    kind: "partitioned-table",
    pages: 0,
    currentPages: 0,
    allVisiblePages: 0,
    bytes: 0,
    columns: table.columns.map((each) => ({ ...each, statistics: null, inheritedStatistics: each.statistics })),
    indexes: table.indexes.map((index) => ({
      ...plainIndex(index, table, column, { name: index.name, only: true }),
      parent: null,
      partitioned: true,
      pages: 0,
      currentPages: 0,
      bytes: 0,
    })),
    partitionKey: `RANGE (${ident(column)})`,
    storageParameters: [],
  };
}

function leafOf(table: Relation, column: string, { slice, partition }: SlicedPartition, at: number): Relation {
  const { share, rows } = slice;
  const part = (blocks: number) => Math.ceil(blocks * share);
  const leaf = { schema: table.schema, name: `plansmith_part_${at}` };
  const pages = part(table.currentPages);
  return {
    ...table,
    ...leaf,
    rows: Math.round(rows * share),
    pages,
    currentPages: pages,
    allVisiblePages: Math.min(pages, part(table.allVisiblePages)),
    bytes: part(table.bytes),
    columns: table.columns.map((each) => {
      if (each.name !== column) return cutOther(each, slice);
      if (partition === null || each.statistics === null)
        return { ...each, ends: null, statistics: each.statistics && { ...each.statistics, ...onlyNulls } };
      return cutTimes(each, each.statistics, partition, slice);
    }),
    indexes: table.indexes.map((index, number) => ({
      ...plainIndex(index, leaf, column, { name: `${leaf.name}_${number}`, only: false }),
      parent: { schema: index.schema, name: index.name },
      rows: index.rows === null ? null : Math.round(index.rows * share),
      pages: part(index.pages),
      // Each has a first page and a root of its own.
      currentPages: index.currentPages > 2 ? 2 + part(index.currentPages - 2) : index.currentPages,
      bytes: part(index.bytes),
    })),
    constraints: table.constraints.filter((each) => each.kind === "check"),
    parents: [{ schema: table.schema, name: table.name }],
    partitionBound: partition === null ? "DEFAULT" : boundOf(table, column, partition),
    triggers: [],
    policies: [],
  };
}

const onlyNulls = { nullFraction: 1, mostCommonValues: null, mostCommonFrequencies: null, histogramBounds: null };

function boundOf(table: Relation, column: string, { from, to }: TimePartition): string {
  const type = table.columns.find((each) => each.name === column)?.baseType ?? "";
  return `FOR VALUES FROM ('${boundText(type, from)}') TO ('${boundText(type, to)}')`;
}

/** The index on another relation and without its constraint; unique only where the key that parts the table is in it. */
function plainIndex(
  index: Index,
  on: { schema: string; name: string },
  column: string,
  { name, only }: { name: string; only: boolean },
): Index {
  const unique = index.unique && index.keys.some((key) => key.column === column);
  const tail = index.definition.slice(index.definition.indexOf(" USING ") + 1);
  return {
    ...index,
    schema: on.schema,
    name,
    unique,
    primary: false,
    replicaIdentity: false,
    constraint: null,
    definition: `CREATE ${unique ? "UNIQUE " : ""}INDEX ${ident(name)} ON ${only ? "ONLY " : ""}${qualified(on)} ${tail}`,
  };
}

function withoutReferences(relation: Relation, table: Relation): Relation {
  const refers = ({ kind, references }: Relation["constraints"][number]) =>
    kind === "foreign-key" && references !== null && sameRelation(references.relation, table);
  return relation.constraints.some(refers) ? { ...relation, constraints: relation.constraints.filter((each) => !refers(each)) } : relation;
}

function inherited(object: StatisticsObject): StatisticsObject {
  return { ...object, collected: object.collected.map((each) => ({ ...each, inherited: true })) };
}

/** `CREATE STATISTICS s (kinds) ON … FROM t`, as the server deparses it, under another name on a partition. */
function onPartition(object: StatisticsObject, part: Relation, at: number): StatisticsObject {
  const tail = object.definition.slice(object.definition.search(/ (?:\([a-z, ]+\) )?ON /));
  const name = { schema: object.schema, name: objectName(object.name, `plansmith_${at}`) };
  const definition = `CREATE STATISTICS ${qualified(name)}${tail.slice(0, tail.lastIndexOf(" FROM "))} FROM ${qualified(part)}`;
  return { ...object, ...name, relation: { schema: part.schema, name: part.name }, definition };
}
