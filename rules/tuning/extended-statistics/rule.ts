import {
  aboutTable,
  columnsSql,
  createStatistics,
  equalityColumns,
  evidence,
  figure,
  type LoggedUnderestimate,
  listed,
  loggedUnderestimates,
  objectName,
  type Relation,
  type RelationName,
  readableQualified,
  relationKey,
  type Scan,
  statisticsTargets,
  tuningRule,
  uniqueKeys,
} from "../../../src/rule/index.ts";

export default tuningRule({
  title: "Columns that go together are reckoned as independent",
  severity: "note",
  detects:
    "statements that compare several columns of one table, whose sampled rows or logged runs show another number than the planner expects",
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
    const wanted = new Map<string, Wanted>();
    const want = (table: Relation, columns: readonly string[], family: string): Wanted | null => {
      const rows = catalog.rows(table);
      const compared = [...new Set(columns)].toSorted();
      // A unique column, or unique columns, say all there is to say.
      const isUnique = uniqueKeys(table, catalog).some((key) => key.every((each) => compared.includes(each)));
      if (table.kind !== "table" || rows === null || rows < options.minRows) return null;
      if (compared.length < 2 || compared.length > 8 || isUnique) return null;
      const key = `${relationKey(table)} ${compared.join(" ")}`;
      const relation = { schema: table.schema, name: table.name };
      const entry = wanted.get(key) ?? { relation, columns: compared, families: new Set<string>(), rows, logged: null };
      entry.families.add(family);
      wanted.set(key, entry);
      return entry;
    };
    for (const family of families) {
      for (const scan of family.scans) {
        const table = catalog.find(scan.relation);
        if (table) want(table, [...equalityColumns(catalog, scan).flatMap((each) => each.column ?? []), ...lists(scan)], family.id);
      }
      for (const found of loggedUnderestimates(family, catalog)) {
        const rows = catalog.rows(found.relation);
        // More rows than a column alone may have: its own statistics are wrong, and an object over several mends nothing.
        if (rows === null || found.realRows > Math.min(...found.fractions) * rows * sameFigure) continue;
        const columns = found.tests.map((each) => each.column);
        const entry = want(found.relation, columns, family.id);
        if (entry && (entry.logged === null || timesOff(found) > timesOff(entry.logged))) entry.logged = found;
      }
    }
    for (const { relation, columns, families: users, rows, logged } of wanted.values()) {
      const known = catalog.all.statisticsObjects.some((object) => {
        const targets = relationKey(object.relation) === relationKey(relation) ? statisticsTargets(object.definition) : null;
        return (
          targets !== null && columns.every((each) => targets.columns.includes(each)) && targets.kinds.some((kind) => kind !== "ndistinct")
        );
      });
      if (known) continue;
      const object = { schema: relation.schema, name: objectName(relation.name, columns.join("_"), "stx") };
      const targets = columns.map((each) => columnsSql([each]));
      const seen = logged && `a logged run gave ${figure(logged.realRows)} rows where ${figure(logged.expectedRows)} were expected`;
      yield {
        about: aboutTable(relation),
        message: `${listed(columns)} are compared together by ${users.size === 1 ? "a statement" : `${users.size} statements`}, and their values are not independent${seen ? `: ${seen}` : ""}`,
        evidence: [
          evidence("columns", columns.join(", ")),
          evidence("statements", users.size),
          evidence("rows", rows, "rows"),
          ...(logged
            ? [evidence("rows expected", logged.expectedRows, "rows"), evidence("rows of a logged run", logged.realRows, "rows")]
            : []),
        ],
        apply: createStatistics(object, { relation, targets, kinds: ["dependencies", "mcv"] }),
        undo: [`DROP STATISTICS ${readableQualified(object)}`],
        trial: { kind: "statistics", object, relation, targets, rows, helps: [...users].toSorted(), logged: seen },
      };
    }
  },
});

/** A column's own rows, by its statistics, may be so many times more: they are of a sample too. */
const sameFigure = 2;

interface Wanted {
  readonly relation: RelationName;
  readonly columns: readonly string[];
  readonly families: Set<string>;
  readonly rows: number;
  /** The worst that a log shows of it. */
  logged: LoggedUnderestimate | null;
}

function timesOff({ realRows, expectedRows }: LoggedUnderestimate): number {
  return realRows / expectedRows;
}

function lists({ predicates }: Scan): string[] {
  return predicates.flatMap(({ operator, on }) => (operator === "= any" && on.column !== null ? [on.column] : []));
}
