import type { Catalog, Index, Relation } from "../domain/catalog.ts";
import { relationKey } from "../domain/postgres.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { patchablePath } from "./own-tools.ts";
import { brinMetaPage, btreeSkeleton } from "./pages.ts";

/** `{relationKey → file}` of every heap and index that has storage. */
export async function relationPaths(database: EmbeddedDatabase): Promise<Map<string, string>> {
  const rows = await database.session.query<{ schema: string; name: string; path: string }>(
    `select n.nspname as schema, c.relname as name, pg_relation_filepath(c.oid) as path
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'i', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );
  return new Map(rows.map((row) => [relationKey(row), row.path]));
}

/**
 * Makes every heap and index as long as production's; B-trees also as high. Last of all steps: any statement
 * that writes to one of them, VACUUM and ANALYZE undo it.
 * @returns `{relationKey → blocks}` as now claimed
 */
export async function restoreSizes(
  database: EmbeddedDatabase,
  catalog: Catalog,
  paths: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  // Pages must be in the files before these are lengthened, and out of shared buffers before they are patched.
  await database.run("checkpoint");
  const blocks = new Map<string, number>();
  const claim = (key: string, path: string, pages: number) => {
    database.files.setPages(path, pages);
    blocks.set(key, pages);
  };
  for (const relation of catalog.relations) {
    const heap = paths.get(relationKey(relation));
    if (heap !== undefined) claim(relationKey(relation), heap, heapPages(relation));
    for (const index of relation.indexes) {
      const own = paths.get(relationKey(index));
      if (own === undefined) continue;
      const path = patched(index, relation, database) ? await patchablePath(database, index, own) : own;
      if (index.accessMethod === "btree") writeSkeleton(database, path, btreeHeight(index, relation));
      if (index.accessMethod === "brin") writeRangeMapEnd(database, index, path, relation);
      claim(relationKey(index), path, index.currentPages);
    }
  }
  return blocks;
}

/** First version whose B-tree builds write past shared buffers (bulk_write.c). */
const bulkWriteSince = 170_000;

/**
 * Whether the first pages of a B-tree just built lie in shared buffers, where a change of its file goes unseen. A server with
 * wal_level = minimal reads them there when the building transaction commits, in every version (log_newpage_range() for a new file
 * under wal_skip_threshold, storage.c); the embedded one runs with replica.
 */
export function buffersNewBtrees({ server, versionNumber }: Pick<EmbeddedDatabase, "server" | "versionNumber">): boolean {
  return server !== undefined || versionNumber < bulkWriteSince;
}

/** What has pages in shared buffers is patched in a file of another number. */
function patched(index: Index, relation: Relation, database: EmbeddedDatabase): boolean {
  if (index.accessMethod === "brin") return true;
  return index.accessMethod === "btree" && buffersNewBtrees(database) && btreeHeight(index, relation) > 0;
}

/** A foreign table's length is its server's affair: what ANALYZE last saw. */
function heapPages(relation: Relation): number {
  return relation.kind === "foreign-table" ? Math.max(0, relation.pages) : relation.currentPages;
}

function writeSkeleton(database: EmbeddedDatabase, path: string, height: number): void {
  const meta = database.files.readPage(path, 0);
  if (meta !== null && height > 0) database.files.writePages(path, btreeSkeleton(meta, height, database.files.readPage(path, 1)));
}

/** Bytes an inner page gives to pivots: BTREE_NONLEAF_FILLFACTOR 70 of a page less header and special space (nbtree.h). */
const innerPageBytes = (8192 - 24 - 16) * 0.7;

/** Levels above the leaves of a B-tree of this many blocks; 0 = the root is a leaf. */
function btreeHeight(index: Index, relation: Relation): number {
  const keyBytes = index.keys.reduce((sum, key) => {
    const column = relation.columns.find((each) => each.name === key.column);
    const width = key.statistics?.averageWidthBytes ?? column?.statistics?.averageWidthBytes ?? 16;
    return sum + (key.storageLength > 0 ? key.storageLength : width);
  }, 0);
  const pivotBytes = 8 + Math.ceil(keyBytes / 8) * 8 + 4;
  const fanOut = Math.max(2, Math.floor(innerPageBytes / pivotBytes));
  let height = 0;
  for (let level = index.currentPages - 1; level > 1; level = Math.ceil(level / fanOut)) height++;
  return height;
}

/** Row pointers on one block of a BRIN range map; brin_page.h. */
const rangesPerMapPage = 1360;

function writeRangeMapEnd(database: EmbeddedDatabase, index: Index, path: string, relation: Relation): void {
  const option = index.storageParameters.find((each) => each.startsWith("pages_per_range="));
  const pagesPerRange = Number(option?.split("=")[1] ?? 128);
  const lastMapPage = Math.max(1, Math.ceil(relation.currentPages / pagesPerRange / rangesPerMapPage));
  const meta = database.files.readPage(path, 0);
  if (meta !== null) database.files.writePages(path, brinMetaPage(meta, lastMapPage));
}
