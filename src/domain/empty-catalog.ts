import type { Catalog, Relation } from "./catalog.ts";

/** A database that holds nothing; spread it to say what one does hold. */
export const emptyCatalog: Catalog = {
  extensions: [],
  availableExtensions: null,
  enums: [],
  domains: [],
  composites: [],
  ranges: [],
  collations: [],
  functions: [],
  sequences: [],
  relations: [],
  statisticsObjects: [],
};

/** An ordinary table of no pages, never analysed, with no index, constraint or parent. */
export const emptyTable: Omit<Relation, "schema" | "name" | "columns"> = {
  kind: "table",
  rows: null,
  pages: 0,
  currentPages: 0,
  allVisiblePages: 0,
  bytes: 0,
  indexes: [],
  constraints: [],
  parents: [],
  partitionKey: null,
  partitionBound: null,
  storageParameters: [],
  rowSecurity: false,
  unlogged: false,
  viewDefinition: null,
  activity: null,
};
