import type { Candidate, CandidateKey, IndexDefinition } from "../domain/candidate.ts";
import type { Index } from "../domain/catalog.ts";
import { changeId, createIndexSql } from "../domain/index-sql.ts";
import { sameRelation } from "../domain/postgres.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { catalogView } from "../rule/catalog-view.ts";
import { mustStay, ownClass } from "../rule/index-overlap.ts";

/**
 * Drops of existing B-trees whose keys a creation begins with: once it is there they only cost writes. Unique indexes and
 * those that back a constraint, the replica identity, a foreign key's target or CLUSTER stay. A foreign key's own columns
 * keep their support, since the creation begins with them.
 */
export function supersededBy(snapshot: Snapshot): (creation: Candidate) => readonly Candidate[] {
  const catalog = catalogView(snapshot.catalog);
  return (creation) => {
    if (creation.change.kind !== "create-index") return [];
    const { index } = creation.change;
    const relation = snapshot.catalog.relations.find((each) => sameRelation(each, index.relation));
    if (!relation || index.accessMethod !== "btree") return [];
    return relation.indexes
      .filter((existing) => existing.valid && !existing.unique && mustStay(catalog, relation, existing) === null && begins(existing, index))
      .map((existing): Candidate => {
        const change = { kind: "drop-index" as const, index: { schema: existing.schema, name: existing.name }, relation: index.relation };
        const reason = `${createIndexSql(index)} begins with its keys and serves all that it serves.`;
        return { id: changeId(change), change, helps: [], proposedBy: creation.proposedBy, reason };
      });
  };
}

function begins(existing: Index, wide: IndexDefinition): boolean {
  if (existing.accessMethod !== "btree" || existing.predicate !== wide.predicate || existing.keys.length > wide.keys.length) return false;
  const held = new Set([...wide.include, ...wide.keys.map((key) => key.column)]);
  if (!existing.include.every((column) => held.has(column))) return false;
  const pairs = existing.keys.map((key, at) => [key, wide.keys[at]!] as const);
  const ordered = (backwards: boolean) =>
    pairs.every(
      ([key, other]) => (key.descending !== other.descending) === backwards && (key.nullsFirst !== other.nullsFirst) === backwards,
    );
  return wide.keys.slice(0, pairs.length).every((key, at) => sameKey(existing, at, key)) && (ordered(false) || ordered(true));
}

/**
 * Columns by name, expressions by text. The server writes an operator class or a collation that is not the default's; a candidate may
 * also name the default class.
 */
function sameKey(existing: Index, at: number, wide: CandidateKey): boolean {
  const key = existing.keys[at]!;
  const own = ownClass(existing, at);
  const sameClass = own === "" ? wide.operatorClass === null || wide.operatorClass === key.operatorClass : own === wide.operatorClass;
  const sameValue = key.column !== null ? key.column === wide.column : wide.column === null && bare(key.sql) === bare(wide.sql);
  return sameClass && sameValue && wide.collation === null;
}

function bare(sql: string): string {
  return sql.replaceAll(/[()\s]/g, "");
}
