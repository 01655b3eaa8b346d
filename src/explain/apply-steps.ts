import { bringsStatistics } from "../domain/brings-statistics.ts";
import type { Change, IndexDefinition } from "../domain/candidate.ts";
import type { Catalog, Index, Relation } from "../domain/catalog.ts";
import { readableIdent, readableQualified } from "../domain/identifier.ts";
import { createIndexSql } from "../domain/index-sql.ts";
import { type LockMode, type RelationName, sameRelation } from "../domain/postgres.ts";
import { dropSteps } from "./drop-steps.ts";
import { equalIndex } from "./equal-index.ts";
import { indexName } from "./index-name.ts";

/** Statements without a closing semicolon, in order, each to run in its own transaction. */
export interface Steps {
  readonly apply: readonly string[];
  readonly undo: readonly string[];
  /** The strongest lock that any step takes on a table. */
  readonly lock: LockMode;
  /** Name of the index that `apply` makes or drops; null for a rewrite. */
  readonly index: RelationName | null;
}

/**
 * SQL that makes a change and SQL that takes it back, without blocking writes wherever PostgreSQL can avoid it.
 * `alsoTaken` holds names that other changes of the same report will use.
 */
export function applySteps(change: Change, catalog: Catalog, alsoTaken: readonly RelationName[] = []): Steps {
  switch (change.kind) {
    case "create-index":
      return createSteps(change.index, catalog, alsoTaken);
    case "drop-index":
      return dropSteps(change.index, change.relation, catalog);
    case "rewrite":
      return { apply: [change.sql], undo: [], lock: "AccessShareLock", index: null };
    default:
      return change satisfies never;
  }
}

/** Direct children that are partitions of `parent`, in catalog order. */
export function partitionsOf(parent: RelationName, catalog: Catalog): readonly Relation[] {
  return catalog.relations.filter(
    (relation) => relation.partitionBound !== null && relation.parents.some((each) => sameRelation(each, parent)),
  );
}

function createSteps(wanted: IndexDefinition, catalog: Catalog, alsoTaken: readonly RelationName[]): Steps {
  const index = withSchemaOfOperatorClass(wanted, catalog);
  const names = namesInUse(catalog, alsoTaken);
  const made = nameFor(index, names);
  const partitioned = catalog.relations.some((each) => each.kind === "partitioned-table" && sameRelation(each, index.relation));
  const { build, attached } = partitioned
    ? partitionedBuild(index, made, { catalog, names })
    : { build: [createIndexSql(index, { name: made.name, concurrently: true })], attached: [] };
  // Statistics of an expression exist only once ANALYZE has run with the index in place; until then the planner guesses.
  const statistics = bringsStatistics(index) ? [`ANALYZE ${readableQualified(index.relation)}`] : [];
  return {
    apply: [
      ...missingExtensions(index, catalog).map((name) => `CREATE EXTENSION IF NOT EXISTS ${readableIdent(name)}`),
      ...build,
      ...statistics,
    ],
    // A partitioned index cannot be dropped CONCURRENTLY (https://www.postgresql.org/docs/current/sql-dropindex.html) and takes along what was attached.
    undo: [`DROP INDEX ${partitioned ? "" : "CONCURRENTLY "}${readableQualified(made)}`, ...attached.map(rebuilt)],
    lock: partitioned ? "ShareLock" : "ShareUpdateExclusiveLock",
    index: made,
  };
}

/**
 * https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE: CREATE INDEX
 * CONCURRENTLY is not for partitioned tables, so the parent gets an invalid index ON ONLY it, each partition its own
 * CONCURRENTLY, and ATTACH PARTITION makes the parent's valid with the last one.
 * A foreign partition can have no index, and ON ONLY would stay invalid: there, the plain CREATE INDEX at the end finds
 * the partitions' equal indexes and attaches them without building (indexcmds.c, DefineIndex). `attached` are those that were
 * there before and are part of the new one now.
 */
function partitionedBuild(
  index: IndexDefinition,
  made: RelationName,
  room: { catalog: Catalog; names: Names },
): { readonly build: readonly string[]; readonly attached: readonly Index[] } {
  const foreign = hasForeignPartition(index.relation, room.catalog);
  const parents: string[] = [];
  const builds: string[] = [];
  const attaches: string[] = [];
  const attached: Index[] = [];

  const visit = (parent: RelationName, parentIndex: RelationName): void => {
    parents.push(createIndexSql({ ...index, relation: parent }, { name: parentIndex.name, only: true }));
    for (const partition of partitionsOf(parent, room.catalog)) {
      if (partition.kind === "foreign-table") continue;
      const own = { ...index, relation: { schema: partition.schema, name: partition.name } };
      const there = partition.kind === "partitioned-table" ? null : equalIndex(partition, index);
      if (there) attached.push(there);
      const ownName = there ?? nameFor(own, room.names);
      if (partition.kind === "partitioned-table") visit(own.relation, ownName);
      else if (!there) builds.push(createIndexSql(own, { name: ownName.name, concurrently: true }));
      // Children before their parent: an attach makes the parent's index valid only when all below it are.
      attaches.push(`ALTER INDEX ${readableQualified(parentIndex)} ATTACH PARTITION ${readableQualified(ownName)}`);
    }
  };
  visit(index.relation, made);
  const build = foreign ? [...builds, createIndexSql(index, { name: made.name })] : [...parents, ...builds, ...attaches];
  return { build, attached };
}

/** The statement that makes an index again as it was, without blocking writes. */
function rebuilt({ definition }: Index): string {
  return definition.replace(/^CREATE INDEX /, "CREATE INDEX CONCURRENTLY ");
}

function hasForeignPartition(parent: RelationName, catalog: Catalog): boolean {
  return partitionsOf(parent, catalog).some(
    (partition) =>
      partition.kind === "foreign-table" || (partition.kind === "partitioned-table" && hasForeignPartition(partition, catalog)),
  );
}

/** Extensions that the index's operator classes come from and that this database does not have. */
export function missingExtensions(index: IndexDefinition, catalog: Catalog): string[] {
  return neededExtensions(index).filter((name) => !catalog.extensions.some((each) => each.name === name));
}

function neededExtensions(index: IndexDefinition): string[] {
  return index.extension === null ? [] : [index.extension, ...(index.otherExtensions ?? [])];
}

/** An extension that lives outside public (hosted services use `extensions`) may not be on the reader's search_path. */
function withSchemaOfOperatorClass(index: IndexDefinition, catalog: Catalog): IndexDefinition {
  const homes = new Set(catalog.extensions.filter((each) => neededExtensions(index).includes(each.name)).map((each) => each.schema));
  const [home, ...others] = homes;
  // With two homes the name alone does not say which: leave it to the search_path.
  if (home === undefined || others.length > 0 || home === "public" || home === "pg_catalog") return index;
  const qualify = (name: string | null) =>
    name === null || name.includes(".") || isCoreOperatorClass(name) ? name : `${readableIdent(home)}.${name}`;
  return { ...index, keys: index.keys.map((key) => ({ ...key, operatorClass: qualify(key.operatorClass) })) };
}

/** Operator classes of core that a key may name beside an extension's, e.g. in a multi-column GIN index. */
function isCoreOperatorClass(name: string): boolean {
  return /^(jsonb_(path_)?ops|array_ops|tsvector_ops|(text|varchar|bpchar)_pattern_ops|range_ops|multirange_ops|inet_ops)$/.test(name);
}

/** Schema → names in use: tables, indexes, views, sequences and composite types share one namespace (pg_class). */
type Names = Map<string, Set<string>>;

function namesInUse(catalog: Catalog, alsoTaken: readonly RelationName[]): Names {
  const names: Names = new Map();
  for (const relation of catalog.relations) for (const each of [relation, ...relation.indexes]) take(names, each);
  for (const each of [...catalog.sequences, ...catalog.composites, ...alsoTaken]) take(names, each);
  return names;
}

function take(names: Names, relation: RelationName): void {
  const own = names.get(relation.schema) ?? new Set<string>();
  names.set(relation.schema, own.add(relation.name));
}

/** Chooses a free name for the index on its relation, and takes it. */
function nameFor(index: IndexDefinition, names: Names): RelationName {
  const { schema } = index.relation;
  const chosen = { schema, name: indexName(index, names.get(schema) ?? new Set()) };
  take(names, chosen);
  return chosen;
}
