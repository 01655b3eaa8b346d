import type { IndexDefinition } from "../domain/candidate.ts";
import type { Index, Relation } from "../domain/catalog.ts";
import { createIndexSql } from "../domain/index-sql.ts";

/**
 * The index of a partition that ATTACH PARTITION takes in the place of a new one: valid, attached to nothing, no constraint's, not
 * unique, and written alike (indexcmds.c, CompareIndexInfo). Null when there is none, or when the spelling of an expression differs.
 */
export function equalIndex(partition: Relation, wanted: IndexDefinition): Index | null {
  const own = afterTable(createIndexSql({ ...wanted, relation: { schema: partition.schema, name: partition.name } }), wanted.accessMethod);
  const fits = ({ valid, unique, constraint, parent, partitioned }: Index) =>
    valid && !unique && constraint === null && parent === null && !partitioned;
  return (
    partition.indexes.find(
      (each) => fits(each) && each.accessMethod === wanted.accessMethod && afterTable(each.definition, each.accessMethod) === own,
    ) ?? null
  );
}

/** Keys, INCLUDE, parameters and predicate as text; `pg_get_indexdef` names the method btree, too, and puts parameters into quotes. */
function afterTable(sql: string, accessMethod: string): string {
  const named = sql.indexOf(` USING ${accessMethod} (`);
  const start = named < 0 ? sql.indexOf(" (") : named + ` USING ${accessMethod}`.length;
  return sql.slice(start).replaceAll(/(\w+) ?= ?'?([\w.]+)'?(?=[,)])/g, "$1=$2");
}
