import type { SqlSession } from "../contract/sql-session.ts";
import { readableQualified } from "../domain/identifier.ts";
import type { RelationName } from "../domain/postgres.ts";

/** What the server holds under an index's name. */
export type IndexState =
  | { readonly kind: "absent" }
  | { readonly kind: "valid"; readonly definition: string }
  /** Made by a CONCURRENTLY that failed, or of a partitioned table with partitions left out. */
  | { readonly kind: "invalid"; readonly partitioned: boolean }
  /** Another session is at it. */
  | { readonly kind: "being-built" }
  | { readonly kind: "other-object" };

/** Reads the catalog, not the search path. */
export async function indexState(session: SqlSession, index: RelationName): Promise<IndexState> {
  const [row] = await session.query<{ relkind: string; valid: boolean | null; definition: string | null; building: boolean }>(
    `select /* plansmith */ c.relkind::text as relkind, i.indisvalid and i.indisready as valid, pg_get_indexdef(i.indexrelid) as definition,
       exists (select from pg_catalog.pg_stat_progress_create_index p where p.index_relid = c.oid) as building
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     left join pg_catalog.pg_index i on i.indexrelid = c.oid
     where n.nspname = $1 and c.relname = $2`,
    [index.schema, index.name],
  );
  if (!row) return { kind: "absent" };
  if (row.definition === null) return { kind: "other-object" };
  if (row.building) return { kind: "being-built" };
  return row.valid ? { kind: "valid", definition: row.definition } : { kind: "invalid", partitioned: row.relkind === "I" };
}

/** Indexes that a REINDEX CONCURRENTLY of this one has left INVALID: PostgreSQL calls them `…_ccnew` and `…_ccold`. */
export async function reindexLeftovers(session: SqlSession, index: RelationName): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `select /* plansmith */ c.relname::text as name
     from pg_catalog.pg_class c join pg_catalog.pg_index i on i.indexrelid = c.oid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where not i.indisvalid and n.nspname = $1 and c.relname ~ '_cc(new|old)[0-9]*$'
       and i.indrelid = (select o.indrelid from pg_catalog.pg_index o join pg_catalog.pg_class oc on oc.oid = o.indexrelid
         where oc.relnamespace = n.oid and oc.relname = $2)
       and starts_with($2, regexp_replace(c.relname, '_cc(new|old)[0-9]*$', ''))
     order by c.relname`,
    [index.schema, index.name],
  );
  return rows.map(({ name }) => readableQualified({ schema: index.schema, name }));
}

const name = String.raw`(?:"(?:[^"]|"")+"|[^\s".]+)`;
const head = new RegExp(
  String.raw`^CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?${name} ON (?:ONLY )?(${name}\.${name})`,
  "i",
);

/**
 * True when the definition in the catalog is the one that the statement asks for. The server itself spells the statement's: it makes the
 * index on an empty temporary table like the real one, in a transaction that is rolled back.
 */
export async function sameDefinition(session: SqlSession, definition: string, sql: string): Promise<boolean> {
  const table = head.exec(sql)?.[1];
  if (table === undefined) return false;
  await session.query("begin");
  try {
    await session.query(`create temp table plansmith_like (like ${table}) on commit drop`);
    await session.query(sql.replace(head, "CREATE INDEX plansmith_same ON pg_temp.plansmith_like"));
    const [row] = await session.query<{ definition: string }>("select pg_get_indexdef('pg_temp.plansmith_same'::regclass) as definition");
    return row !== undefined && afterTable(row.definition) === afterTable(definition);
  } finally {
    await session.query("rollback");
  }
}

/** pg_get_indexdef always names the method after the table. */
function afterTable(definition: string): string {
  return definition.slice(definition.indexOf(" USING "));
}
