import {
  byDistinct,
  type Constraint,
  figure,
  foreignKeyCheck,
  index,
  indexRule,
  key,
  listed,
  minRowsOption,
  servesEquality,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "A foreign key whose columns no index of the referencing table starts with",
  effect: "Each delete of a referenced row, or change of its key, reads the whole referencing table while it holds the row's lock",
  remedy: "Create a B-tree on the foreign key's columns",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
      says: "A DELETE of a referenced row or an UPDATE of a referenced column scans the referencing table, so it is often a good idea to index the referencing columns",
    },
    {
      url: "https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/ri_triggers.c",
      says: "The check is SELECT 1 FROM ONLY fk WHERE fk columns = key FOR KEY SHARE; a change that leaves the key alone is not checked",
    },
  ],
  options: { minRows: minRowsOption },

  *inspect(relation, { catalog, options }) {
    if (relation.kind !== "table" && relation.kind !== "partitioned-table") return;
    if ((catalog.rows(relation) ?? Number.POSITIVE_INFINITY) < options.minRows) return;
    const inherited = (constraint: Constraint) => relation.partitionBound !== null && !constraint.local;
    for (const constraint of relation.constraints) {
      const target = constraint.references;
      if (constraint.kind !== "foreign-key" || target === null || inherited(constraint)) continue;
      if (catalog.indexes(relation).some((existing) => servesEquality(existing, constraint.columns))) continue;
      const columns = [...constraint.columns].sort(byDistinct(relation, catalog));
      const wanted = index(
        relation,
        "btree",
        columns.map((name) => key(name)),
      );
      const rows = catalog.rows(relation);
      const scanned = rows === null ? "the table" : `${figure(rows)} rows`;
      const parent = `${target.relation.schema}.${target.relation.name}`;
      const fact = `${constraint.name} refers to ${parent} by ${listed(columns)}, which no index starts with`;
      const parents = [catalog.find(target.relation), ...catalog.children(target.relation)];
      const counted = parents.flatMap((each) => (each?.activity ? [each.activity] : []));
      const deletes = counted.reduce((sum, each) => sum + each.rowsDeleted, 0);
      const updates = counted.reduce((sum, each) => sum + each.rowsUpdated - each.rowsHotUpdated, 0);
      const probe = { sql: foreignKeyCheck(relation, constraint), label: `foreign-key check ${constraint.name}` };
      // A HOT update cannot have changed an indexed column, and the referenced key is always indexed.
      if (deletes > 0)
        yield {
          kind: "create",
          index: wanted,
          because: `${fact}: each of ${figure(deletes)} deletes there read ${scanned} here`,
          probes: [{ ...probe, calls: deletes }],
        };
      else if (counted.length === 0)
        yield { kind: "create", index: wanted, because: `${fact}; deletes there are not known`, probes: [{ ...probe, calls: 1 }] };
      else
        yield {
          kind: "refuse",
          index: wanted,
          because: `${fact}, but no row of ${parent} was deleted since the counters were reset${updates > 0 ? ` (${figure(updates)} updates there were not HOT; those that change the key would read ${scanned} here)` : ""}`,
        };
    }
  },
});
