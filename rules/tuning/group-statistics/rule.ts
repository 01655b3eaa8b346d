import {
  aboutTable,
  columnsSql,
  createStatistics,
  evidence,
  figure,
  listed,
  objectName,
  type RelationName,
  readableQualified,
  relationKey,
  statisticsTargets,
  tuningRule,
  uniqueKeys,
} from "../../../src/rule/index.ts";

/** Grouped by more columns, the planner keeps no more than the combinations of five that are tried. */
const mostColumns = 5;
/** Without statistics on the columns together the planner takes at most so many of the rows for groups (selfuncs.c, estimate_num_groups). */
const clampedShare = 0.1;

export default tuningRule({
  title: "Groups of columns that go together are counted as if independent",
  severity: "note",
  detects:
    "GROUP BY and DISTINCT over several columns of one table, whose sampled rows show far fewer combinations than the planner expects",
  effect: "too many groups expected make a sort, or a hash that is taken to spill, and joins after it planned for rows that are not there",
  remedy: "Make an n-distinct statistics object over the columns and analyse",
  leaveAlone: "the plan is right all the same: every ANALYZE has to make the object",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/planner-stats.html#PLANNER-STATS-EXTENDED",
      says: "It's advisable to create ndistinct statistics objects only on combinations of columns that are actually used for grouping, and for which misestimation of the number of groups is resulting in bad plans",
    },
  ],
  options: {
    minRows: { default: 100_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
    minFactor: {
      default: 3,
      min: 1,
      max: 1e6,
      unit: "times",
      doc: "Groups expected against the distinct values of one column, below which they cannot be far off",
    },
  },

  *advise({ families, catalog, options }) {
    const wanted = new Map<
      string,
      { relation: RelationName; columns: readonly string[]; rows: number; groups: number; families: Set<string> }
    >();
    for (const family of families)
      for (const scan of family.scans) {
        const table = catalog.find(scan.relation);
        const rows = catalog.rows(scan.relation);
        const columns = [...new Set(scan.grouping.map((each) => each.column))].filter((each) => each !== null).toSorted();
        if (table?.kind !== "table" || rows === null || rows < options.minRows) continue;
        if (scan.grouping.some((each) => each.column === null) || columns.length < 2 || columns.length > mostColumns) continue;
        // Each row is a group of its own.
        if (uniqueKeys(table, catalog).some((key) => key.every((each) => columns.includes(each)))) continue;
        const distinct = columns.map((column) => catalog.distinct(table, column)).filter((each) => each !== null);
        if (distinct.length < columns.length) continue;
        const most = Math.max(...distinct);
        const product = distinct.reduce((all, each) => all * each, 1);
        const groups = Math.min(product, Math.max(most, rows * clampedShare));
        if (groups < most * options.minFactor) continue;
        const key = `${relationKey(table)} ${columns.join(" ")}`;
        const relation = { schema: table.schema, name: table.name };
        const entry = wanted.get(key) ?? { relation, columns, rows, groups, families: new Set<string>() };
        entry.families.add(family.id);
        wanted.set(key, entry);
      }
    for (const { relation, columns, rows, groups, families: users } of wanted.values()) {
      const known = catalog.all.statisticsObjects.some((object) => {
        const targets = relationKey(object.relation) === relationKey(relation) ? statisticsTargets(object.definition) : null;
        return targets?.kinds.includes("ndistinct") === true && columns.every((each) => targets.columns.includes(each));
      });
      if (known) continue;
      const object = { schema: relation.schema, name: objectName(relation.name, columns.join("_"), "groups") };
      const targets = columns.map((each) => columnsSql([each]));
      yield {
        about: aboutTable(relation),
        message: `${users.size === 1 ? "A statement groups" : `${users.size} statements group`} by ${listed(columns)}, whose combinations are reckoned at about ${figure(groups)}, and there are far fewer`,
        evidence: [
          evidence("columns", columns.join(", ")),
          evidence("groups expected", groups, "rows"),
          evidence("rows", rows, "rows"),
          evidence("statements", users.size),
        ],
        apply: createStatistics(object, { relation, targets, kinds: ["ndistinct"] }),
        undo: [`DROP STATISTICS ${readableQualified(object)}`],
        trial: { kind: "groups", relation, targets, helps: [...users].toSorted() },
      };
    }
  },
});
