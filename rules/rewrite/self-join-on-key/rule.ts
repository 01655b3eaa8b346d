import {
  changed,
  columnRef,
  equalityOn,
  type FromTable,
  identifiesRow,
  innerJoins,
  type Node,
  type QueryLevel,
  rewriteRule,
  type SelectStmt,
  sameTable,
  starOf,
  whereOf,
} from "../../../src/rule/index.ts";

export default rewriteRule({
  detects: "A table joined to itself on its own key",
  effect: "Before PostgreSQL 18 each row is looked up a second time to find itself",
  remedy: "Read the table once",
  sources: [
    {
      url: "https://www.postgresql.org/docs/18/runtime-config-query.html#GUC-ENABLE-SELF-JOIN-ELIMINATION",
      says: "the optimizer analyses the query tree and replaces self joins with semantically equivalent single scans",
    },
  ],
  gates: [
    {
      from: 18,
      changes: "The planner removes such self-joins itself (enable_self_join_elimination)",
      source: {
        url: "https://www.postgresql.org/docs/18/release-18.html",
        says: "Automatically remove some unnecessary table self-joins",
      },
    },
  ],

  *rewrite(statement, { postgres, catalog }) {
    if (postgres >= 18) return;
    for (const level of statement.levels) {
      const joined = innerJoins(level);
      if (!joined || level.aliases.length !== joined.tables.length || statement.levels.some((each) => each.parent === level)) continue;
      for (const [at, gone] of joined.tables.entries())
        for (const kept of joined.tables.slice(0, at)) {
          if (!sameTable(gone, kept)) continue;
          const keys = joined.conditions.filter((condition) => isOwnColumn(level, condition, gone, kept));
          const columns = new Set(keys.map((condition) => equalityOn(level, condition, gone)!.own.column.name));
          if (!identifiesRow(gone, columns, catalog) || !identifiesRow(kept, columns, catalog)) continue;
          const select = merged(
            level,
            joined.tables,
            joined.conditions.filter((condition) => !keys.includes(condition)),
            gone,
            kept,
          );
          if (!select) continue;
          yield {
            node: statement.replace([level.select, select]),
            because: `"${gone.alias}" is the same row as "${kept.alias}", so it need not be looked up`,
            assumes: ["the key joined by is unique: checked, its index is valid and its columns are NOT NULL"],
            contract: "same-result",
          };
        }
    }
  },
});

/** `gone.c = kept.c` of one column. */
function isOwnColumn(level: QueryLevel, condition: Node, gone: FromTable, kept: FromTable): boolean {
  const found = equalityOn(level, condition, gone);
  const other = found && level.column(found.other);
  return found !== null && other?.table === kept && other.column.name === found.own.column.name;
}

/** The SELECT with one of the two tables, every reference to the other turned to it. Null where `*` shows both. */
function merged(
  level: QueryLevel,
  tables: readonly FromTable[],
  conditions: readonly Node[],
  gone: FromTable,
  kept: FromTable,
): SelectStmt | null {
  let whole = false;
  const turn = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const made = value.map(turn);
      return made.every((each, at) => each === value[at]) ? value : made;
    }
    if ("ColumnRef" in value) {
      const star = starOf(value as Node);
      if (star) whole ||= star.alias === null || star.alias === gone.alias;
      const use = level.column(value as Node);
      return use?.table === gone ? columnRef(kept.alias, use.column.name) : value;
    }
    const entries = Object.entries(value).map(([key, each]) => [key, turn(each)] as const);
    return entries.every(([key, each]) => each === (value as Record<string, unknown>)[key]) ? value : Object.fromEntries(entries);
  };
  const { fromClause: _, whereClause: __, ...rest } = level.select;
  // Same fields with nodes in the place of nodes.
  const turned = turn(rest) as SelectStmt;
  const where = whereOf(conditions.map((condition) => turn(condition) as Node));
  const left = tables.filter((table) => table !== gone);
  return whole ? null : changed(turned, { fromClause: left.map((table) => table.node), whereClause: where });
}
