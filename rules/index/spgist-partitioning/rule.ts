import {
  classIndex,
  classKeys,
  constantPattern,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  likeParts,
  minRowsOption,
  rowsInWords,
  servedBy,
} from "../../../src/rule/index.ts";

export default indexRule({
  detects: "A condition on points, boxes, polygons, ranges or long texts with shared beginnings that SP-GiST answers",
  effect: "A GiST index whose entries overlap is searched along several branches; a B-tree stores every shared beginning again",
  remedy: "Create an SP-GiST index, which divides the space into parts that do not overlap; compare its cost with the GiST one",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/spgist.html#SPGIST-BUILTIN-OPCLASSES",
      says: "SP-GiST has classes for points (quad and k-d tree), boxes, polygons, ranges, inet and text (radix tree)",
    },
    {
      url: "https://www.postgresql.org/docs/current/functions-string.html",
      says: "text ^@ text, starts with, is answered by an SP-GiST index on text",
    },
  ],
  options: {
    minRows: minRowsOption,
    minTextBytes: { default: 24, min: 1, max: 10_000, unit: "bytes", doc: "Average width from which texts may share long beginnings" },
  },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    for (const found of classKeys(scan, "spgist", catalog, postgres)) {
      const { type, on, operatorClass } = found;
      if (type === "inet" || type === "cidr" || found.operators.every((operator) => operator === "=")) continue;
      const wanted = classIndex(scan.relation, [found]);
      if (servedBy(catalog, wanted)) continue;
      if (operatorClass.name === "text_ops") {
        const width = on.column === null ? 0 : (catalog.statistics(scan.relation, on.column)?.averageWidthBytes ?? 0);
        const fixed = found.predicates.some((predicate) => fixesBeginning(predicate.operator, constantPattern(predicate)));
        if (!fixed || width < options.minTextBytes) continue;
        const because = `${on.sql} is searched by its beginning over ${rows} and is ${figure(width)} bytes wide on average; a radix tree stores a beginning that many rows share once`;
        yield { kind: "create", index: wanted, because };
        continue;
      }
      const because = `${on.sql} is asked with ${found.operators.join(" and ")} over ${rows}; SP-GiST divides the space into parts that do not overlap, so a search follows fewer branches than in GiST`;
      yield { kind: "create", index: wanted, because };
    }
    const nearest = scan.sort[0];
    // Where the point is filtered as well, both point classes are proposed above.
    const asked = scan.predicates.some(({ on }) => on.sql === nearest?.on.sql);
    if (nearest?.distanceOperator !== "<->" || asked || nearest.descending || scan.limit === null || nearest.on.type !== "point") return;
    const wanted = index(scan.relation, "spgist", [key(nearest.on, { operatorClass: "kd_point_ops" })]);
    const because = `the points nearest by ${nearest.on.sql} are asked for over ${rows}; a k-d tree halves the points at each level, whatever their clusters`;
    if (!servedBy(catalog, wanted)) yield { kind: "create", index: wanted, because };
  },
});

function fixesBeginning(operator: string, pattern: string | null): boolean {
  return operator === "^@" ? pattern !== "" : pattern !== null && likeParts(pattern).prefix !== "";
}
