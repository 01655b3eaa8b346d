import {
  classIndex,
  classKeys,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  minRowsOption,
  rowsInWords,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "An array column asked with `@>`, `&&` or `<@` and no GIN index on it",
  effect: "Every row's array is read and searched element by element",
  remedy: "Create a GIN index on the array; write `$1 = ANY(column)` as `column @> ARRAY[$1]` so that it can be used",
  sources: [
    { url: "https://www.postgresql.org/docs/current/gin.html", says: "array_ops, the default for arrays, supports && @> <@ and =" },
    {
      url: "https://www.postgresql.org/docs/current/indexes-types.html#INDEXES-TYPES-GIN",
      says: "GIN suits values with several component values, such as arrays",
    },
    {
      url: "https://www.postgresql.org/docs/current/intarray.html",
      says: "gin__int_ops answers intarray's own operators, which hide the built-in ones where the extension is installed",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    for (const found of classKeys(scan, "gin", catalog, postgres)) {
      // A plain `=` compares whole arrays, for which a B-tree is the index.
      const asked = found.operators.filter((operator) => ["@>", "&&", "<@"].includes(operator));
      const wanted = classIndex(scan.relation, [found]);
      if (!found.type.startsWith("_") || asked.length === 0 || servedBy(catalog, wanted)) continue;
      const because = `${found.on.sql} is asked with ${asked.join(" and ")} over ${rows}; GIN keeps one entry per element, so it reads only the rows that hold the elements asked for`;
      yield { kind: "create", index: wanted, because };
    }
    for (const { on, operator } of scan.predicates) {
      if (operator !== "any =" || on.column === null || !typeKind(catalog, scan.relation, on)?.startsWith("_")) continue;
      const wanted = index(scan.relation, "gin", [key(on)]);
      const because = `value = ANY(${on.sql}) looks inside the array with a scalar operator, which no index answers; a GIN index answers the same question written ${on.sql} @> ARRAY[value]`;
      if (!servedBy(catalog, wanted)) yield { kind: "refuse", index: wanted, because };
    }
  },
});
