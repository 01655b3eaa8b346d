import {
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
  typeKind,
} from "../../../src/rule/index.ts";

const flagTests = new Set(["is true", "is false", "is not true", "is not false"]);

export default indexRule({
  detects: "A boolean column tested for the value that few rows have (archived, NOT processed)",
  effect: "An index on a column of two values narrows nothing by itself, and a full one stores the rows never wanted",
  remedy: "Create a partial index WHERE the flag is as the statement tests it",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-partial.html",
      says: "A partial index is used only if the WHERE condition of the query implies its predicate; it avoids indexing common values",
    },
  ],
  options: {
    minRows: minRowsOption,
    maxFraction: { default: 0.8, min: 0.01, max: 1, unit: "of the rows", doc: "Leave a condition alone that keeps more than this part" },
  },

  *propose(scan, { catalog, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const flags = scan.predicates.filter((predicate) => {
      const isFlag = predicate.on.column !== null && typeKind(catalog, scan.relation, predicate.on) === "bool";
      return isFlag && asFlagTest(predicate) !== null;
    });
    const nulls = scan.predicates.filter((predicate) => isNullOrFlagTest(predicate) && predicate.operator.endsWith("null"));
    const all = [...flags, ...nulls];
    const sets = [...flags.slice(0, 3).map((predicate) => [predicate]), ...(flags.length > 0 && all.length > 1 ? [all] : [])];
    for (const conditions of sets) {
      const tests = conditions.map((predicate) => asFlagTest(predicate) ?? predicate);
      const kept = fractionKept(scan, tests, catalog);
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
  },
});

/** `active`, `active IS NOT TRUE` as they are, `active = true` as a test; null for anything else. */
function asFlagTest(predicate: Predicate): Predicate | null {
  const { operator, compared } = predicate;
  if (flagTests.has(operator)) return predicate;
  if (operator !== "=" || compared.kind !== "constant" || compared.value === null) return null;
  return { ...predicate, operator: /^(t|true|on|yes|y|1)$/i.test(compared.value) ? "is true" : "is false", compared: { kind: "none" } };
}
