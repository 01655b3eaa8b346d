import {
  booleanTest,
  changed,
  conjunctsOf,
  equalitiesOf,
  isPlain,
  type Node,
  or,
  type QueryLevel,
  rewriteRule,
  type SelectStmt,
  setOperation,
  targetsOf,
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "OR of which one arm is a subquery or belongs to another table, or of two equalities in a join",
  effect: "No bitmap can join such arms, so all rows are read or joined and each is tested",
  remedy: "Ask each arm on its own, and leave the first one's rows out of the second",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
      says: "indexes are combined for AND and OR conditions over columns of one table that are each indexable",
    },
    {
      url: "https://www.postgresql.org/docs/current/functions-comparison.html",
      says: "IS NOT TRUE is true for false and for null",
    },
  ],

  *rewrite(statement) {
    for (const level of statement.levels) {
      const { select } = level;
      // The arms are read one after another, so an order of the whole would have to be made again.
      if (level.place === "subquery" || level.place === "arm" || !isPlain(select) || !select.fromClause) continue;
      for (const condition of level.where) {
        const arms = "BoolExpr" in condition && condition.BoolExpr.boolop === "OR_EXPR" ? (condition.BoolExpr.args ?? []) : [];
        const [first, second, ...more] = arms;
        if (!first || !second || !splits(arms, level)) continue;
        const rest = level.where.filter((each) => each !== condition);
        const others = more.length > 0 ? or(second, ...more) : second;
        const left = changed(select, { whereClause: whereOf([...rest, first]) });
        const right = changed(select, { whereClause: whereOf([...rest, others, booleanTest(first, "IS_NOT_TRUE")]) });
        yield {
          node: statement.replace([select, setOperation(left, "SETOP_UNION", true, right)]),
          because,
          assumes: [],
          contract: "same-result",
        };
      }
      for (const [item, { quals }] of innerJoinsOf(select)) {
        const conditions = quals ? conjunctsOf(quals) : [];
        for (const condition of conditions) {
          const arms = "BoolExpr" in condition && condition.BoolExpr.boolop === "OR_EXPR" ? (condition.BoolExpr.args ?? []) : [];
          const [first, second, ...more] = arms;
          if (!first || !second || !arms.every((arm) => linksTwo(arm, level))) continue;
          const rest = conditions.filter((each) => each !== condition);
          const others = more.length > 0 ? or(second, ...more) : second;
          const arm = (...on: readonly Node[]) =>
            changed(select, { fromClause: (select.fromClause ?? []).map((each) => withQuals(each, item, whereOf([...rest, ...on])!)) });
          yield {
            node: statement.replace([
              select,
              setOperation(arm(first), "SETOP_UNION", true, arm(others, booleanTest(first, "IS_NOT_TRUE"))),
            ]),
            because,
            assumes: [],
            contract: "same-result",
          };
        }
      }
    }
  },
});

const because = "each arm can use the indexes and joins that serve it, and the exclusion keeps a row from coming twice";

type JoinNode = Extract<Node, { JoinExpr: unknown }>;

/** Inner joins that no outer join encloses: their ON is as good as WHERE. */
function innerJoinsOf(select: SelectStmt): readonly (readonly [JoinNode, JoinNode["JoinExpr"]])[] {
  const found: (readonly [JoinNode, JoinNode["JoinExpr"]])[] = [];
  const visit = (item: Node | undefined) => {
    if (!item || !("JoinExpr" in item) || item.JoinExpr.jointype !== "JOIN_INNER" || item.JoinExpr.alias) return;
    found.push([item, item.JoinExpr]);
    for (const side of [item.JoinExpr.larg, item.JoinExpr.rarg]) visit(side);
  };
  for (const item of select.fromClause ?? []) visit(item);
  return found;
}

/** An equality between two tables of the level: alone it could be hashed or looked up, beside another by OR it cannot. */
function linksTwo(arm: Node, level: QueryLevel): boolean {
  const tables = [...level.tablesIn(arm)];
  return equalitiesOf(arm).length > 0 && tables.length === 2 && tables.every((table) => table.level === level && !table.nullable);
}

function withQuals(item: Node, wanted: JoinNode, quals: Node): Node {
  if (!("JoinExpr" in item)) return item;
  if (item === wanted) return { JoinExpr: { ...item.JoinExpr, quals } };
  const { larg, rarg } = item.JoinExpr;
  const [left, right] = [larg && withQuals(larg, wanted, quals), rarg && withQuals(rarg, wanted, quals)];
  if (left === larg && right === rarg) return item;
  return { JoinExpr: { ...item.JoinExpr, ...(left ? { larg: left } : {}), ...(right ? { rarg: right } : {}) } };
}

/** Arms that no bitmap of one table could join: one has a subquery, or they read different tables. */
function splits(arms: readonly Node[], level: QueryLevel): boolean {
  if (targetsOf(level.select).length === 0) return false;
  if (arms.some(hasSubquery)) return true;
  const tables = arms.map((arm) => [...level.tablesIn(arm)].filter((table) => table.level === level));
  if (tables.some((each) => each.length !== 1)) return false;
  return new Set(tables.map(([table]) => table)).size > 1 && level.tables.every((table) => !table.nullable);
}

function hasSubquery(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "SubLink" in value || Object.values(value).some(hasSubquery);
}
