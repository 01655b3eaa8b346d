import { posix } from "node:path";
import type { RefusedIndex } from "../contract/planner.ts";
import type { IndexDefinition } from "../domain/candidate.ts";
import { ident, literal, qualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import { blockSizeBytes, type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";
import type { RestoredShadow } from "../restore/restore.ts";
import { newerThan } from "./newer-than.ts";

/** Schema for extensions that production does not have; not on the search path of a planned statement. */
const extensionSchema = "plansmith_extensions";
/** File numbers above any OID a shadow reaches. */
const firstFileNumber = 4_000_000_000;

/** A table, or each leaf partition, with the small file that stands in for its rows while an index is built. */
export interface HeapPart extends RelationName {
  readonly oid: number;
  readonly fileNumber: string;
  readonly smallFile: number;
  readonly pages: number;
  readonly rows: number;
  readonly allVisible: number;
}

/** Creates what-if indexes, invisible to the planner and still without a size. */
export interface HiddenIndexes {
  /** A fresh file number and its path in the folder of `path`. */
  newFile(path: string): { readonly fileNumber: number; readonly path: string };
  /** Real CREATE INDEX under `name`; a refused one leaves the shadow as it was. */
  create(definition: IndexDefinition, name: string): Promise<CreatedIndex | RefusedIndex>;
  /**
   * Indexes of one table in one transaction, which takes a fifth of the time of one by one. Null, and nothing made, when one of them
   * would be refused or the table has partitions: `create` then says of each what is wrong.
   */
  createAll(wanted: readonly WantedIndex[]): Promise<readonly CreatedIndex[] | null>;
}

export interface WantedIndex {
  readonly definition: IndexDefinition;
  readonly name: string;
}

export interface CreatedIndex {
  readonly kind: "created";
  /** The index itself, and, for a partitioned table, its parts. */
  readonly oids: readonly number[];
}

/**
 * The catalogs of a shadow grow by every index tried and are never analysed: `= any (array(…))` has them searched by OID, where
 * a join with a recursive query of unknown length would read them whole.
 */
export function hiddenIndexes(shadow: RestoredShadow, snapshot: Snapshot): HiddenIndexes {
  const foreignTables = new Set(snapshot.catalog.relations.filter((each) => each.kind === "foreign-table").map(relationKey));
  const { database } = shadow;
  const partsOf = new Map<string, readonly HeapPart[]>();
  let nextFile = firstFileNumber;

  const newFile = (path: string) => {
    const fileNumber = nextFile++;
    return { fileNumber, path: posix.join(posix.dirname(path), String(fileNumber)) };
  };

  const heapParts = async (relation: RelationName): Promise<readonly HeapPart[]> => {
    const known = partsOf.get(relationKey(relation));
    if (known) return known;
    const rows = await database.session.query<Omit<HeapPart, "smallFile"> & { path: string }>(
      `with recursive part (oid) as (
         select to_regclass($1)::oid
         union all
         select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid join pg_class p on p.oid = part.oid where p.relkind = 'p')
       select c.oid::int8::int4 as oid, n.nspname as schema, c.relname as name, c.relfilenode::text as "fileNumber",
              pg_relation_filepath(c.oid) as path, c.relpages as pages, c.reltuples as rows, c.relallvisible as "allVisible"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.oid = any (array(select oid from part)) and c.relkind in ('r', 'm')`,
      [qualified(relation)],
    );
    const parts = rows.map(({ path, ...part }) => ({ ...part, smallFile: makeSmallFile(part, path) }));
    partsOf.set(relationKey(relation), parts);
    return parts;
  };

  /** One page with the end rows, or none. */
  const makeSmallFile = (part: RelationName, path: string): number => {
    const small = newFile(path);
    const page = shadow.endRows.has(relationKey(part)) ? database.files.readPage(path, 0) : null;
    if (page) database.files.writePages(small.path, page);
    database.files.setPages(small.path, page ? page.length / blockSizeBytes : 0);
    return small.fileNumber;
  };

  const refusal = (definition: IndexDefinition): RefusedIndex | null => {
    const isForeign = foreignTables.has(relationKey(definition.relation));
    // As PostgreSQL's DefineIndex() refuses it; the shadow holds foreign tables as plain ones.
    if (isForeign) return refused("42809", `cannot create index on relation "${definition.relation.name}": it is a foreign table`);
    const tooNew = newerThan(snapshot.server.major, definition);
    return tooNew ? refused(tooNew.sqlState, tooNew.message) : null;
  };
  const provided = new Set<string>();
  const provideFor = async (definition: IndexDefinition) => {
    for (const extension of [definition.extension, ...(definition.otherExtensions ?? [])]) {
      if (extension === null || provided.has(extension)) continue;
      await provide(shadow, extension);
      provided.add(extension);
    }
  };

  return {
    newFile,
    async createAll(wanted) {
      const [first] = wanted;
      if (!first || wanted.some(({ definition }) => refusal(definition) !== null)) return null;
      const { relation } = first.definition;
      try {
        for (const { definition } of wanted) await provideFor(definition);
        const parts = await heapParts(relation);
        if (parts.length !== 1 || relationKey(parts[0]!) !== relationKey(relation)) return null;
        await database.run(creationScript(relation, wanted, parts));
        return await namedOids(shadow, relation, wanted);
      } catch (error) {
        if (sqlStateOf(error) === null) throw error;
        await database.run("rollback");
        return null;
      }
    },
    async create(definition, name) {
      const because = refusal(definition);
      if (because) return because;
      try {
        await provideFor(definition);
        const parts = await heapParts(definition.relation);
        await database.run(creationScript(definition.relation, [{ definition, name }], parts));
        return { kind: "created", oids: await nameParts(shadow, definition.relation, name) };
      } catch (error) {
        const sqlState = sqlStateOf(error);
        if (sqlState === null) throw error;
        await database.run("rollback");
        return refused(sqlState, (error as Error).message);
      }
    },
  };
}

function refused(sqlState: string, message: string): RefusedIndex {
  return { kind: "refused", sqlState, message };
}

/** Creates an extension that an operator class or access method needs, out of the way of production's objects. */
async function provide(shadow: RestoredShadow, extension: string): Promise<void> {
  shadow.database.provideExtension(extension);
  await shadow.database.run(
    `create schema if not exists ${extensionSchema}; create extension if not exists ${ident(extension)} schema ${extensionSchema} cascade`,
  );
}

/**
 * One transaction, so that a refusal undoes all of it: the heaps point to their small files while CREATE INDEX
 * reads them, get their own back, and the index is hidden before anything is planned. Afterwards its pages can
 * be changed on file: the planner never had them in its buffers.
 */
function creationScript(relation: RelationName, wanted: readonly WantedIndex[], parts: readonly HeapPart[]): string {
  const swap = parts.map((part) => `(${part.oid}, ${part.smallFile})`).join(",");
  const own = parts.map((part) => `(${part.oid}, ${part.fileNumber}, ${part.pages}, ${part.rows}::real, ${part.allVisible})`).join(",");
  const indexes = wanted.map(({ name }) => `(${literal(qualified({ schema: relation.schema, name }))}::regclass)`).join(",");
  return [
    "begin",
    // Operator classes are named without schema: those of every installed extension must be found.
    `select set_config('search_path', concat_ws(',', nullif(current_setting('search_path'), ''),
       (select string_agg(distinct quote_ident(nspname), ',') from pg_extension e join pg_namespace n on n.oid = e.extnamespace)), true)`,
    ...(parts.length > 0
      ? [`update pg_class c set relfilenode = v.file from (values ${swap}) v (oid, file) where c.oid = v.oid::int8::oid`]
      : []),
    live(relation, false),
    ...wanted.map(({ definition, name }) => createIndexSql(definition, { name })),
    live(relation, true),
    ...(parts.length > 0
      ? [
          `update pg_class c set relfilenode = v.file, relpages = v.pages, reltuples = v.rows, relallvisible = v.visible
           from (values ${own}) v (oid, file, pages, rows, visible) where c.oid = v.oid::int8::oid`,
        ]
      : []),
    `with recursive part (oid) as (
       select name::oid from (values ${indexes}) v (name) union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
     update pg_index set indisvalid = false where indexrelid = any (array(select oid from part))`,
    "commit",
  ].join(";\n");
}

/** OIDs of indexes of a plain table, in the order wanted. */
async function namedOids(shadow: RestoredShadow, relation: RelationName, wanted: readonly WantedIndex[]): Promise<CreatedIndex[]> {
  const rows = await shadow.database.session.query<{ name: string; oid: number }>(
    `select relname as name, oid::int8::int4 as oid from pg_class
     where relnamespace = $1::regnamespace and relname in (${wanted.map(({ name }) => literal(name)).join(",")})`,
    [ident(relation.schema)],
  );
  const oids = new Map(rows.map(({ name, oid }) => [name, oid]));
  return wanted.map(({ name }) => ({ kind: "created", oids: [oids.get(name)!] }));
}

/**
 * An index of a partitioned table takes over equal ones that its partitions have (indexcmds.c, DefineIndex), production's or those of
 * another candidate, and they would be hidden and named with it. Those that are not live it does not see. An update of pg_index alone
 * leaves the tables' lists of indexes in the relation cache, one of pg_class renews them.
 */
function live(relation: RelationName, isLive: boolean): string {
  const partitions = `array(with recursive part (oid) as (
     select inhrelid from pg_inherits where inhparent = ${literal(qualified(relation))}::regclass
     union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid) select oid from part)`;
  return `update pg_index set indislive = ${isLive} where indrelid = any (${partitions})
       and not exists (select from pg_inherits where inhrelid = indexrelid) and indislive is distinct from ${isLive};
     update pg_class set relhasindex = relhasindex where oid = any (${partitions})`;
}

/** Names the parts of an index on a partitioned table `<name>_1` …, so that a plan's index name tells whose it is. */
async function nameParts(shadow: RestoredShadow, relation: RelationName, name: string): Promise<number[]> {
  const rows = await shadow.database.session.query<{ oid: number }>(
    `with recursive part (oid) as (
       select to_regclass($1)::oid union all select i.inhrelid from part join pg_inherits i on i.inhparent = part.oid)
     select oid::int8::int4 as oid from part order by oid`,
    [qualified({ schema: relation.schema, name })],
  );
  const oids = rows.map((row) => row.oid);
  const renamed = oids.slice(1).map((oid, position) => `(${oid}, ${literal(`${name}_${position + 1}`)})`);
  if (renamed.length > 0)
    await shadow.database.run(
      `update pg_class c set relname = v.name from (values ${renamed.join(",")}) v (oid, name) where c.oid = v.oid::int8::oid`,
    );
  return oids;
}
