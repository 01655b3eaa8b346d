import type { LockMode, RelationName } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

export interface RelationState extends RelationName {
  readonly oid: number;
  /** `pg_class.relkind`. */
  readonly kind: string;
  /** `relfilenode`: another number means another file. */
  readonly file: number;
  /** Of an index: the OID of its table; else null. */
  readonly table: number | null;
}

/** Relations of user schemas, and the locks this session holds on them. */
export interface DatabaseState {
  readonly relations: ReadonlyMap<number, RelationState>;
  readonly locks: readonly { readonly oid: number; readonly mode: LockMode }[];
  readonly foreignKeys: readonly { readonly name: string; readonly table: number }[];
}

/** One round trip. Locks must be asked for in the transaction that holds them. */
export async function readState(database: EmbeddedDatabase): Promise<DatabaseState> {
  const text = await database.scalar(
    `select json_build_object(
       'relations', (
         select coalesce(json_agg(json_build_array(c.oid::int8, n.nspname, c.relname, c.relkind, c.relfilenode::int8, i.indrelid::int8)), '[]')
         from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_index i on i.indexrelid = c.oid
         where c.oid >= 16384 and n.nspname !~ '^pg_(toast|temp)' and c.relkind in ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I')),
       'locks', (
         select coalesce(json_agg(json_build_array(l.relation::int8, l.mode)), '[]')
         from pg_locks l where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.granted and l.relation >= 16384),
       'foreignKeys', (
         select coalesce(json_agg(json_build_array(k.conname, k.conrelid::int8)), '[]') from pg_constraint k where k.contype = 'f'))::text`,
  );
  // The shape is the query's own.
  const { relations, locks, foreignKeys } = JSON.parse(String(text)) as {
    relations: [number, string, string, string, number, number | null][];
    locks: [number, LockMode][];
    foreignKeys: [string, number][];
  };
  return {
    relations: new Map(relations.map(([oid, schema, name, kind, file, table]) => [oid, { oid, schema, name, kind, file, table }])),
    locks: locks.map(([oid, mode]) => ({ oid, mode })),
    foreignKeys: foreignKeys.map(([name, table]) => ({ name, table })),
  };
}
