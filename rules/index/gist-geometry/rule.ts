import {
  btreeGistTypes,
  classIndex,
  classKeys,
  equalityColumns,
  figure,
  indexableRelation,
  indexRule,
  minRowsOption,
  rowsInWords,
  servedBy,
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
        const because = `${found.on.sql} is asked with ${asked.join(" and ")} over ${rows}; GiST keeps bounding boxes of neighbouring rows and skips the boxes that cannot match`;
        yield { kind: "create", index: wanted, because };
      }
    }
  },
});
