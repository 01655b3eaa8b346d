import {
  constantPattern,
  equalityColumns,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  likeParts,
  minRowsOption,
  type Predicate,
  regexPrefix,
  rowsInWords,
  type ScanExpression,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

/** The class that compares byte by byte, per type; under C the default class already does. */
const patternClass: Readonly<Record<string, string>> = {
  text: "text_pattern_ops",
  varchar: "varchar_pattern_ops",
  bpchar: "bpchar_pattern_ops",
};

export default indexRule({
  detects: "A search for the beginning of a text (LIKE 'abc%', ^@, starts_with, an anchored regular expression) that no index can narrow",
  effect: "Every row's text is compared with the pattern; an index in a linguistic order does not help",
  remedy: "Create a B-tree with text_pattern_ops, or a plain one where the collation is C",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-opclass.html",
      says: "text_pattern_ops, varchar_pattern_ops and bpchar_pattern_ops compare strictly character by character, for LIKE and regular expressions when the database does not use the C locale",
    },
    {
      url: "https://www.postgresql.org/docs/current/indexes-types.html#INDEXES-TYPES-BTREE",
      says: "A B-tree serves LIKE and ~ when the pattern is a constant anchored to the beginning of the string",
    },
  ],
  gates: [
    {
      from: 15,
      changes: "The starts-with operator ^@ can use a B-tree; before, only SP-GiST",
      source: {
        url: "https://www.postgresql.org/docs/release/15.0/",
        says: "Allow btree indexes to be used for ^@ and starts_with() when the collation is C",
      },
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, databaseCollation, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const equality = equalityColumns(catalog, scan).slice(0, 2);
    const seen = new Set<string>();
    for (const predicate of scan.predicates) {
      const on = predicate.on;
      const type = typeKind(catalog, scan.relation, on);
      const byBytes = patternClass[type ?? "text"];
      if (byBytes === undefined || on.immutable === false || seen.has(on.sql) || !searchesBeginning(predicate, postgres)) continue;
      seen.add(on.sql);
      const own = on.collation ?? (on.column === null ? null : (catalog.column(scan.relation, on.column)?.collation ?? null));
      const inByteOrder = /^(pg_catalog\.)?"?(C|POSIX)"?$/.test(own ?? databaseCollation ?? "");
      const operatorClass = inByteOrder ? null : byBytes;
      for (const leading of leadingSets(equality)) {
        const wanted = index(scan.relation, "btree", [...leading.map((each) => key(each)), key(on, { operatorClass })]);
        if (servedBy(catalog, wanted)) continue;
        const rows = rowsInWords(catalog, scan.relation, figure);
        const order = inByteOrder
          ? "its collation is C, so a plain B-tree reads just the texts that begin so"
          : `${byBytes} keeps the texts in byte order, in which those that begin alike stand together`;
        const unknown = constantPattern(predicate) === null ? "; it serves only values without a leading wildcard" : "";
        yield {
          kind: "create",
          index: wanted,
          because: `${predicate.on.sql} is searched by its beginning over ${rows}; ${order}${unknown}`,
        };
      }
    }
  },
});

function leadingSets(equality: readonly ScanExpression[]): ScanExpression[][] {
  return equality.map((_, count) => equality.slice(0, count + 1)).concat([[]]);
}

/** True for a pattern that fixes the first characters, or one not known yet that may. */
function searchesBeginning(predicate: Predicate, postgres: number): boolean {
  const { operator, compared } = predicate;
  if (compared.kind === "none" || compared.kind === "column") return false;
  const pattern = constantPattern(predicate);
  if (operator === "^@") return postgres >= 15 && pattern !== "";
  if (operator === "~~") return pattern === null || likeParts(pattern).prefix !== "";
  return operator === "~" && pattern !== null && regexPrefix(pattern) !== "";
}
