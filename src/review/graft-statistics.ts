import type { Catalog, Column, Index, Relation } from "../domain/catalog.ts";
import { blockSizeBytes, type RelationName, relationKey } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { SchemaIdentity } from "./schema-identity.ts";

export interface Grafted {
  /** The new schema as it is right after the migration: a column whose type changed has no statistics. */
  readonly snapshot: Snapshot;
  /** The same with those statistics, as after an ANALYZE; null when none were lost. */
  readonly analyzed: Snapshot | null;
  readonly newIndexes: readonly (Index & { readonly relation: RelationName })[];
  /** Relations that were there before, by their new key: the old name. */
  readonly formerNames: ReadonlyMap<string, RelationName>;
}

/**
 * Production's statistics and sizes on the schema that the migration leaves, relation by relation and column by column, as
 * PostgreSQL keeps them: by OID and attribute number, and dropped where a column's type or collation changes.
 */
export function graftStatistics(
  production: Snapshot,
  after: Snapshot,
  identity: { readonly before: SchemaIdentity; readonly after: SchemaIdentity },
): Grafted {
  const known = new Map(production.catalog.relations.map((relation) => [relationKey(relation), relation]));
  const knownIndexes = new Map(production.catalog.relations.flatMap((each) => each.indexes.map((index) => [relationKey(index), index])));
  const oids = new Map([...identity.after.relations].map(([oid, name]) => [relationKey(name), oid]));
  const formerNames = new Map<string, RelationName>();
  const newIndexes: (Index & { relation: RelationName })[] = [];
  let lost = false;

  const graft = (relation: Relation, keepAll: boolean): Relation => {
    const oid = oids.get(relationKey(relation));
    const formerName = oid === undefined ? undefined : identity.before.relations.get(oid);
    const former = formerName && known.get(relationKey(formerName));
    if (!former || oid === undefined) return relation;
    formerNames.set(relationKey(relation), formerName);
    const columns = relation.columns.map((column): Column => {
      const was = identity.before.columns.get(`${oid}.${column.position}`);
      const is = identity.after.columns.get(`${oid}.${column.position}`);
      const source = was && former.columns.find((each) => each.name === was.name);
      if (!source) return column;
      const changed = was.type !== is?.type;
      if (changed && source.statistics !== null) lost = true;
      if (changed && !keepAll) return { ...column, statisticsTarget: source.statisticsTarget };
      const { statistics, inheritedStatistics, ends, statisticsTarget, options } = source;
      return { ...column, statistics, inheritedStatistics, ends, statisticsTarget, options };
    });
    const { rows, pages, currentPages, allVisiblePages, bytes, activity, storageParameters } = former;
    const sized: Relation = { ...relation, rows, pages, currentPages, allVisiblePages, bytes, activity, storageParameters, columns };
    return { ...sized, indexes: relation.indexes.map((index) => graftIndex(index, sized)) };
  };

  const graftIndex = (index: Index, relation: Relation): Index => {
    const oid = oids.get(relationKey(index));
    const formerName = oid === undefined ? undefined : identity.before.relations.get(oid);
    const former = formerName && knownIndexes.get(relationKey(formerName));
    if (!former) {
      newIndexes.push({ ...index, relation: { schema: relation.schema, name: relation.name } });
      const pages = newIndexPages(index, relation);
      return { ...index, rows: relation.rows, pages, currentPages: pages, bytes: pages * blockSizeBytes };
    }
    const { rows, pages, currentPages, bytes, scans, lastScan, valid } = former;
    const keys = index.keys.map((key, at) => ({ ...key, statistics: former.keys[at]?.statistics ?? null }));
    return { ...index, rows, pages, currentPages, bytes, scans, lastScan, valid, keys };
  };

  const withRelations = (keepAll: boolean): Snapshot => {
    newIndexes.length = 0;
    const relations = after.catalog.relations.map((relation) => graft(relation, keepAll));
    return {
      ...production,
      gaps: production.gaps,
      catalog: { ...after.catalog, relations, statisticsObjects: statisticsObjects(production, after) },
    };
  };
  const snapshot = withRelations(false);
  const fresh = [...newIndexes];
  return { snapshot, analyzed: lost ? withRelations(true) : null, newIndexes: fresh, formerNames };
}

/** Extended statistics of tables that kept their name; a renamed table's are left out, which a plan seldom notices. */
function statisticsObjects(production: Snapshot, after: Snapshot): Catalog["statisticsObjects"] {
  const kept = new Map(production.catalog.statisticsObjects.map((each) => [relationKey(each), each]));
  return after.catalog.statisticsObjects.map((each) => kept.get(relationKey(each)) ?? each);
}

/** B-tree leaves at fill factor 90 with 12 bytes a tuple beside its keys (nbtree.h); other methods are taken for the same size. */
function newIndexPages(index: Index, relation: Relation): number {
  const rows = relation.rows ?? 0;
  const width = index.keys.reduce((sum, key) => {
    const column = relation.columns.find((each) => each.name === key.column);
    return sum + (key.storageLength > 0 ? key.storageLength : (column?.statistics?.averageWidthBytes ?? 16));
  }, 12);
  return 2 + Math.ceil((rows * (Math.ceil(width / 8) * 8 + 4)) / 7333);
}
