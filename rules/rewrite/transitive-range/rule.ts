import {
  and,
  comparisonsOf,
  equalitiesOf,
  innerJoins,
  type Node,
  operation,
  rewriteRule,
  treeText,
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A range on one side of a join whose columns are equal on both sides",
  effect: "PostgreSQL carries constants over an equality, but no ranges: the other side is read in full",
  remedy: "Say the range of the other column too",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITION-PRUNING",
      says: "partition pruning works from conditions on the partition key of the table itself",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const joined = innerJoins(level);
      if (!joined || joined.tables.length < 2) continue;
      const known = new Set(joined.conditions.map(treeText));
      for (const range of joined.conditions)
        for (const { left, operator, right } of comparisonsOf(range)) {
          const ranged = level.column(left);
          if (!ranged || !["<", "<=", ">", ">="].includes(operator) || !level.isFixed(right)) continue;
          for (const equality of joined.conditions)
            for (const pair of equalitiesOf(equality)) {
              const [own, other] = [level.column(pair.left), level.column(pair.right)];
              if (own?.table !== ranged.table || own.column.name !== ranged.column.name || !other || other.table === own.table) continue;
              if (other.table.level !== level || other.column.type !== own.column.type || other.column.collation !== own.column.collation)
                continue;
              const added = operation(pair.right, operator, right);
              if (known.has(treeText(added)) || isRanged(joined.conditions, treeText(pair.right), operator)) continue;
              const { whereClause } = level.select;
              const where = whereClause ? and(whereClause, added) : whereOf([added])!;
              yield {
                node: statement.replace(whereClause ? [whereClause, where] : [level.select, { ...level.select, whereClause: where }]),
                because: "the other side can be searched by the range, or its partitions left out, before it is joined",
                assumes: [],
                contract: "same-result",
              };
            }
        }
    }
  },
});

/** The other column has a bound on that side of its own. */
function isRanged(conditions: readonly Node[], column: string, operator: string): boolean {
  return conditions.some((each) =>
    comparisonsOf(each).some((found) => treeText(found.left) === column && found.operator.charAt(0) === operator.charAt(0)),
  );
}
