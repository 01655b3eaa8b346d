import { blockSizeBytes } from "../domain/postgres.ts";

/** Bytes before a page's content: SizeOfPageHeaderData, bufpage.h. */
const pageHeaderBytes = 24;
/** MAXALIGN(sizeof(BTPageOpaqueData)), nbtree.h. */
const btreeSpecialBytes = 16;
const btreeLeafFlag = 1;
const btreeRootFlag = 2;
/** BTMetaPageData.btm_allequalimage: behind seven 4-byte fields, padding and a float8. */
const allEqualImageOffset = pageHeaderBytes + 40;

/**
 * First blocks of a B-tree that is `height` levels above its leaves: the meta page, then one
 * block per level from the leaf up, each pointing down to the one before. Enough for
 * _bt_getrootheight() and for get_actual_variable_range()'s descent to both ends, which finds
 * the rows of `leaf` (the page CREATE INDEX wrote; null = an empty leaf).
 */
export function btreeSkeleton(meta: Uint8Array, height: number, leaf: Uint8Array | null): Uint8Array {
  const bytes = new Uint8Array((height + 2) * blockSizeBytes);
  bytes.set(meta.subarray(0, blockSizeBytes));
  const view = new DataView(bytes.buffer);
  const root = height + 1;
  // BTMetaPageData after magic and version: root, level, fast root, fast level.
  for (const [position, value] of [root, height, root, height].entries()) view.setUint32(pageHeaderBytes + 8 + position * 4, value, true);
  for (let level = 0; level <= height; level++) {
    const start = (level + 1) * blockSizeBytes;
    if (level === 0 && leaf) bytes.set(leaf.subarray(0, blockSizeBytes), start);
    else writeSkeletonPage(view, start, level);
    const flags = (level === 0 ? btreeLeafFlag : 0) | (level === height ? btreeRootFlag : 0);
    view.setUint16(start + blockSizeBytes - btreeSpecialBytes + 12, flags, true);
  }
  return bytes;
}

/** An empty leaf, or an inner page whose only item is the minus-infinity downlink to the block below. */
function writeSkeletonPage(view: DataView, start: number, level: number): void {
  const special = blockSizeBytes - btreeSpecialBytes;
  const itemBytes = level === 0 ? 0 : 8;
  view.setUint16(start + 12, pageHeaderBytes + (level === 0 ? 0 : 4), true); // pd_lower
  view.setUint16(start + 14, special - itemBytes, true); // pd_upper
  view.setUint16(start + 16, special, true); // pd_special
  view.setUint16(start + 18, blockSizeBytes | 4, true); // page size and layout version 4
  view.setUint32(start + special + 8, level, true); // btpo_level
  if (level === 0) return;
  const item = special - itemBytes;
  // ItemIdData: offset in 15 bits, LP_NORMAL, length in 15 bits.
  view.setUint32(start + pageHeaderBytes, (item | (1 << 15) | (itemBytes << 17)) >>> 0, true);
  view.setUint16(start + item + 2, level, true); // t_tid.ip_blkid low half: the child block
  // INDEX_ALT_TID_MASK with zero key attributes: minus infinity.
  view.setUint16(start + item + 6, itemBytes | 0x2000, true);
}

/** Whether B-tree deduplication applies: every key's equality means equal bytes, and no INCLUDE columns. */
export function btreeDeduplicates(meta: Uint8Array): boolean {
  return meta[allEqualImageOffset] === 1;
}

/** Counts on a GIN meta page that gincostestimate() reads. */
export interface GinCounts {
  readonly totalPages: number;
  readonly entryPages: number;
  readonly dataPages: number;
  readonly entries: number;
}

/** A GIN meta page with these counts and an empty pending list; GinMetaPageData in ginblock.h. */
export function ginMetaPage(meta: Uint8Array, counts: GinCounts): Uint8Array {
  const page = meta.slice(0, blockSizeBytes);
  const view = new DataView(page.buffer);
  view.setUint32(pageHeaderBytes + 12, 0, true); // nPendingPages
  view.setUint32(pageHeaderBytes + 24, Math.round(counts.totalPages), true);
  view.setUint32(pageHeaderBytes + 28, Math.round(counts.entryPages), true);
  view.setUint32(pageHeaderBytes + 32, Math.round(counts.dataPages), true);
  view.setBigInt64(pageHeaderBytes + 40, BigInt(Math.round(counts.entries)), true);
  return page;
}

/** A BRIN meta page whose range map ends at this block; BrinMetaPageData in brin_page.h. */
export function brinMetaPage(meta: Uint8Array, lastRevmapPage: number): Uint8Array {
  const page = meta.slice(0, blockSizeBytes);
  new DataView(page.buffer).setUint32(pageHeaderBytes + 12, lastRevmapPage, true);
  return page;
}

/** The meta page of an empty GIN index, as GinInitMetabuffer() writes it (ginutil.c): what CREATE INDEX left in shared buffers. */
export function emptyGinMeta(): Uint8Array {
  const metaDataBytes = 56;
  const page = emptyPage(metaDataBytes, 8);
  const view = new DataView(page.buffer);
  const invalidBlock = 0xffffffff;
  view.setUint32(pageHeaderBytes, invalidBlock, true); // head of the pending list
  view.setUint32(pageHeaderBytes + 4, invalidBlock, true); // tail
  view.setInt32(pageHeaderBytes + 48, 2, true); // GIN_CURRENT_VERSION
  const special = blockSizeBytes - 8;
  view.setUint32(special, invalidBlock, true); // GinPageOpaqueData.rightlink
  view.setUint16(special + 6, 8, true); // GIN_META
  return page;
}

/** The meta page of an empty BRIN index, as brin_metapage_init() writes it (brin_pageops.c). */
export function emptyBrinMeta(pagesPerRange: number): Uint8Array {
  const metaDataBytes = 16;
  const page = emptyPage(metaDataBytes, 8);
  const view = new DataView(page.buffer);
  view.setUint32(pageHeaderBytes, 0xa8109cfa, true); // BRIN_META_MAGIC
  view.setUint32(pageHeaderBytes + 4, 1, true); // BRIN_CURRENT_VERSION
  view.setUint32(pageHeaderBytes + 8, pagesPerRange, true);
  view.setUint16(blockSizeBytes - 2, 0xf091, true); // BRIN_PAGETYPE_META
  return page;
}

function emptyPage(contentBytes: number, specialBytes: number): Uint8Array {
  const page = new Uint8Array(blockSizeBytes);
  const view = new DataView(page.buffer);
  view.setUint16(12, pageHeaderBytes + contentBytes, true); // pd_lower
  view.setUint16(14, blockSizeBytes - specialBytes, true); // pd_upper
  view.setUint16(16, blockSizeBytes - specialBytes, true); // pd_special
  view.setUint16(18, blockSizeBytes | 4, true); // page size and layout version 4
  return page;
}
