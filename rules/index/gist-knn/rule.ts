import {
  btreeGistDistanceTypes,
  btreeGistTypes,
  equalityColumns,
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

/** Types whose own GiST operator class orders by `<->`, with the extension that brings it. */
const ownDistance: Readonly<Record<string, string | null>> = {
  point: null,
  box: null,
  circle: null,
  polygon: null,
  geometry: "postgis",
  geography: "postgis",
  cube: "cube",
};

export default indexRule({
  detects: "The nearest rows by a distance, `ORDER BY column <-> value LIMIT n`, sorted from scratch",
  effect: "The distance to every row is computed and all are sorted to keep a few",
  remedy: "Create a GiST index, which returns rows in order of distance and stops at the LIMIT",
  sources: [
    {
      url: "https://www.postgresql.org/docs/current/indexes-types.html#INDEXES-TYPE-GIST",
      says: "GiST can optimize nearest-neighbor searches such as ORDER BY location <-> point '(101,456)' LIMIT 10",
    },
    {
      url: "https://www.postgresql.org/docs/current/btree-gist.html",
      says: "btree_gist provides the distance operator <-> for int, float, date, time, timestamp, interval, oid and money",
    },
  ],
  options: { minRows: minRowsOption },

  *propose(scan, { catalog, options }) {
    const nearest = scan.sort[0];
    if (!nearest?.distanceOperator || nearest.descending || nearest.on.immutable === false || scan.limit === null) return;
    if (!indexableRelation(catalog, scan, options.minRows)) return;
    const type = typeKind(catalog, scan.relation, nearest.on) ?? "";
    const isOwn = type in ownDistance && /^<(->|#>)$/.test(nearest.distanceOperator);
    const isScalar = btreeGistDistanceTypes.has(type) && nearest.distanceOperator === "<->";
    if (!isOwn && !isScalar) return;

    const extension = isOwn ? (ownDistance[type] ?? null) : "btree_gist";
    const first = equalityColumns(catalog, scan, btreeGistTypes).slice(0, 1);
    const together = {
      extension: "btree_gist",
      ...(extension === null || extension === "btree_gist" ? {} : { otherExtensions: [extension] }),
    };
    const rows = rowsInWords(catalog, scan.relation, figure);
    const because = `the rows nearest by ${nearest.on.sql} ${nearest.distanceOperator} are asked for over ${rows}; the index returns them in that order and stops at the LIMIT`;
    const wanted = [
      ...first.map((scalar) => ({ ...index(scan.relation, "gist", [key(scalar), key(nearest.on)]), ...together })),
      index(scan.relation, "gist", [key(nearest.on)], { extension }),
      ...(type === "point" ? [index(scan.relation, "spgist", [key(nearest.on)])] : []),
    ];
    for (const each of wanted) if (!servedBy(catalog, each)) yield { kind: "create", index: each, because };
  },
});
