import {
  btreeGistTypes,
  classIndex,
  classKeys,
  equalityColumns,
  figure,
  holdsPoint,
  index,
  indexableRelation,
  indexRule,
  key,
  minRowsOption,
  rowsInWords,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

const types = new Set(["point", "box", "circle", "polygon", "geometry", "geography", "cube", "seg", "ltree", "_ltree"]);

export default indexRule({
  detects: "A geometric, PostGIS, cube, seg or ltree condition (inside, overlaps, within a distance, below in a tree) and no GiST index",
  effect: "Every row's shape is tested against the one asked for",
  remedy: "Create a GiST index on the column",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/gist.html#GIST-BUILTIN-OPCLASSES",
      says: "point_ops, box_ops, circle_ops and poly_ops serve the containment, overlap and position operators",
    },
    {
      url: "https://postgis.net/docs/using_postgis_query.html",
      says: "Functions such as ST_Intersects and ST_DWithin use a spatial index on their geometry; ST_Distance does not",
    },
    {
      url: "https://www.postgresql.org/docs/current/ltree.html",
      says: "A GiST index over ltree serves <, <=, =, >=, >, @>, <@, @, ~ and ?",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, postgres, options }) {
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const rows = rowsInWords(catalog, scan.relation, figure);
    const scalars = equalityColumns(catalog, scan, btreeGistTypes).slice(0, 1);
    for (const found of classKeys(scan, "gist", catalog, postgres)) {
      const asked = found.operators.filter((operator) => operator !== "=");
      if (!types.has(found.type) || asked.length === 0) continue;
      for (const first of scalars.length > 0 ? [scalars, []] : [[]]) {
        const wanted = classIndex(scan.relation, [found], first, "btree_gist");
        if (servedBy(catalog, wanted)) continue;
        const because = `${found.on.sql} is asked with ${asked.join(" and ")} over ${rows}; GiST keeps one summary for a group of neighbouring rows, and skips the groups that cannot match`;
        yield { kind: "create", index: wanted, because };
      }
    }
    for (const predicate of scan.predicates) {
      const type = typeKind(catalog, scan.relation, predicate.on);
      if (predicate.on.column === null || !["box", "polygon", "circle"].includes(type ?? "") || !holdsPoint(predicate, catalog)) continue;
      const wanted = index(scan.relation, "gist", [key(predicate.on)]);
      const same = type === "circle" ? "circle(value, 0)" : type === "polygon" ? "polygon(box(value, value))" : "box(value, value)";
      const because = `${predicate.on.sql} @> point is in no operator class, so no index answers it; written ${predicate.on.sql} @> ${same} it says the same and this index does`;
      if (!servedBy(catalog, wanted)) yield { kind: "refuse", index: wanted, because };
    }
  },
});
