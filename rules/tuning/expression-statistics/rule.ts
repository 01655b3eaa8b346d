import {
  aboutTable,
  createStatistics,
  evidence,
  objectName,
  readableQualified,
  relationKey,
  sameSql,
  tuningRule,
} from "../../../src/rule/index.ts";

export default tuningRule({
  title: "The planner knows nothing of an expression",
  severity: "note",
  detects:
    "conditions on expressions that no index and no statistics object covers, whose sampled rows show another number than is expected",
  effect: "any value of an expression is taken for half a percent of the rows",
  remedy: "Make statistics over the expression",
  leaveAlone: "an index on the expression is made anyway: ANALYZE then keeps statistics for it",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createstatistics.html",
      says: "Expression statistics, which are built automatically, are similar to having statistics on an expression index, without the overhead of index maintenance",
    },
  ],
  gates: [
    {
      from: 14,
      changes: "statistics objects take expressions",
      source: { url: "https://www.postgresql.org/docs/14/release-14.html", says: "Allow extended statistics on expressions" },
    },
  ],
  options: { minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" } },

  *advise({ families, catalog, options, postgres }) {
    if (postgres < 14) return;
    const wanted = new Map<string, { relation: { schema: string; name: string }; sql: string; families: Set<string>; rows: number }>();
    for (const family of families)
      for (const scan of family.scans) {
        const table = catalog.find(scan.relation);
        const rows = catalog.rows(scan.relation);
        if (table?.kind !== "table" || rows === null || rows < options.minRows) continue;
        const strings = new Set(table.columns.filter((each) => each.category === "S").map((each) => each.name));
        for (const { on } of scan.predicates) {
          if (on.column !== null || on.immutable !== true || on.columns.length === 0) continue;
          const indexed = table.indexes.some((each) => each.keys.some((key) => key.column === null && sameSql(key.sql, on.sql, strings)));
          const known = catalog.all.statisticsObjects.some(
            (each) =>
              relationKey(each.relation) === relationKey(table) &&
              each.definition.replaceAll(/\s|[()]|::text/g, "").includes(on.sql.replaceAll(/\s|[()]|::text/g, "")),
          );
          if (indexed || known) continue;
          const key = `${relationKey(table)} ${on.sql}`;
          const entry = wanted.get(key) ?? {
            relation: { schema: table.schema, name: table.name },
            sql: on.sql,
            families: new Set<string>(),
            rows,
          };
          entry.families.add(family.id);
          wanted.set(key, entry);
        }
      }
    for (const { relation, sql, families: users, rows } of wanted.values()) {
      const number = [...wanted.values()]
        .filter((each) => relationKey(each.relation) === relationKey(relation))
        .findIndex((each) => each.sql === sql);
      const object = { schema: relation.schema, name: objectName(relation.name, `expr${number + 1}_stx`) };
      yield {
        about: aboutTable(relation),
        message: `${users.size === 1 ? "A statement compares" : `${users.size} statements compare`} ${sql}, of whose values nothing is known`,
        evidence: [evidence("expression", sql), evidence("statements", users.size), evidence("rows", rows, "rows")],
        apply: createStatistics(object, { relation, targets: [`(${sql})`], kinds: [] }),
        undo: [`DROP STATISTICS ${readableQualified(object)}`],
        trial: { kind: "statistics", object, relation, targets: [`(${sql})`], rows, helps: [...users].toSorted(), logged: null },
      };
    }
  },
});
