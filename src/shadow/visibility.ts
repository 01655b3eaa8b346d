import { type RelationName, relationKey } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";

/** Which indexes the planner sees: `pg_index.indisvalid` switched for sets of them, by difference to the state before. */
export interface Visibility {
  /** Makes a prepared index switchable; it is hidden now. `oids` are the index and its parts on partitions. */
  add(id: string, oids: readonly number[]): void;
  has(id: string): boolean;
  /** Exactly the prepared `ids` visible, and every existing index except `hidden`. Unknown names are ignored. */
  set(ids: readonly string[], hidden: readonly RelationName[]): Promise<void>;
}

/** Changes of pg_index after which the server's log is cut: each leaves about 1 kB of it (measured, 2026-11-21). */
const changesBetweenCheckpoints = 4_000;

/** Reads the existing indexes, so that it must be opened before the first index is prepared. */
export async function openVisibility(database: EmbeddedDatabase): Promise<Visibility> {
  const existing = await existingIndexes(database);
  const prepared = new Map<string, readonly number[]>();
  // What differs from rest, where prepared indexes are hidden and existing ones visible: few at a time, of thousands.
  let shown: ReadonlySet<number> = new Set();
  let concealed: ReadonlySet<number> = new Set();
  let changes = 0;
  return {
    add(id, oids) {
      prepared.set(id, oids);
      changes += oids.length;
    },
    has: (id) => prepared.has(id),
    async set(ids, hidden) {
      const show = new Set(ids.flatMap((id) => prepared.get(id) ?? []));
      const conceal = new Set(hidden.flatMap((name) => existing.get(relationKey(name)) ?? []));
      const changed = [...differing(show, shown), ...differing(conceal, concealed)];
      if (changed.length === 0) return;
      await database.run(`update pg_index set indisvalid = not indisvalid where indexrelid in (${changed.join(",")})`);
      shown = show;
      concealed = conceal;
      changes += changed.length;
      if (changes < changesBetweenCheckpoints || database.server !== undefined) return;
      // The embedded server runs alone, without a checkpointer, and keeps its log in memory.
      await database.run("checkpoint");
      changes = 0;
    },
  };
}

function differing(a: ReadonlySet<number>, b: ReadonlySet<number>): number[] {
  return [...a].filter((each) => !b.has(each)).concat([...b].filter((each) => !a.has(each)));
}

/** `{relationKey → its OID, and those of its parts on partitions}` of valid indexes: an invalid one stays so. */
async function existingIndexes(database: EmbeddedDatabase): Promise<Map<string, number[]>> {
  const rows = await database.session.query<{ schema: string; name: string; oids: number[] }>(
    `with recursive part (root, oid) as (
       select indexrelid, indexrelid from pg_index where indisvalid
       union all
       select part.root, i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
     select n.nspname as schema, c.relname as name, array_agg(part.oid::int8::int4 order by part.oid) as oids
     from part join pg_class c on c.oid = part.root join pg_namespace n on n.oid = c.relnamespace
     where n.nspname not in ('pg_catalog', 'pg_toast', 'information_schema')
     group by 1, 2`,
  );
  return new Map(rows.map((row) => [relationKey(row), row.oids]));
}
