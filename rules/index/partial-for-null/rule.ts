import {
  figure,
  fractionKept,
  indexableRelation,
  indexRule,
  listed,
  minRowsOption,
  type Predicate,
  partialIndexes,
  percent,
  rowsInWords,
  selectivity,
  servedBy,
} from "../../../src/rule/index.ts";

/** Operators that no NULL passes, so that a statement that uses one implies IS NOT NULL. */
const strict = new Set(["=", "= any", "<", "<=", ">", ">="]);

export default indexRule({
  detects:
    "IS NULL or IS NOT NULL on a column where few rows are so (open orders, soft-deleted rows), or a search in a column that is mostly null",
  effect: "A full index stores the many rows that the statement never wants",
  remedy: "Create a partial index WHERE the column IS NULL, or IS NOT NULL",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-partial.html",
      says: "A partial index is used only if the WHERE condition of the query implies its predicate; it avoids indexing common values",
    },
    {
      url: "https://github.com/postgres/postgres/blob/master/src/backend/optimizer/util/predtest.c",
      says: "predicate_implied_by: any strict operator on a column implies that the column IS NOT NULL, with a parameter too",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxFraction: { default: 0.8, min: 0.01, max: 1, unit: "of the rows", doc: "Leave a condition alone that keeps more than this part" },
  },

  *propose(scan, { catalog, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const asked = scan.predicates.filter(
      ({ on, operator }) => on.column !== null && (operator === "is null" || operator === "is not null"),
    );
    const sets = [...asked.map((predicate) => [predicate]), ...(asked.length > 1 ? [asked] : [])];
    for (const conditions of sets.slice(0, 3)) {
      const kept = fractionKept(scan, conditions, catalog);
      const words = listed(conditions.map((predicate) => predicate.sql));
      const wanted = partialIndexes(scan, conditions, catalog, options.minRows).slice(0, 5);
      const size = kept === null ? `an unknown part of ${rows}` : `${percent(kept)} of ${rows}`;
      if (kept === null || kept <= options.maxFraction) {
        for (const index of wanted) yield { kind: "create", index, because: `${words} keeps ${size}; the index holds only those` };
      } else if (wanted[0] && conditions.length === 1) {
        const because = `${words} keeps ${size}, so a partial index would be nearly as large as a full one`;
        yield { kind: "refuse", index: wanted[0], because };
      }
    }

    for (const predicate of scan.predicates) {
      const implied = notNullOf(predicate);
      const kept = implied && selectivity(catalog, scan.relation, implied);
      if (!implied || kept === null || kept > options.maxFraction || asked.some(({ on }) => on.column === predicate.on.column)) continue;
      const because = `${predicate.on.sql} is set in ${percent(kept)} of ${rows}, and a comparison with it never finds a null; the index leaves the nulls out`;
      // The compared column stays among the keys: IS NOT NULL adds to the scan's conditions, it replaces none.
      const widened = { ...scan, predicates: [...scan.predicates, implied] };
      for (const index of partialIndexes(widened, [implied], catalog, options.minRows).slice(0, 2))
        if (!servedBy(catalog, { ...index, predicate: null })) yield { kind: "create", index, because };
    }
  },
});

/** The IS NOT NULL that a strict comparison of a bare column implies; null when there is none. */
function notNullOf(predicate: Predicate): Predicate | null {
  if (predicate.on.column === null || !strict.has(predicate.operator)) return null;
  return { on: predicate.on, operator: "is not null", compared: { kind: "none" }, sql: `${predicate.on.sql} IS NOT NULL` };
}
