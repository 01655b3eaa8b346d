import { type IndexState, migrationRule, readableIdent, readableQualified, type SchemaChange, sameSql } from "../../../src/rule/index.ts";

export default migrationRule({
  title: "new index that another serves",
  detects: "A new index equal to an existing one, or to its leading columns",
  effect: "Every write maintains both and the new one is never needed",
  remedy: "Leave it out",
  severity: "warning",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
      says: "A B-tree on several columns serves queries on its leading columns",
    },
  ],

  judge(change, before) {
    if (
      change.kind !== "create-index" ||
      (change.ifNotExists && before.table(change.relation)?.indexes.some((each) => each.name === change.name))
    )
      return null;
    const table = before.table(change.relation);
    const wide = table?.indexes.find((each) => each.valid && serves(each, change));
    if (!table || !wide) return null;
    return {
      message: `${change.name === null ? "The new index" : readableIdent(change.name)} on ${readableQualified(change.relation)} does nothing that ${readableIdent(wide.name)} does not do already`,
      about: change.relation,
      beside: [{ schema: change.relation.schema, name: wide.name }],
      safer: [],
    };
  },
});

type NewIndex = Extract<SchemaChange, { kind: "create-index" }>;

/** The keys begin with those of the new one, in order and direction, on the same rows. A unique one forbids more and stays apart. */
function serves(wide: IndexState, fresh: NewIndex): boolean {
  if (wide.accessMethod !== fresh.accessMethod || (fresh.unique && (!wide.unique || wide.keys.length !== fresh.keys.length))) return false;
  if (!samePredicate(wide.predicate, fresh.predicate)) return false;
  if (fresh.accessMethod !== "btree" && wide.keys.length !== fresh.keys.length) return false;
  const held = new Set([...wide.include, ...wide.keys.map((each) => each.column)]);
  return fresh.include.every((each) => held.has(each)) && (leads(wide, fresh, false) || leads(wide, fresh, true));
}

/** Read backwards an index of one order serves the mirror image. */
function leads(wide: IndexState, fresh: NewIndex, backwards: boolean): boolean {
  return fresh.keys.every((key, at) => {
    const other = wide.keys[at];
    if (!other || !sameKey(other, key)) return false;
    return (other.descending === key.descending) !== backwards && (other.nullsFirst === key.nullsFirst) !== backwards;
  });
}

function sameKey(a: IndexState["keys"][number], b: IndexState["keys"][number]): boolean {
  const same = a.column === null || b.column === null ? a.column === b.column && sameSql(a.sql, b.sql) : a.column === b.column;
  return same && (a.collation ?? null) === (b.collation ?? null) && special(a.operatorClass) === special(b.operatorClass);
}

/** Null for a default operator class, which a statement leaves out and the catalog spells. */
function special(operatorClass: string | null): string | null {
  return operatorClass !== null && /pattern_ops|path_ops|trgm|multi_ops|bloom|_l2_|cosine|_ip_/.test(operatorClass) ? operatorClass : null;
}

function samePredicate(a: string | null, b: string | null): boolean {
  return a === b || (a !== null && b !== null && sameSql(a, b));
}
