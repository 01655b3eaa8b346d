import { evidence, readableQualified, relationKey, statisticsTargets, tuningRule } from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Two statistics objects say the same",
  severity: "note",
  detects: "extended statistics whose columns and kinds another object on the same table covers",
  effect: "every ANALYZE makes both, and every plan of the table reads both",
  remedy: "Drop the one that adds nothing",
  leaveAlone: "they have different statistics targets on purpose",
  needs: [],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/sql-createstatistics.html",
      says: "CREATE STATISTICS will create a new extended statistics object tracking data about the specified table",
    },
  ],

  *advise({ catalog }) {
    const objects = catalog.all.statisticsObjects
      .flatMap((object) => {
        const targets = statisticsTargets(object.definition);
        return targets === null ? [] : [{ object, ...targets }];
      })
      .toSorted((a, b) => (a.object.name < b.object.name ? -1 : 1));
    const dropped = new Set<string>();
    for (const one of objects)
      for (const other of objects) {
        if (
          one === other ||
          dropped.has(relationKey(one.object)) ||
          relationKey(one.object.relation) !== relationKey(other.object.relation)
        )
          continue;
        const sameColumns = one.columns.length === other.columns.length && one.columns.every((each) => other.columns.includes(each));
        const covered = one.kinds.every((each) => other.kinds.includes(each));
        // Of two alike the later name goes.
        if (!sameColumns || !covered || (one.kinds.length === other.kinds.length && one.object.name < other.object.name)) continue;
        dropped.add(relationKey(one.object));
        yield {
          about: { kind: "statistics-object", object: { schema: one.object.schema, name: one.object.name } },
          message: `It holds ${one.kinds.join(", ")} of ${one.columns.join(", ")}, and so does ${other.object.name}`,
          evidence: [
            evidence("kinds", one.kinds.join(", ")),
            evidence("columns", one.columns.join(", ")),
            evidence("covered by", other.object.name),
          ],
          apply: [`DROP STATISTICS ${readableQualified(one.object)}`],
          undo: [one.object.definition],
          trial: { kind: "arithmetic", formula: "same table, same columns, and no kind that the other lacks (pg_statistic_ext)" },
        };
      }
  },
});
