import type { RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

/** Which relation and column is which, whatever it is called: names change, OIDs and attribute numbers do not. */
export interface SchemaIdentity {
  readonly relations: ReadonlyMap<number, RelationName>;
  /** `<relation oid>.<attnum>` → the column. */
  readonly columns: ReadonlyMap<string, { readonly name: string; readonly type: string }>;
}

/** Tables, materialised views, foreign tables and indexes of the scratch database. `type` has modifiers and collation. */
export async function readIdentity(database: EmbeddedDatabase): Promise<SchemaIdentity> {
  const text = await database.scalar(
    `select json_build_object(
       'relations', (
         select coalesce(json_agg(json_build_array(c.oid::int8, n.nspname, c.relname)), '[]')
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f', 'i', 'I') and n.nspname !~ '^pg_(toast|temp)'),
       'columns', (
         select coalesce(json_agg(json_build_array(a.attrelid::int8, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation)), '[]')
         from pg_attribute a join pg_class c on c.oid = a.attrelid
         where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'f') and a.attnum > 0 and not a.attisdropped))::text`,
  );
  // The shape is the query's own.
  const read = JSON.parse(String(text)) as {
    relations: [number, string, string][];
    columns: [number, number, string, string][];
  };
  return {
    relations: new Map(read.relations.map(([oid, schema, name]) => [oid, { schema, name }])),
    columns: new Map(read.columns.map(([oid, number, name, type]) => [`${oid}.${number}`, { name, type }])),
  };
}
