import {
  aboutTable,
  evidence,
  figure,
  ident,
  type LoggedRange,
  type LoggedUnderestimate,
  loggedRanges,
  loggedUnderestimates,
  parseArrayText,
  percent,
  type Relation,
  readableIdent,
  readableQualified,
  relationKey,
  type TuningContext,
  type TuningFamily,
  type TuningProposal,
  tuningRule,
} from "../../../src/rule/index.ts";

/** ANALYZE reads so many rows for each entry of the longest list (analyze.c, std_typanalyze). */
const sampledPerEntry = 300;
/** A value found less often in ANALYZE's sample may miss the list by chance. */
const surelySampled = 10;
/** Values that are asked for, oftener than the rarest listed by more, would be listed already: the statistics are not of these rows. */
const sameFrequency = 2;
/** `MAX_STATISTICS_TARGET`, src/include/statistics/statistics.h. */
const mostEntries = 10_000;

export default tuningRule({
  title: "A column has more common values than its statistics list",
  severity: "note",
  detects:
    "logged runs that gave over ten times the rows expected of one column's value, where its list of common values is full, or of a range within a step of its histogram",
  effect: "values that are common, but just not listed, are taken for as rare as the rarest, and joins to them are planned for a few rows",
  remedy: "Raise the column's statistics target and analyse; ANALYZE then reads more rows, and planning compares more values",
  leaveAlone: "the plan is right all the same, or the table is so large that a longer ANALYZE hurts",
  needs: ["settings"],
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/planner-stats.html",
      says: "Raising the limit might allow more accurate planner estimates to be made, particularly for columns with irregular data distributions, at the price of consuming more space in pg_statistic and slightly more time to compute the estimates",
    },
  ],
  options: {
    minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Leave smaller tables alone" },
    leastDistinct: { default: 3, min: 1, max: 1e6, unit: "× the list", doc: "Distinct values against common ones listed" },
    maxTarget: { default: 2000, min: 100, max: mostEntries, unit: "values", doc: "Advise no higher statistics target" },
  },

  *advise({ families, catalog, options, amount }) {
    const wanted = new Map<string, { worst: LoggedUnderestimate; target: number; from: number; listed: number; users: Set<string> }>();
    for (const family of families)
      for (const found of loggedUnderestimates(family, catalog)) {
        const { relation, tests, fractions, realRows } = found;
        const [test, ...others] = tests;
        const rows = catalog.rows(relation);
        const column = test && catalog.column(relation, test.column);
        // Several columns: their statistics may each be right (tuning/extended-statistics).
        if (!test || !column || others.length > 0 || relation.kind !== "table" || rows === null || rows < options.minRows) continue;
        const frequencies = catalog.statistics(relation, test.column)?.mostCommonFrequencies ?? [];
        const distinct = catalog.distinct(relation, test.column);
        const from = column.statisticsTarget ?? amount("default_statistics_target");
        if (from === null || from < 1 || frequencies.length < from) continue;
        if (distinct === null || distinct < frequencies.length * options.leastDistinct) continue;
        // Listed or not, each value of a list is taken for as frequent as the others of it.
        const frequency = Math.max(0, realRows / rows - (fractions[0] ?? 0)) / test.values.length;
        if (frequency > Math.min(...frequencies) * sameFrequency) continue;
        const target = targetFor(frequency, frequencies, catalog.statistics(relation, test.column)?.nullFraction ?? 0);
        if (target > options.maxTarget) continue;
        const key = `${relationKey(relation)} ${test.column}`;
        const known = wanted.get(key);
        const isWorse = !known || found.realRows / found.expectedRows > known.worst.realRows / known.worst.expectedRows;
        wanted.set(key, {
          worst: isWorse ? found : known.worst,
          target: Math.max(target, known?.target ?? 0),
          from,
          listed: frequencies.length,
          users: (known?.users ?? new Set()).add(family.id),
        });
      }
    yield* coarseRanges(families, { catalog, options, amount });
    for (const { worst, target, from, listed, users } of wanted.values()) {
      const { relation, tests, realRows, expectedRows } = worst;
      const { column, test } = tests[0]!;
      const rows = catalog.rows(relation) ?? 0;
      const before = catalog.column(relation, column)?.statisticsTarget ?? null;
      yield {
        about: aboutTable(relation, column),
        message: `A logged run gave ${figure(realRows)} rows by ${column} where ${figure(expectedRows)} were expected: the list of its common values is full with ${listed}, and it has about ${figure(catalog.distinct(relation, column) ?? 0)}`,
        evidence: [
          evidence("rows expected", expectedRows, "rows"),
          evidence("rows of a logged run", realRows, "rows"),
          evidence("common values listed", listed),
          evidence("statistics target", from),
          evidence("statements", users.size),
        ],
        ...setTarget(relation, column, target, before),
        help: `Raise the column's statistics target and analyse: a value of ${percent(realRows / rows / tests[0]!.values.length)} of the rows is then among ${figure(target)} listed. The price: ANALYZE reads ${figure(sampledPerEntry * target)} rows of the table instead of ${figure(sampledPerEntry * from)} (unless another column asks for more), and planning takes longer, since each condition or join by the column compares up to ${figure(target)} values`,
        trial: {
          kind: "column-target",
          relation: { schema: relation.schema, name: relation.name },
          column,
          condition: `${ident(column)} ${test}`,
          rows,
          expectedRows,
          target,
          helps: [...users].toSorted(),
          otherwise: `the evidence is a logged run's rows; a longer list cannot be tried without production's rows`,
        },
      };
    }
  },
});

/** A range narrower than a step of the histogram is estimated as its part of the step: so many steps make it right where values are uneven. */
const stepsInRange = 10;
/** A wider range spans steps that are right. */
const widestInSteps = 2;

/** Logged ranges that lie within a step or two of the histogram and hold far more rows than their part of it. */
function* coarseRanges(
  families: readonly TuningFamily[],
  {
    catalog,
    options,
    amount,
  }: Pick<TuningContext, "catalog" | "amount"> & { readonly options: { readonly minRows: number; readonly maxTarget: number } },
): Generator<TuningProposal> {
  const wanted = new Map<string, { worst: LoggedRange; target: number; from: number; users: Set<string> }>();
  for (const family of families)
    for (const found of loggedRanges(family, catalog)) {
      const { relation, range, realRows } = found;
      const rows = catalog.rows(relation);
      const column = catalog.column(relation, range.column);
      const bounds = catalog.statistics(relation, range.column)?.histogramBounds;
      const from = column?.statisticsTarget ?? amount("default_statistics_target");
      if (relation.kind !== "table" || rows === null || rows < options.minRows || bounds == null || from === null || from < 1) continue;
      const steps = parseArrayText(bounds).length - 1;
      const target = Math.ceil((stepsInRange * rows) / realRows / 100) * 100;
      if (steps < 1 || realRows / rows > widestInSteps / steps || target <= from || target > options.maxTarget) continue;
      const key = `${relationKey(relation)} ${range.column}`;
      const known = wanted.get(key);
      const isWorse = !known || realRows / found.expectedRows > known.worst.realRows / known.worst.expectedRows;
      const users = (known?.users ?? new Set()).add(family.id);
      wanted.set(key, { worst: isWorse ? found : known.worst, target: Math.max(target, known?.target ?? 0), from, users });
    }
  for (const { worst, target, from, users } of wanted.values()) {
    const { relation, range, realRows, expectedRows } = worst;
    const { column } = range;
    yield {
      about: aboutTable(relation, column),
      message: `A logged run gave ${figure(realRows)} rows by a range of ${column} where ${figure(expectedRows)} were expected: within a step of its histogram the values are uneven`,
      evidence: [
        evidence("rows expected", expectedRows, "rows"),
        evidence("rows of a logged run", realRows, "rows"),
        evidence("statistics target", from),
        evidence("statements", users.size),
      ],
      ...setTarget(relation, column, target, catalog.column(relation, column)?.statisticsTarget ?? null),
      help: `Raise the column's statistics target and analyse: the range is then ${figure(stepsInRange)} steps of the histogram. The price: ANALYZE reads ${figure(sampledPerEntry * target)} rows of the table instead of ${figure(sampledPerEntry * from)} (unless another column asks for more)`,
      trial: {
        kind: "column-target",
        relation: { schema: relation.schema, name: relation.name },
        column,
        condition: range.tests.map((test) => `${ident(column)} ${test}`).join(" and "),
        rows: catalog.rows(relation) ?? 0,
        expectedRows,
        target,
        helps: [...users].toSorted(),
        otherwise: null,
      },
    };
  }
}

/** Before PostgreSQL 17 there is no SET STATISTICS DEFAULT; −1 is understood by all. */
function setTarget(relation: Relation, column: string, target: number, before: number | null): Pick<TuningProposal, "apply" | "undo"> {
  const name = readableQualified(relation);
  const set = `ALTER TABLE ${name} ALTER COLUMN ${readableIdent(column)} SET STATISTICS`;
  return { apply: [`${set} ${target}`, `ANALYZE ${name}`], undo: [`${set} ${before ?? -1}`, `ANALYZE ${name}`] };
}

/**
 * Entries that surely hold a value of this frequency: what is listed now, and as many more as the rest of the rows has room for at that
 * frequency; and enough that ANALYZE's sample finds the value ten times. Rounded up to tens, and to hundreds from 100 on.
 */
function targetFor(frequency: number, listed: readonly number[], nullFraction: number): number {
  const rest = Math.max(0, 1 - nullFraction - listed.reduce((sum, each) => sum + each, 0));
  const least = Math.max(listed.length + rest / frequency, surelySampled / (sampledPerEntry * frequency));
  const step = least <= 100 ? 10 : 100;
  return Math.ceil(least / step) * step;
}
