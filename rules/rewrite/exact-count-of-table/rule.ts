import {
  cast,
  columnRef,
  isPlain,
  type Node,
  operation,
  readableQualified,
  rewriteRule,
  selectOf,
  target,
  targetsOf,
  textConst,
  withSelect,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "count(*) of a whole large table",
  effect: "The whole table, or an index of it, is read for one number",
  remedy: "Show the planner's own count, or keep a counter",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/catalog-pg-class.html",
      says: "reltuples is an estimate of the number of live rows, updated by VACUUM, ANALYZE and some DDL commands",
    },
    {
      url: "https://wiki.postgresql.org/wiki/Count_estimate",
      says: "count(*) has to visit every row, as which rows are visible depends on the transaction; an estimate is often enough",
    },
  ],
  options: {
    minRows: { default: 1_000_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
  },

  *rewrite(statement, { catalog, options }) {
    const [level] = statement.levels;
    const [table] = level?.tables ?? [];
    const [only, ...more] = level ? targetsOf(level.select) : [];
    if (level?.place !== "statement" || !table || !only || more.length > 0 || level.aliases.length !== 1 || level.select.whereClause)
      return;
    if (!isCount(only.val) || !isPlain({ ...level.select, targetList: [] }) || table.relation.kind !== "table") return;
    if ((catalog.rows(table.relation) ?? 0) < options.minRows || catalog.children(table.relation).length > 0) return;
    const oid = cast(textConst(readableQualified(table.relation)), "regclass");
    const estimate = selectOf({
      targetList: [target(cast(columnRef("reltuples"), "int8"), only.name ?? "count")],
      fromClause: [{ RangeVar: { relname: "pg_class", inh: true, relpersistence: "p" } }],
      whereClause: operation(columnRef("oid"), "=", oid),
    });
    yield {
      node: withSelect(statement, level, { ...estimate }),
      because: "the count that VACUUM and ANALYZE keep costs one look into the catalog",
      assumes: ["a count as of the last VACUUM or ANALYZE is good enough; -1 says that there was none yet"],
      contract: "different-contract",
    };
  },
});

function isCount(node: Node): boolean {
  if (!("FuncCall" in node)) return false;
  const { funcname, agg_star, agg_filter, over } = node.FuncCall;
  const last = funcname?.at(-1);
  return agg_star === true && !agg_filter && !over && last !== undefined && "String" in last && last.String.sval === "count";
}
