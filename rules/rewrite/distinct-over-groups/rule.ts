import { isPlainDistinct, rewriteRule, sameTree, targetsOf, withSelect } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "SELECT DISTINCT with a GROUP BY whose keys are all shown",
  effect: "Groups, which cannot repeat, are sorted or hashed once more",
  remedy: "Drop DISTINCT",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-select.html#SQL-GROUPBY",
      says: "GROUP BY condenses into a single row all selected rows that share the same values for the grouped expressions",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const { select } = level;
      const keys = select.groupClause ?? [];
      if (!isPlainDistinct(select) || keys.length === 0 || select.groupDistinct) continue;
      const targets = targetsOf(select);
      const shown = keys.every((key) => {
        if ("GroupingSet" in key) return false;
        const place = "A_Const" in key ? key.A_Const.ival?.ival : undefined;
        if (place !== undefined) return targets[place - 1] !== undefined;
        const use = level.column(key);
        return targets.some(({ val }) => {
          const other = level.column(val);
          return use && other ? use.table === other.table && use.column.name === other.column.name : sameTree(val, key);
        });
      });
      if (!shown) continue;
      yield {
        node: withSelect(statement, level, { distinctClause: undefined }),
        because: "each group has its own keys, and all of them are shown, so no two rows are alike",
        assumes: [],
        contract: "same-result",
      };
    }
  },
});
