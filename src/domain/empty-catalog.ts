import type { Catalog, Column, ColumnStatistics, Relation } from "./catalog.ts";

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

/** What an ordinary column says beside its name and type: nullable, computed by nothing, never analysed. */
export const emptyColumn: Omit<Column, "name" | "position" | "type" | "baseType" | "category" | "storageLength" | "alignment"> = {
  elementType: null,
  collation: null,
  notNull: false,
  default: null,
  generated: null,
  identity: null,
  statisticsTarget: null,
  options: [],
  statistics: null,
  inheritedStatistics: null,
  ends: null,
};

/** Statistics that say nothing: no value, no part, no order is known; spread it to say what is. */
export const unknownStatistics: ColumnStatistics = {
  nullFraction: 0,
  averageWidthBytes: 0,
  distinct: 0,
  mostCommonValues: null,
  mostCommonFrequencies: null,
  histogramBounds: null,
  correlation: null,
  mostCommonElements: null,
  mostCommonElementFrequencies: null,
  elementCountHistogram: null,
  rangeLengthHistogram: null,
  rangeEmptyFraction: null,
  rangeBoundsHistogram: null,
};
