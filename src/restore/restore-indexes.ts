import type { Catalog, Index, Relation } from "../domain/catalog.ts";
import { ident, literal, qualified } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import type { Step } from "./apply-steps.ts";
import { castsWithoutModifiers, type StandIns } from "./stand-ins.ts";

/**
 * Indexes and the constraints they back, under production's names. Those of partitioned tables are made on the
 * parent alone; `attachIndexSteps` puts the partitions' own below them.
 */
export function indexSteps(relations: readonly Relation[], standIns: StandIns): Step[] {
  return relations.flatMap((relation) =>
    relation.indexes.map((index) => ({ what: `index ${qualified(index)}`, relation, sql: createIndex(relation, index, standIns) })),
  );
}

function createIndex(relation: Relation, index: Index, standIns: StandIns): string {
  // A foreign table has no index, a materialised view no constraint.
  if (index.constraint === null) return castsWithoutModifiers(index.definition, standIns);
  return `alter table only ${qualified(relation)} add constraint ${ident(index.constraint.name)} ${index.constraint.definition}`;
}

export function attachIndexSteps(catalog: Catalog): Step[] {
  return catalog.relations.flatMap((relation) =>
    relation.indexes.flatMap((index) =>
      index.parent === null
        ? []
        : [
            {
              what: `place of index ${qualified(index)} below ${qualified(index.parent)}`,
              relation,
              sql: `alter index ${qualified(index.parent)} attach partition ${qualified(index)}`,
            },
          ],
    ),
  );
}

/** Marks what production cannot use: an index left by a failed CREATE INDEX CONCURRENTLY is invalid. */
export async function markInvalidIndexes(database: EmbeddedDatabase, catalog: Catalog): Promise<void> {
  const invalid = catalog.relations.flatMap((relation) => relation.indexes.filter((index) => !index.valid && !index.partitioned));
  if (invalid.length === 0) return;
  await database.run(
    `update pg_index i set indisvalid = false from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.oid = i.indexrelid and (n.nspname::text, c.relname::text) in
       (${invalid.map((index) => `(${literal(index.schema)}, ${literal(index.name)})`).join(", ")})`,
  );
}

export function statisticsObjectSteps(catalog: Catalog): Step[] {
  return catalog.statisticsObjects.map((object) => ({
    what: `statistics object ${qualified(object)}`,
    relation: object.relation,
    sql: object.definition,
  }));
}
