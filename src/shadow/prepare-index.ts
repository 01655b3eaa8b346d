import type { PreparedIndex, RefusedIndex } from "../contract/planner.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import { blockSizeBytes } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { IndexSize } from "../index-size/index-shape.ts";
import { estimateIndexSize } from "../index-size/index-size.ts";
import { brinMetaPage, btreeSkeleton, emptyBrinMeta, emptyGinMeta, ginMetaPage } from "../restore/pages.ts";
import { buffersNewBtrees } from "../restore/relation-size.ts";
import type { RestoredShadow } from "../restore/restore.ts";
import type { CreatedIndex, HiddenIndexes, WantedIndex } from "./create-hidden.ts";
import { describeShape } from "./describe-shape.ts";
import type { IndexPart, ReadIndexParts } from "./index-parts.ts";
import type { RowSamples } from "./row-samples.ts";
import type { LeadingKeys } from "./skip-scan.ts";

/** A what-if index as the shadow holds it: sized, with statistics, and hidden. */
export interface HiddenIndex {
  readonly answer: PreparedIndex;
  readonly oids: readonly number[];
  /** Names of its parts on partitions, which plans of partitions show. */
  readonly partNames: readonly string[];
  /** First keys of it and its parts, where it is a B-tree of several columns. */
  readonly leadingKeys: LeadingKeys;
}

/** What preparing needs: the shadow, what it was restored from, and the maker of hidden indexes. */
export interface Workshop {
  readonly shadow: RestoredShadow;
  readonly snapshot: Snapshot;
  readonly indexes: HiddenIndexes;
  readonly readParts: ReadIndexParts;
  readonly samples: RowSamples;
  /** Rows that the planner expects of a whole table, by relation: every index of it asks. */
  readonly tableRows: Map<string, number>;
}

/** Creates the index hidden under `name`, on all partitions, and gives it the size and statistics that it would have. */
export async function prepareIndex(workshop: Workshop, definition: IndexDefinition, name: string): Promise<HiddenIndex | RefusedIndex> {
  const created = await workshop.indexes.create(definition, name);
  if (created.kind === "refused") return created;
  const [made] = await describeCreated(workshop, [{ definition, name, created }]);
  return made!;
}

/** The same for several of one plain table, in one go; null when they must be prepared one by one. */
export async function prepareIndexes(workshop: Workshop, wanted: readonly WantedIndex[]): Promise<readonly HiddenIndex[] | null> {
  const created = await workshop.indexes.createAll(wanted);
  if (created === null) return null;
  return describeCreated(
    workshop,
    wanted.map((each, at) => ({ ...each, created: created[at]! })),
  );
}

async function describeCreated(
  workshop: Workshop,
  made: readonly (WantedIndex & { readonly created: CreatedIndex })[],
): Promise<HiddenIndex[]> {
  const all = await workshop.readParts(made.flatMap(({ created }) => created.oids));
  const claims: string[] = [];
  const hidden: HiddenIndex[] = [];
  for (const { definition, name, created } of made) {
    const parts = all.filter(({ oid }) => created.oids.includes(oid));
    const doubts = new Set<string>();
    let pages = 0;
    for (const part of parts) {
      const { shape, uncertain } = await describeShape(workshop, { keyCount: definition.keys.length, storage: definition.storage }, part);
      const size = estimateIndexSize(shape);
      for (const text of [...uncertain, size.uncertain]) if (text !== null) doubts.add(text);
      pages += size.pages;
      claims.push(writeFiles(workshop, part, size, shape.storage));
    }
    const answer = { kind: "prepared" as const, name, bytes: pages * blockSizeBytes, uncertain: joined(doubts) };
    hidden.push(hiddenIndex({ created, parts, definition }, answer));
  }
  await claimSizes(workshop, claims);
  return hidden;
}

function hiddenIndex(
  { created, parts, definition }: { created: CreatedIndex; parts: readonly IndexPart[]; definition: IndexDefinition },
  answer: PreparedIndex,
): HiddenIndex {
  const partNames = parts.map((part) => part.name).filter((each) => each !== answer.name);
  const leading = definition.accessMethod === "btree" && definition.keys.length > 1 ? parts[0]?.attributes[0]?.sql : undefined;
  const leadingKeys = new Map(leading === undefined ? [] : [answer.name, ...partNames].map((each) => [each, leading]));
  return { answer, oids: created.oids, partNames, leadingKeys };
}

/** Every partition says the same of its own columns: once is enough. */
function joined(doubts: ReadonlySet<string>): string | null {
  return doubts.size === 0 ? null : [...doubts].sort().join("; ");
}

/** Puts the pages that the planner reads into the index's file and makes it as long as estimated; gives its row for pg_class. */
function writeFiles({ shadow, indexes }: Workshop, part: IndexPart, size: IndexSize, storage: Readonly<Record<string, string>>): string {
  const { files } = shadow.database;
  const first = firstPages(part, size, storage, (block) => files.readPage(part.path, block));
  // GIN and BRIN leave their first page in shared buffers, B-trees of some servers too: a file of another number has none there.
  const moved = first !== null && (part.accessMethod !== "btree" || buffersNewBtrees(shadow.database)) ? indexes.newFile(part.path) : null;
  const path = moved?.path ?? part.path;
  if (first) files.writePages(path, first);
  files.setPages(path, size.pages);
  return `(${part.oid}, ${moved?.fileNumber ?? "null"}::int8, ${size.pages}, ${size.rows}::real)`;
}

function firstPages(
  part: IndexPart,
  size: IndexSize,
  storage: Readonly<Record<string, string>>,
  readPage: (block: number) => Uint8Array | null,
): Uint8Array | null {
  switch (part.accessMethod) {
    case "btree": {
      const meta = readPage(0);
      // End rows hold the ends of columns. The ends of an expression over them are none of the index's: an empty leaf
      // sends get_actual_variable_range() to the histogram.
      const leaf = part.attributes[0]?.column === null ? null : readPage(1);
      return meta === null ? null : btreeSkeleton(meta, size.height, leaf);
    }
    case "gin":
      return size.gin && ginMetaPage(emptyGinMeta(), { totalPages: size.pages, ...size.gin });
    case "brin":
      return brinMetaPage(emptyBrinMeta(Number(storage.pages_per_range ?? 128)), size.revmapPages);
    default:
      return null;
  }
}

async function claimSizes({ shadow }: Workshop, claims: readonly string[]): Promise<void> {
  if (claims.length === 0) return;
  await shadow.database.run(
    `update pg_class c set relpages = v.pages, reltuples = v.rows, relfilenode = coalesce(v.file::oid, c.relfilenode)
     from (values ${claims.join(",")}) v (oid, file, pages, rows) where c.oid = v.oid::int8::oid`,
  );
}
