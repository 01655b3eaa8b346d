import {
  type IndexState,
  migrationRule,
  outsideTransaction,
  readableIdent,
  readableQualified,
  type SchemaChange,
} from "../../../src/rule/index.ts";

export default migrationRule({
  title: "existing index becomes the prefix of a new one",
  detects: "An existing index equals the leading columns of the new one",
  effect: "Every write maintains both, and the old one is no longer needed",
  remedy: "Drop the old one in a later migration, when the new one is in use",
  severity: "note",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "A B-tree on several columns serves queries on its leading columns",
    },
  ],

  judge(change, before, context) {
    if (change.kind !== "create-index" || change.accessMethod !== "btree" || change.predicate !== null) return null;
    const old = before.table(change.relation)?.indexes.filter((each) => superseded(each, change)) ?? [];
    if (old.length === 0) return null;
    return {
      message: `With ${change.name === null ? "the new index" : readableIdent(change.name)} nobody needs ${old.map((each) => readableIdent(each.name)).join(", ")} of ${readableQualified(change.relation)}`,
      about: change.relation,
      beside: old.map((each) => ({ schema: change.relation.schema, name: each.name })),
      safer: outsideTransaction(
        context,
        before,
        ...old.map((each) => `DROP INDEX CONCURRENTLY ${readableQualified({ schema: change.relation.schema, name: each.name })}`),
      ),
    };
  },
});

/** Fewer keys, the same beginning, nothing enforced. */
function superseded(old: IndexState, fresh: Extract<SchemaChange, { kind: "create-index" }>): boolean {
  if (old.accessMethod !== "btree" || old.predicate !== null || old.unique || old.constraint !== null || old.replicaIdentity) return false;
  if (
    old.keys.length >= fresh.keys.length ||
    !old.include.every((each) => fresh.include.includes(each) || fresh.keys.some((key) => key.column === each))
  )
    return false;
  return old.keys.every((key, at) => {
    const other = fresh.keys[at];
    const special = (name: string | null | undefined) => (name && /pattern_ops/.test(name) ? name : null);
    return (
      key.column !== null &&
      other?.column === key.column &&
      other.descending === key.descending &&
      other.nullsFirst === key.nullsFirst &&
      other.collation === key.collation &&
      special(other.operatorClass) === special(key.operatorClass)
    );
  });
}
