import { relationKey } from "../domain/postgres.ts";
import { ginSize } from "../index-size/size-gin.ts";
import { emptyGinMeta, ginMetaPage } from "../restore/pages.ts";
import { describeShape } from "./describe-shape.ts";
import type { Workshop } from "./prepare-index.ts";

/**
 * Gives production's own GIN indexes a meta page with estimated counts of entries and pages, in proportion to their
 * true length. A snapshot cannot hold that page; without it gincostestimate() takes 90 % of the pages for entries
 * with 100 keys each, which priced index scans between 0.93 and 1.22 times production's (facts/shadow.md 4.5).
 */
export async function restoreGinMeta(workshop: Workshop): Promise<void> {
  const { shadow, snapshot, indexes } = workshop;
  const gin = snapshot.catalog.relations
    .flatMap((relation) => relation.indexes)
    .filter((index) => index.accessMethod === "gin" && !index.partitioned);
  if (gin.length === 0) return;
  const byName = new Map(gin.map((index) => [relationKey(index), index]));
  const moves: string[] = [];
  for (const part of await workshop.readParts(await oidsOf(workshop, [...byName.keys()]))) {
    const index = byName.get(relationKey(part));
    if (!index || index.currentPages < 3) continue;
    const { shape } = await describeShape(workshop, { keyCount: index.keys.length, storage: {} }, part);
    const size = ginSize(shape);
    if (size.gin === null) continue;
    const scale = index.currentPages / size.pages;
    const moved = indexes.newFile(part.path);
    const counts = {
      totalPages: index.currentPages,
      entryPages: Math.max(1, size.gin.entryPages * scale),
      dataPages: size.gin.dataPages * scale,
      entries: size.gin.entries,
    };
    shadow.database.files.writePages(moved.path, ginMetaPage(emptyGinMeta(), counts));
    shadow.database.files.setPages(moved.path, index.currentPages);
    moves.push(`(${part.oid}, ${moved.fileNumber})`);
  }
  if (moves.length > 0)
    await shadow.database.run(
      `update pg_class c set relfilenode = v.file from (values ${moves.join(",")}) v (oid, file) where c.oid = v.oid::int8::oid`,
    );
}

async function oidsOf({ shadow }: Workshop, keys: readonly string[]): Promise<number[]> {
  const rows = await shadow.database.session.query<{ oid: number; schema: string; name: string }>(
    `select c.oid::int8::int4 as oid, n.nspname as schema, c.relname as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_am a on a.oid = c.relam
     where c.relkind = 'i' and a.amname = 'gin' order by c.oid`,
  );
  const wanted = new Set(keys);
  return rows.filter((row) => wanted.has(relationKey(row))).map((row) => row.oid);
}
