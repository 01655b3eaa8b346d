import type { Catalog, Index } from "../domain/catalog.ts";
import { readableIdent, readableQualified } from "../domain/identifier.ts";
import { type RelationName, sameRelation } from "../domain/postgres.ts";
import type { Steps } from "./apply-steps.ts";

/**
 * Drops an index and, to undo it, makes it again from the server's own definition. An index unknown to the catalog can
 * be dropped and not remade. Tablespace, comments and statistics targets of the index are not in its definition.
 */
export function dropSteps(dropped: RelationName, relation: RelationName, catalog: Catalog): Steps {
  const found = catalog.relations.find((each) => sameRelation(each, relation))?.indexes.find((each) => sameRelation(each, dropped));
  const partitioned = found?.partitioned ?? false;
  return {
    apply: [`DROP INDEX ${partitioned ? "" : "CONCURRENTLY "}${readableQualified(dropped)}`],
    undo: found ? remake(found, relation, catalog) : [],
    // https://www.postgresql.org/docs/current/sql-dropindex.html: CONCURRENTLY waits instead of locking writers out.
    lock: partitioned ? "AccessExclusiveLock" : "ShareUpdateExclusiveLock",
    index: { schema: dropped.schema, name: dropped.name },
  };
}

function remake(index: Index, relation: RelationName, catalog: Catalog): string[] {
  const clustered = index.clustered ? [`ALTER TABLE ${readableQualified(relation)} CLUSTER ON ${readableIdent(index.name)}`] : [];
  if (!index.partitioned) return [concurrently(index.definition), ...clustered];

  const parents: string[] = [];
  const builds: string[] = [];
  const attaches: string[] = [];
  const visit = (parent: Index): void => {
    // pg_get_indexdef writes ON ONLY for the index of a partitioned table.
    parents.push(parent.definition);
    for (const child of childrenOf(parent, catalog)) {
      if (child.partitioned) visit(child);
      else builds.push(concurrently(child.definition));
      attaches.push(`ALTER INDEX ${readableQualified(parent)} ATTACH PARTITION ${readableQualified(child)}`);
    }
  };
  visit(index);
  return [...parents, ...builds, ...attaches, ...clustered];
}

function childrenOf(parent: Index, catalog: Catalog): Index[] {
  return catalog.relations.flatMap((relation) =>
    relation.indexes.filter((each) => each.parent !== null && sameRelation(each.parent, parent)),
  );
}

/** pg_get_indexdef always starts `CREATE [UNIQUE] INDEX name ON`. */
function concurrently(definition: string): string {
  return definition.replace(/^CREATE (UNIQUE )?INDEX (?!CONCURRENTLY )/, "CREATE $1INDEX CONCURRENTLY ");
}
