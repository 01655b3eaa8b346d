import {
  and,
  changed,
  columnRef,
  exists,
  isPlain,
  levelOf,
  type Node,
  not,
  operation,
  type QueryLevel,
  type RewriteStatement,
  rewriteRule,
  type SelectStmt,
  selectOne,
  targetsOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "EXCEPT or INTERSECT of two queries over columns of tables",
  effect: "Both sides are read in full and sorted or hashed together",
  remedy: "Write SELECT DISTINCT with NOT EXISTS or EXISTS, which are joined and may use an index",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-union.html",
      says: "EXCEPT returns rows of the first query that are not in the second, without duplicates unless EXCEPT ALL is used",
    },
  ],

  *rewrite(statement) {
    for (const operationNode of operationsIn(statement.node)) {
      const made = joined(operationNode, statement);
      if (!made) continue;
      yield {
        node: statement.replace([operationNode, made]),
        because: "rows are compared by a join that can use an index or a hash of the smaller side",
        assumes: ["no pair of columns is null on both sides at once: checked, one of each pair is NOT NULL"],
        contract: "same-result",
      };
    }
  },
});

function operationsIn(value: unknown): SelectStmt[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "op" in value && (value.op === "SETOP_EXCEPT" || value.op === "SETOP_INTERSECT") && "larg" in value;
  return [...(own ? [value as SelectStmt] : []), ...Object.values(value).flatMap(operationsIn)];
}

function joined(select: SelectStmt, statement: RewriteStatement): SelectStmt | null {
  const { larg, rarg, all, sortClause, limitCount, limitOffset, withClause, op } = select;
  if (!larg || !rarg || all || sortClause || limitCount || limitOffset || withClause) return null;
  const [left, right] = [levelOf(statement, larg), levelOf(statement, rarg)];
  if (!left || !right || !isPlain(larg) || !isPlain(rarg, ["distinctClause"]) || !rarg.fromClause) return null;
  if (left.aliases.some((alias) => right.aliases.includes(alias))) return null;
  const pairs = equalPairs(left, right);
  if (!pairs) return null;
  const where = rarg.whereClause ? and(rarg.whereClause, ...pairs) : and(...pairs);
  const rows = exists(changed(rarg, { targetList: selectOne, whereClause: where, distinctClause: undefined }));
  const test = op === "SETOP_EXCEPT" ? not(rows) : rows;
  // Plain DISTINCT is a list of one empty node.
  return changed(larg, { distinctClause: [{}], whereClause: larg.whereClause ? and(larg.whereClause, test) : test });
}

/** `right = left` per output; set operations hold nulls for equal, so one side of each must never be null. */
function equalPairs(left: QueryLevel, right: QueryLevel): Node[] | null {
  const [own, other] = [targetsOf(left.select), targetsOf(right.select)];
  if (own.length === 0 || own.length !== other.length) return null;
  const pairs: Node[] = [];
  for (const [at, { val }] of own.entries()) {
    const [a, b] = [left.column(val), right.column(other[at]!.val)];
    if (!a || !b || a.table.renamed || b.table.renamed || a.column.type !== b.column.type || a.column.collation !== b.column.collation)
      return null;
    if (!a.notNull && !b.notNull) return null;
    pairs.push(operation(columnRef(b.table.alias, b.column.name), "=", columnRef(a.table.alias, a.column.name)));
  }
  return pairs;
}
