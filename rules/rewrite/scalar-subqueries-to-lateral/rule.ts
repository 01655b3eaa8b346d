import {
  changed,
  columnRef,
  equalityOn,
  freshName,
  fromSubquery,
  identifiesRow,
  integerOf,
  isPlain,
  leftJoined,
  levelOf,
  matchesOneRow,
  type Node,
  orderKeys,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  type SubqueryGroup,
  selectOf,
  subqueryGroups,
  target,
  targetsOf,
  treeText,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "Several subqueries of the SELECT list that look up the same row",
  effect: "The row is looked up once for every column that is taken from it",
  remedy: "Look it up once with LEFT JOIN LATERAL and take all columns from there",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-table-expressions.html#QUERIES-LATERAL",
      says: "a LATERAL item is evaluated for each row of the FROM items that it refers to; LEFT JOIN keeps rows for which it returns none",
    },
  ],

  *rewrite(statement, { catalog }) {
    const groups = subqueryGroups(statement, ({ query, node, name }) => {
      const own = levelOf(statement, query);
      const [value, ...others] = targetsOf(query);
      const use = own && value ? own.column(value.val) : null;
      if (!own || !value || !use || others.length > 0 || use.table.level !== own || !findsOneRow(own, catalog)) return null;
      const member = { node, query, value: value.val, name: name ?? value.name ?? use.column.name };
      return { key: treeText({ ...query, targetList: [] }), member };
    });
    for (const group of groups) {
      if (group.members.length < 2) continue;
      yield {
        node: lateral(group, statement),
        because: "the row is looked up once for all its columns",
        assumes: ["the subqueries find the same row: checked, a unique key or a complete order settles which"],
        contract: "same-result",
      };
    }
  },
});

interface Member {
  readonly node: Node;
  readonly query: SelectStmt;
  readonly value: Node;
  readonly name: string;
}

/** At most one row, and the same one each time: by a unique key, or the first of an order that leaves no ties. */
function findsOneRow(own: QueryLevel, catalog: Parameters<typeof identifiesRow>[2]): boolean {
  const [table] = own.tables;
  if (!table || own.aliases.length !== 1 || table.renamed || !isPlain(own.select, ["sortClause", "limitCount"])) return false;
  const fixed = own.where.flatMap((condition) => equalityOn(own, condition, table)?.own.column.name ?? []);
  if (!own.select.sortClause) return !own.select.limitCount && matchesOneRow(table, new Set(fixed), catalog);
  const keys = orderKeys(own);
  const isFirst = integerOf(own.select.limitCount) === 1n && own.select.limitOption === "LIMIT_OPTION_COUNT";
  return isFirst && keys !== null && identifiesRow(table, new Set([...fixed, ...keys.map(({ use }) => use.column.name)]), catalog);
}

function lateral(group: SubqueryGroup<Member>, statement: RewriteStatement): Node {
  const { members } = group;
  const alias = freshName(statement, "looked_up");
  const names = members.map((_, at) => freshName(statement, `value_${at + 1}`));
  const query = changed(selectOf({}), { ...members[0].query, targetList: members.map(({ value }, at) => target(value, names[at])) });
  const shown = new Map(members.map(({ node, name }, at) => [node, target(columnRef(alias, names[at]!), name)]));
  return leftJoined(statement, group, {
    subquery: fromSubquery(query, alias, true),
    on: { A_Const: { boolval: { boolval: true } } },
    shown,
  });
}
