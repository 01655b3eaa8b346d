import {
  type CatalogView,
  figure,
  fractionKept,
  indexableRelation,
  indexRule,
  isNullOrFlagTest,
  listed,
  minRowsOption,
  type Predicate,
  partialIndexes,
  percent,
  rowsInWords,
  type Scan,
} from "../../../src/rule/index.ts";

const comparisons = new Set(["=", "<>", "= any", "<> all", "<", "<=", ">", ">=", "is distinct from", "is not distinct from"]);

/** "It has this key", of jsonb and hstore: a key is a name that the statement's author wrote, and no value that comes and goes. */
const keyTests = new Set(["?", "?|", "?&"]);

export default indexRule({
  detects:
    "A condition fixed by the statement's own text, such as status = 'failed', stock < reorder_level or doc ? 'refund', that few rows meet",
  effect: "A full index stores every row, though the statement only ever wants these",
  remedy: "Create a partial index over the rows that meet the condition, keyed by what else is filtered or sorted by",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-partial.html",
      says: "A partial index is used only if the WHERE condition of the query implies its predicate; it avoids indexing common values",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxFraction: { default: 0.5, min: 0.01, max: 1, unit: "of the rows", doc: "Leave a condition alone that keeps more than this part" },
    maxValues: {
      default: 200,
      min: 2,
      max: 1e6,
      unit: "values",
      doc: "With more distinct values than this a constant is a lookup, not a state",
    },
    maxEvenValues: {
      default: 3,
      min: 2,
      max: 1e6,
      unit: "values",
      doc: "With more values than this, equality with one that is no rarer than the others is a lookup too: a full index serves them all",
    },
  },

  *propose(scan, { catalog, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const fixed = scan.predicates.filter((predicate) => isState(scan, predicate, catalog, options.maxValues));
    const states = fixed.filter(
      (predicate) => hasFewValues(scan, predicate, catalog, options.maxEvenValues) || isRareAmong(scan, predicate, catalog),
    );
    const rare = states.filter((predicate) => (fractionKept(scan, [predicate], catalog) ?? 0) <= options.maxFraction).slice(0, 2);
    const all = [...states, ...scan.predicates.filter(isNullOrFlagTest)];
    const sets = [...rare.map((predicate) => [predicate]), ...(states.length > 0 && all.length > 1 ? [all] : [])];
    for (const conditions of sets) {
      const kept = fractionKept(scan, conditions, catalog);
      if (kept !== null && kept > options.maxFraction) continue;
      const on = listed(conditions.map((predicate) => predicate.on.sql));
      const part = kept === null ? `an unknown part of ${rows}` : `${percent(kept)} of ${rows}`;
      const because = `what the statement's own text asks of ${on} keeps ${part}; the index holds only those`;
      for (const index of partialIndexes(scan, conditions, catalog, options.minRows).slice(0, 5)) yield { kind: "create", index, because };
    }
    for (const predicate of fixed) {
      const kept = fractionKept(scan, [predicate], catalog);
      const [index] = partialIndexes(scan, [predicate], catalog, options.minRows);
      if (!index || kept === null || kept <= options.maxFraction) continue;
      const because = `what the statement's own text asks of ${predicate.on.sql} keeps ${percent(kept)} of ${rows}, so a partial index would be nearly as large as a full one`;
      yield { kind: "refuse", index, because };
    }
  },
});

/** True for a comparison with a constant that names a state of the row, not one row's own value or a date that moves on. */
function isState(scan: Scan, { on, operator, compared, sql }: Predicate, catalog: CatalogView, maxValues: number): boolean {
  // A comparison of the row's own columns, such as stock < reorder_level.
  if (operator === "is true" && on.columns.length > 1) return on.immutable !== false;
  if (compared.kind !== "constant" || (!comparisons.has(operator) && !keyTests.has(operator)) || on.immutable === false || /\$\d/.test(sql))
    return false;
  if (compared.value === null && compared.values === null) return false;
  // What part of the rows an expression keeps is not known beforehand; the rule for expressions proposes an index that ANALYZE learns from.
  if (on.column === null) return false;
  if (keyTests.has(operator)) return true;
  const column = catalog.column(scan.relation, on.column);
  const distinct = catalog.distinct(scan.relation, on.column);
  if (column === null || column.baseType === "bool" || column.category === "D") return false;
  return distinct === null || distinct <= maxValues;
}

/** True also for the row's own columns, of which nothing is known. */
function hasFewValues(scan: Scan, { on }: Predicate, catalog: CatalogView, most: number): boolean {
  const distinct = on.column === null ? null : catalog.distinct(scan.relation, on.column);
  return distinct === null || distinct <= most;
}

/** Our own choice: a state that is asked for, such as queued or failed, has a fifth of the commonest one's rows at most. */
const rareShare = 0.2;

/** False when a value compared by equality is about as frequent as the commonest: one customer of fifty, one brand of many. */
function isRareAmong({ relation }: Scan, { on, operator, compared }: Predicate, catalog: CatalogView): boolean {
  if ((operator !== "=" && operator !== "= any") || on.column === null || compared.kind !== "constant") return true;
  const values = compared.values ?? (compared.value === null ? [] : [compared.value]);
  const commonest = Math.max(0, ...(catalog.statistics(relation, on.column)?.mostCommonFrequencies ?? []));
  return values.every((value) => (catalog.frequency(relation, on.column ?? "", value) ?? 1) <= commonest * rareShare);
}
