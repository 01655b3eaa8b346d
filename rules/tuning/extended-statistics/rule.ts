import {
  aboutTable,
  columnsSql,
  createStatistics,
  equalityColumns,
  evidence,
  listed,
  readableQualified,
  relationKey,
  statisticsTargets,
  tuningRule,
} from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Columns that go together are reckoned as independent",
  severity: "note",
  detects: "statements that compare several columns of one table, whose sampled rows show another number than the planner expects",
  effect: "an estimate ten times too low makes nested loops of what should be hashed, and the error grows at each join",
  remedy: "Make a statistics object over the columns and analyse",
  leaveAlone: "the plan is right all the same: every ANALYZE has to make the object",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/planner-stats.html#PLANNER-STATS-EXTENDED",
      says: "It is common to see slow queries running bad execution plans because multiple columns used in the query clauses are correlated",
    },
  ],
  options: { minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" } },

  *advise({ families, catalog, options }) {
    const wanted = new Map<
      string,
      { relation: { schema: string; name: string }; columns: string[]; families: Set<string>; rows: number }
    >();
    for (const family of families)
      for (const scan of family.scans) {
        const table = catalog.find(scan.relation);
        const rows = catalog.rows(scan.relation);
        if (table?.kind !== "table" || rows === null || rows < options.minRows) continue;
        const compared = [...new Set([...equalityColumns(catalog, scan).map((each) => each.column ?? ""), ...lists(scan)])]
          .filter((each) => each !== "")
          .toSorted();
        // A unique column, or unique columns, say all there is to say.
        const isUnique = table.indexes.some(
          (each) =>
            each.unique && each.predicate === null && each.keys.every((key) => key.column !== null && compared.includes(key.column)),
        );
        if (compared.length < 2 || compared.length > 8 || isUnique) continue;
        const key = `${relationKey(table)} ${compared.join(" ")}`;
        const entry = wanted.get(key) ?? {
          relation: { schema: table.schema, name: table.name },
          columns: compared,
          families: new Set<string>(),
          rows,
        };
        entry.families.add(family.id);
        wanted.set(key, entry);
      }
    for (const { relation, columns, families: users, rows } of wanted.values()) {
      const known = catalog.all.statisticsObjects.some((object) => {
        const targets = relationKey(object.relation) === relationKey(relation) ? statisticsTargets(object.definition) : null;
        return (
          targets !== null && columns.every((each) => targets.columns.includes(each)) && targets.kinds.some((kind) => kind !== "ndistinct")
        );
      });
      if (known) continue;
      const object = { schema: relation.schema, name: `${relation.name}_${columns.join("_")}_stx`.slice(0, 63) };
      const targets = columns.map((each) => columnsSql([each]));
      yield {
        about: aboutTable(relation),
        message: `${listed(columns)} are compared together by ${users.size === 1 ? "a statement" : `${users.size} statements`}, and their values are not independent`,
        evidence: [evidence("columns", columns.join(", ")), evidence("statements", users.size), evidence("rows", rows, "rows")],
        apply: createStatistics(object, { relation, targets, kinds: ["dependencies", "mcv"] }),
        undo: [`DROP STATISTICS ${readableQualified(object)}`],
        trial: { kind: "statistics", object, relation, targets, rows, helps: [...users].toSorted() },
      };
    }

    function* lists(scan: (typeof families)[number]["scans"][number]): Iterable<string> {
      for (const each of scan.predicates) if (each.operator === "= any" && each.on.column !== null) yield each.on.column;
    }
  },
});
