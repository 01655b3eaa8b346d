import type { Column, Relation } from "../../src/domain/catalog.ts";
import { emptyColumn, emptyTable } from "../../src/domain/empty-catalog.ts";

export { emptyCatalog } from "../../src/domain/empty-catalog.ts";

/** A column without statistics. */
export function column(name: string, type: string, notNull = false): Column {
  return { ...emptyColumn, name, position: 1, type, baseType: type, category: "N", storageLength: 8, alignment: "d", notNull };
}

/** A table in schema public, of unknown size. */
export function table(name: string, columns: readonly Column[]): Relation {
  return { ...emptyTable, schema: "public", name, columns: columns.map((each, at) => ({ ...each, position: at + 1 })) };
}
