import {
  and,
  changed,
  coalesce,
  columnRef,
  equalityOn,
  freshName,
  fromSubquery,
  integerConst,
  isBuiltIn,
  isPlain,
  leftJoined,
  levelOf,
  literalOf,
  type Node,
  operation,
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
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "Aggregates of the rows that belong to each row shown, as subqueries in the SELECT list",
  effect: "Each of them runs again for every row shown",
  remedy: "Compute them once per group in one subquery and join to it from the left",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/functions-aggregate.html",
      says: "except for count, aggregate functions return a null value when no rows are selected",
    },
  ],

  *rewrite(statement) {
    const groups = subqueryGroups(statement, ({ query, node, name }, level) => {
      const found = groupedBy(query, level, statement);
      return found && { key: found.signature, member: { ...found, target: node, name: name ?? found.name } };
    });
    for (const group of groups)
      yield {
        node: joined(group, statement),
        because: "each group is computed once, and the join can be hashed instead of asked row by row",
        assumes: [],
        contract: "same-result",
      };
  },
});

interface Found {
  /** The same for subqueries over the same rows. */
  readonly signature: string;
  readonly query: SelectStmt;
  readonly value: Node;
  /** What is shown where no row belongs to the outer one; null for NULL. */
  readonly missing: Node | null;
  /** As PostgreSQL calls the column. */
  readonly name: string;
  readonly keys: readonly { readonly column: string; readonly alias: string; readonly outer: Node }[];
  readonly kept: readonly Node[];
}

interface Grouped extends Found {
  readonly target: Node;
}

function groupedBy(query: SelectStmt, level: QueryLevel, statement: RewriteStatement): Found | null {
  const own = levelOf(statement, query);
  const [result, ...more] = targetsOf(query);
  if (!own || !result || more.length > 0 || !isPlain({ ...query, targetList: [] })) return null;
  const [table] = own.tables;
  const value = aggregateOf(result.val);
  if (!value || !table || own.aliases.length !== 1 || table.renamed || [...own.tablesIn(result.val)].some((each) => each !== table))
    return null;
  if (own.qualify(result.val) === null) return null;
  const keys: Found["keys"][number][] = [];
  const kept: Node[] = [];
  for (const condition of own.where) {
    if ([...own.tablesIn(condition)].every((each) => each.level === own)) {
      kept.push(condition);
      continue;
    }
    const found = equalityOn(own, condition, table);
    const other = found && own.column(found.other);
    // Equal types and collations, so that grouping and joining see the same equality.
    if (!found || other?.table.level !== level || other.table.renamed || other.column.baseType !== found.own.column.baseType) return null;
    if (other.column.collation !== found.own.column.collation) return null;
    keys.push({ column: found.own.column.name, alias: table.alias, outer: columnRef(other.table.alias, other.column.name) });
  }
  if (keys.length === 0 || new Set(keys.map(({ column }) => column)).size !== keys.length) return null;
  const signature = treeText([query.fromClause, keys, kept]);
  return { signature, query, value: result.val, name: result.name ?? value.name, missing: value.missing, keys, kept };
}

/** Aggregates whose value does not depend on the order of their input. */
const orderless = ["count", "sum", "avg", "min", "max", "bool_and", "bool_or", "every", "bit_and", "bit_or", "stddev", "variance"];

function aggregateOf(node: Node): { readonly name: string; readonly missing: Node | null } | null {
  if ("CoalesceExpr" in node) {
    const [inner, fallback, ...more] = node.CoalesceExpr.args ?? [];
    const within = inner && aggregateOf(inner);
    const plain = fallback && more.length === 0 && literalOf(fallback)?.type === null;
    return within && plain ? { name: "coalesce", missing: within.missing ?? fallback } : null;
  }
  if (!("FuncCall" in node) || node.FuncCall.over || node.FuncCall.agg_within_group) return null;
  const name = orderless.find((each) => isBuiltIn(node.FuncCall, each));
  if (name === undefined) return null;
  return { name, missing: name === "count" ? integerConst(0) : null };
}

function joined(group: SubqueryGroup<Grouped>, statement: RewriteStatement): Node {
  const { members } = group;
  const [{ keys, kept, query }] = members;
  const alias = freshName(statement, `per_${keys[0]!.column}`);
  const keyNames = keys.map((_, at) => freshName(statement, at === 0 ? "group_key" : `group_key_${at + 1}`));
  const values = members.map((_, at) => freshName(statement, at === 0 ? "group_value" : `group_value_${at + 1}`));
  const grouped = changed(selectOf({}), {
    targetList: [
      ...keys.map((key, at) => target(columnRef(key.alias, key.column), keyNames[at])),
      ...members.map(({ value }, at) => target(value, values[at])),
    ],
    fromClause: query.fromClause,
    whereClause: whereOf(kept),
    groupClause: keys.map((key) => columnRef(key.alias, key.column)),
  });
  const shown = new Map(
    members.map(({ target: node, name, missing }, at) => {
      const value = columnRef(alias, values[at]!);
      return [node, target(missing ? coalesce(value, missing) : value, name)] as const;
    }),
  );
  return leftJoined(statement, group, {
    subquery: fromSubquery(grouped, alias),
    on: and(...keys.map((key, at) => operation(columnRef(alias, keyNames[at]!), "=", key.outer))),
    shown,
  });
}
