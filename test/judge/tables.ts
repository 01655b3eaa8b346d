import type { Column, Relation } from "../../src/domain/catalog.ts";

import { emptyTable } from "../../src/domain/empty-catalog.ts";

export { emptyCatalog } from "../../src/domain/empty-catalog.ts";

/** A column without statistics. */
export function column(name: string, type: string, notNull = false): Column {
  return {
    name,
    position: 1,
    type,
    baseType: type,
    category: "N",
    elementType: null,
    storageLength: 8,
    alignment: "d",
    collation: null,
    notNull,
    default: null,
    generated: null,
    identity: null,
    statisticsTarget: null,
    options: [],
    statistics: null,
    inheritedStatistics: null,
    ends: null,
  };
}

/** A table in schema public, of unknown size. */
export function table(name: string, columns: readonly Column[]): Relation {
  return { ...emptyTable, schema: "public", name, columns: columns.map((each, at) => ({ ...each, position: at + 1 })) };
}
