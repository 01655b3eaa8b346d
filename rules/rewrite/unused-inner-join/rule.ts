import {
  columnRef,
  equalityOn,
  type FromTable,
  holdsOwnRows,
  innerJoins,
  isNotNull,
  type Node,
  type QueryLevel,
  readsBesides,
  relationKey,
  rewriteRule,
  tablesRead,
  uniqueKeys,
  whereOf,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "An inner join to a referenced table of which nothing is used",
  effect: "Every row looks up a parent that the foreign key says is there",
  remedy: "Drop the join, and keep IS NOT NULL where the referencing column may be null",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
      says: "a foreign key specifies that the values in a column must match the values in some row of another table",
    },
  ],

  *rewrite(statement, { catalog }) {
    for (const level of statement.levels) {
      const joined = innerJoins(level);
      if (!joined || joined.tables.length < 2 || level.aliases.length !== joined.tables.length) continue;
      if (level.select.lockingClause) continue;
      const shown = tablesRead(level, readsBesides(level.select));
      for (const parent of joined.tables) {
        if (shown.has(parent) || !holdsOwnRows(parent.relation, catalog) || parent.relation.rowSecurity) continue;
        const used = joined.conditions.filter((condition) => level.tablesIn(condition).has(parent));
        const key = foreignKeyOf(used, parent, level);
        if (
          !key ||
          !uniqueKeys(parent.relation, catalog).some(
            (each) => each.join() === key.referenced.toSorted().join() || same(each, key.referenced),
          )
        )
          continue;
        if (!holdsOwnRows(key.child.relation, catalog) || usedBelow(statement.levels, level, parent)) continue;
        const nullable = key.columns.filter((name) => !level.column(columnRef(key.child.alias, name))?.notNull);
        const rest = joined.conditions.filter((condition) => !used.includes(condition));
        const where = [...rest, ...nullable.map((name) => isNotNull(columnRef(key.child.alias, name)))];
        const node = withSelect(statement, level, {
          fromClause: joined.tables.filter((table) => table !== parent).map((table) => table.node),
          whereClause: whereOf(where),
        });
        yield {
          node,
          because: `the foreign key makes sure that "${parent.alias}" has exactly one matching row, so looking it up decides nothing`,
          assumes: [`the foreign key ${key.name} is never broken: checked, it is validated; no deferred check is pending`],
          contract: "same-result",
        };
      }
    }
  },
});

interface ForeignKey {
  readonly name: string;
  readonly child: FromTable;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
}

/** The validated foreign key that these conditions spell out, all of it and nothing else. */
function foreignKeyOf(conditions: readonly Node[], parent: FromTable, level: QueryLevel): ForeignKey | null {
  const pairs = conditions.map((condition) => {
    const found = equalityOn(level, condition, parent);
    const other = found && level.column(found.other);
    return found && other && other.table.level === level
      ? { child: other.table, own: found.own.column.name, other: other.column.name }
      : null;
  });
  const [first] = pairs;
  if (!first || pairs.some((pair) => pair?.child !== first.child)) return null;
  for (const constraint of first.child.relation.constraints) {
    const { kind, validated, references, columns, definition, name } = constraint;
    if (kind !== "foreign-key" || !validated || !references || relationKey(references.relation) !== relationKey(parent.relation)) continue;
    if (columns.length !== pairs.length || (/\bDEFERRABLE\b/i.test(definition) && !/NOT DEFERRABLE/i.test(definition))) continue;
    if (/\bPERIOD\b|NOT ENFORCED/i.test(definition)) continue;
    const spelled = columns.every((column, at) => pairs.some((pair) => pair?.other === column && pair.own === references.columns[at]));
    if (spelled) return { name, child: first.child, columns, referenced: references.columns };
  }
  return null;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

/** A subquery further in may refer to the parent. */
function usedBelow(levels: readonly QueryLevel[], level: QueryLevel, parent: FromTable): boolean {
  const isBelow = (each: QueryLevel | null): boolean => each !== null && (each.parent === level || isBelow(each.parent));
  return levels
    .filter(isBelow)
    .some((each) => [...readsBesides(each.select), ...each.where].some((node) => each.tablesIn(node).has(parent)));
}
