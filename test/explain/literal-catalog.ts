import type { Catalog, Column, Index, Relation } from "../../src/domain/catalog.ts";
import { emptyCatalog, emptyColumn, emptyTable } from "../../src/domain/empty-catalog.ts";

/** A catalog with these relations and nothing else. */
export function catalog(relations: readonly Relation[], rest: Partial<Catalog> = {}): Catalog {
  return { ...emptyCatalog, relations, ...rest };
}

/** `name` in schema public, with columns of type integer. */
export function relation(name: string, columns: readonly string[], rest: Partial<Relation> = {}): Relation {
  return {
    ...emptyTable,
    schema: "public",
    name,
    rows: 2_000_000,
    pages: 10_000,
    currentPages: 10_000,
    allVisiblePages: 10_000,
    bytes: 81_920_000,
    columns: columns.map(integerColumn),
    ...rest,
  };
}

/** A plain B-tree. */
export function existingIndex(name: string, columns: readonly string[], definition: string, rest: Partial<Index> = {}): Index {
  return {
    schema: "public",
    name,
    accessMethod: "btree",
    keys: columns.map((column) => ({
      column,
      sql: column,
      operatorClass: "int4_ops",
      descending: false,
      nullsFirst: false,
      statistics: null,
      storageLength: 4,
      alignment: "i",
    })),
    include: [],
    predicate: null,
    unique: false,
    nullsNotDistinct: false,
    primary: false,
    valid: true,
    replicaIdentity: false,
    clustered: false,
    constraint: null,
    storageParameters: [],
    definition,
    parent: null,
    partitioned: false,
    rows: 2_000_000,
    pages: 5_000,
    currentPages: 5_000,
    bytes: 40_960_000,
    scans: 0,
    lastScan: null,
    ...rest,
  };
}

function integerColumn(name: string, position: number): Column {
  return {
    ...emptyColumn,
    name,
    position: position + 1,
    type: "integer",
    baseType: "int4",
    category: "N",
    storageLength: 4,
    alignment: "i",
  };
}
