import {
  classIndex,
  classKeys,
  constantPattern,
  figure,
  hasTrigram,
  index,
  indexableRelation,
  indexRule,
  key,
  likeParts,
  minRowsOption,
  type Predicate,
  regexPrefix,
  rowsInWords,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

const patternOperators = new Set(["~~", "~~*", "~", "~*"]);
const distances = new Set(["<->", "<<->", "<->>", "<<<->", "<->>>"]);

export default indexRule({
  detects: "A search inside a text (LIKE '%abc%', ILIKE, a regular expression, similarity) that no trigram index answers",
  effect: "Every row's text is searched from end to end",
  remedy: "Create a GIN index with gin_trgm_ops; a GiST index with gist_trgm_ops for the nearest by distance",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/pgtrgm.html#PGTRGM-INDEX",
      says: "Trigram indexes serve LIKE, ILIKE, ~, ~* and the similarity operators; the distance operators only with GiST; a pattern without a trigram degenerates to a full-index scan",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    for (const found of classKeys(scan, "gin", catalog, postgres)) {
      if (found.operatorClass.name !== "gin_trgm_ops" || found.predicates.every(isBeginning)) continue;
      const wanted = classIndex(scan.relation, [found]);
      if (servedBy(catalog, wanted)) continue;
      const because = `${found.on.sql} is searched inside over ${rows}; GIN keeps the rows of every three-letter piece, and reads only those that hold all pieces of the pattern`;
      yield { kind: "create", index: wanted, because };
    }

    for (const predicate of scan.predicates) {
      const type = typeKind(catalog, scan.relation, predicate.on);
      if ((type !== "text" && type !== "varchar") || !patternOperators.has(predicate.operator)) continue;
      if (constantPattern(predicate) === null || hasTrigram(predicate) || isBeginning(predicate)) continue;
      const wanted = index(scan.relation, "gin", [key(predicate.on, { operatorClass: "gin_trgm_ops" })], { extension: "pg_trgm" });
      const because = `the pattern on ${predicate.on.sql} fixes no three characters in a row, so a trigram index would be read whole`;
      if (!servedBy(catalog, wanted)) yield { kind: "refuse", index: wanted, because };
    }

    const nearest = scan.sort[0];
    if (nearest?.distanceOperator && distances.has(nearest.distanceOperator) && !nearest.descending && nearest.on.immutable !== false) {
      const type = typeKind(catalog, scan.relation, nearest.on);
      const wanted = index(scan.relation, "gist", [key(nearest.on, { operatorClass: "gist_trgm_ops" })], { extension: "pg_trgm" });
      const because = `the rows nearest to a text by ${nearest.on.sql} ${nearest.distanceOperator} are asked for over ${rows}; GiST returns them in that order and stops at the LIMIT, GIN cannot`;
      if ((type === "text" || type === "varchar") && scan.limit !== null && !servedBy(catalog, wanted))
        yield { kind: "create", index: wanted, because };
    }

    const told = new Set<string>();
    for (const on of [...scan.predicates.map((predicate) => predicate.on), ...scan.sort.map((sort) => sort.on)]) {
      const column = on.columns[0];
      const called = /^\(*(strict_word_similarity|word_similarity|similarity|position|strpos)\s*\(/i.exec(on.sql)?.[1]?.toLowerCase();
      if (column === undefined || called === undefined || told.has(column)) continue;
      told.add(column);
      const wanted = index(scan.relation, "gin", [key(column, { operatorClass: "gin_trgm_ops" })], { extension: "pg_trgm" });
      const form = called.endsWith("similarity")
        ? `${column} % value with pg_trgm.similarity_threshold, or ORDER BY ${column} <-> value LIMIT n with gist_trgm_ops`
        : `${column} LIKE '%' || value || '%'`;
      const because = `${called}() of ${column} is a function call, which no index answers; the operator form is answered: ${form}`;
      if (!servedBy(catalog, wanted)) yield { kind: "refuse", index: wanted, because };
    }
  },
});

/** A constant pattern that only fixes the beginning is a B-tree's work; one without any wildcard is an equality. */
function isBeginning(predicate: Predicate): boolean {
  const pattern = constantPattern(predicate);
  if (pattern === null) return false;
  if (predicate.operator === "~~") return likeParts(pattern).exact || /^[^%_\\]+%$/.test(pattern);
  return (
    predicate.operator === "~" && regexPrefix(pattern) !== "" && !/[\p{L}\p{N}]{3}/u.test(pattern.slice(1 + regexPrefix(pattern).length))
  );
}
