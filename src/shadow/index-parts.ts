import type { Catalog, Column, ColumnStatistics, Relation } from "../domain/catalog.ts";
import { qualified } from "../domain/identifier.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

/** One index with storage: the candidate itself, or its part on a partition. */
export interface IndexPart {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly path: string;
  readonly accessMethod: string;
  readonly relation: RelationName;
  readonly predicate: string | null;
  readonly attributes: readonly IndexAttribute[];
}

export interface IndexAttribute {
  readonly name: string;
  /** Null for an expression. */
  readonly column: string | null;
  /** Deparsed by the server. */
  readonly sql: string;
  readonly operatorClass: string | null;
  /** Type as the index stores it; and the type that its operator class takes. */
  readonly storedType: string;
  readonly inputType: string | null;
  readonly storageLength: number;
  readonly alignment: string;
}

/** Reads the created indexes that have storage, with their attributes in order. */
export type ReadIndexParts = (oids: readonly number[]) => Promise<IndexPart[]>;

/** Prepares the statement: planning its seven joins takes longer than running it (2 ms of 2.7), and every new index asks. */
export async function openIndexParts(database: EmbeddedDatabase): Promise<ReadIndexParts> {
  await database.run(`prepare plansmith_index_parts (oid[]) as ${indexPartsSql}`);
  return async (oids) => {
    if (oids.length === 0) return [];
    type Row = Omit<IndexPart, "relation"> & { heapSchema: string; heapName: string };
    const rows = await database.session.query<Row>(`execute plansmith_index_parts('{${oids.join(",")}}')`);
    return rows.map(({ heapSchema, heapName, ...row }) => ({ ...row, relation: { schema: heapSchema, name: heapName } }));
  };
}

const indexPartsSql = `select c.oid::int8::int4 as oid, n.nspname as schema, c.relname as name, pg_relation_filepath(c.oid) as path, a.amname as "accessMethod",
        hn.nspname as "heapSchema", h.relname as "heapName", pg_get_expr(i.indpred, i.indrelid) as predicate,
        (select json_agg(json_build_object(
            'name', ia.attname, 'column', ha.attname, 'sql', pg_get_indexdef(c.oid, ia.attnum, true), 'operatorClass', oc.opcname,
            'storedType', st.typname, 'inputType', it.typname, 'storageLength', ia.attlen, 'alignment', ia.attalign) order by ia.attnum)
         from pg_attribute ia
         join pg_type st on st.oid = ia.atttypid
         left join pg_attribute ha on ha.attrelid = i.indrelid and ha.attnum = i.indkey[ia.attnum - 1] and ha.attnum > 0
         left join pg_opclass oc on ia.attnum <= i.indnkeyatts and oc.oid = i.indclass[ia.attnum - 1]
         left join pg_type it on it.oid = oc.opcintype
         where ia.attrelid = c.oid) as attributes
 from pg_class c
 join pg_index i on i.indexrelid = c.oid join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
 join pg_class h on h.oid = i.indrelid join pg_namespace hn on hn.oid = h.relnamespace
 where c.relkind = 'i' and c.oid = any ($1) order by c.oid`;

/** Rows that the planner expects of this table alone, under an optional predicate. */
export async function plannedRows(database: EmbeddedDatabase, relation: RelationName, predicate: string | null): Promise<number> {
  const condition = predicate === null ? "" : ` where ${predicate}`;
  return topRows(await database.scalar(`explain (format json) select from only ${qualified(relation)}${condition}`));
}

/** Distinct combinations of these columns that the planner expects. */
export async function plannedGroups(database: EmbeddedDatabase, relation: RelationName, keys: readonly string[]): Promise<number> {
  const list = keys.join(", ");
  return topRows(await database.scalar(`explain (format json) select ${list} from only ${qualified(relation)} group by ${list}`));
}

/** `Plan Rows` of the top node, from EXPLAIN (FORMAT JSON). */
export function topRows(explained: unknown): number {
  const parsed: unknown = typeof explained === "string" ? JSON.parse(explained) : explained;
  // EXPLAIN (FORMAT JSON) of one statement: [{ "Plan": { "Plan Rows": … } }].
  const [statement] = parsed as [{ Plan: { "Plan Rows": number } }];
  return statement.Plan["Plan Rows"];
}

/** The relation's description in the snapshot. */
export function relationOf(catalog: Catalog, name: RelationName): Relation | null {
  return catalog.relations.find((relation) => sameRelation(relation, name)) ?? null;
}

/** A column's own statistics; else those of the nearest parent over all its partitions. */
export function statisticsOf(catalog: Catalog, relation: Relation, column: Column): ColumnStatistics | null {
  if (column.statistics) return column.statistics;
  for (const parent of relation.parents) {
    const above = relationOf(catalog, parent);
    const same = above?.columns.find((each) => each.name === column.name);
    const known = above && same ? (same.inheritedStatistics ?? statisticsOf(catalog, above, same)) : null;
    if (known) return known;
  }
  return null;
}
