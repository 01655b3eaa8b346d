import { and, changed, identifiesRow, isPlain, type Node, operation, type QueryLevel, rewriteRule, row } from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "Paging with OFFSET over an order that a unique key settles",
  effect: "All rows of the pages before are read and dropped, so each page costs more than the last",
  remedy: "Remember the last row's sort values and ask for the rows after them",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/queries-limit.html",
      says: "the rows skipped by an OFFSET clause still have to be computed inside the server",
    },
  ],

  *rewrite(statement, { catalog }) {
    const [level] = statement.levels;
    if (level?.place !== "statement" || !level.select.limitOffset || !level.select.limitCount) return;
    const { select } = level;
    if (!isPlain(select, ["sortClause", "limitCount", "limitOffset"])) return;
    const order = keysOf(level);
    const [table] = level.tables;
    if (!order || !table || !identifiesRow(table, new Set(order.keys.map((each) => level.column(each)?.column.name ?? "")), catalog))
      return;
    const last = order.keys.map((_, at): Node => ({ ParamRef: { number: statement.parameterCount + at + 1 } }));
    const [only] = order.keys;
    const operator = order.descending ? "<" : ">";
    const after = order.keys.length === 1 ? operation(only!, operator, last[0]!) : operation(row(...order.keys), operator, row(...last));
    const where = select.whereClause ? and(select.whereClause, after) : after;
    yield {
      node: statement.replace([select, changed(select, { whereClause: where, limitOffset: undefined })]),
      because: "an index in this order is entered behind the last row shown, so every page costs the same",
      assumes: ["the application keeps the sort values of the last row and shows no page numbers"],
      contract: "different-contract",
    };
  },
});

/** Sort keys that are columns of one table, NOT NULL, all in one direction with nulls where they are by default. */
function keysOf(level: QueryLevel): { readonly keys: readonly Node[]; readonly descending: boolean } | null {
  const keys: Node[] = [];
  const directions = new Set<boolean>();
  for (const item of level.select.sortClause ?? []) {
    if (!("SortBy" in item) || !item.SortBy.node || item.SortBy.sortby_dir === "SORTBY_USING") return null;
    const use = level.column(item.SortBy.node);
    if (!use?.notNull || use.table !== level.tables[0]) return null;
    keys.push(item.SortBy.node);
    directions.add(item.SortBy.sortby_dir === "SORTBY_DESC");
  }
  return keys.length > 0 && directions.size === 1 ? { keys, descending: directions.has(true) } : null;
}
