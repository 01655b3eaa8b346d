import {
  type CatalogView,
  figure,
  index,
  indexableRelation,
  indexRule,
  key,
  rowsInWords,
  type Scan,
  type SortKey,
  servedBy,
  typeKind,
} from "../../../src/rule/index.ts";

/** pgvector's distance operators → operator class suffix; l1 and the bit distances are HNSW only. */
const distances: Readonly<
  Record<string, { readonly suffix: string; readonly name: string; readonly ivfflat: boolean; readonly types: readonly string[] }>
> = {
  "<->": { suffix: "l2_ops", name: "Euclidean distance", ivfflat: true, types: ["vector", "halfvec", "sparsevec"] },
  "<#>": { suffix: "ip_ops", name: "negative inner product", ivfflat: true, types: ["vector", "halfvec", "sparsevec"] },
  "<=>": { suffix: "cosine_ops", name: "cosine distance", ivfflat: true, types: ["vector", "halfvec", "sparsevec"] },
  "<+>": { suffix: "l1_ops", name: "taxicab distance", ivfflat: false, types: ["vector", "halfvec", "sparsevec"] },
  "<~>": { suffix: "hamming_ops", name: "Hamming distance", ivfflat: true, types: ["bit"] },
  "<%>": { suffix: "jaccard_ops", name: "Jaccard distance", ivfflat: false, types: ["bit"] },
};
/** Most dimensions an index takes (pgvector README, "What if I want to index vectors with more than 2,000 dimensions?"). */
const mostDimensions: Readonly<Record<string, number>> = {
  vector: 2_000,
  halfvec: 4_000,
  bit: 64_000,
  sparsevec: Number.POSITIVE_INFINITY,
};

export default indexRule({
  detects:
    "The nearest vectors by a pgvector distance, `ORDER BY embedding <=> $1 LIMIT n`, with no HNSW or IVFFlat index for that distance",
  effect: "The distance to every vector is computed and all are sorted to keep a few",
  remedy: "Create an HNSW index; IVFFlat builds faster and is smaller, with less recall at equal speed. Both return approximate results",
  sources: [
    {
      url: "https://github.com/pgvector/pgvector#indexing",
      says: "An index makes nearest-neighbour search approximate: it trades some recall for speed; the query needs ORDER BY distance ascending and LIMIT",
    },
    {
      url: "https://github.com/pgvector/pgvector#ivfflat",
      says: "Start with lists = rows / 1000 up to a million rows and sqrt(rows) above; create the index after the table has data",
    },
  ],
  options: { minRows: { default: 10_000, min: 0, max: 1e12, unit: "rows", doc: "Below this an exact scan is fast and loses no result" } },

  *propose(scan, { catalog, options }) {
    const nearest = scan.sort[0];
    const distance = distances[nearest?.distanceOperator ?? ""];
    if (!nearest || !distance || nearest.descending || nearest.on.immutable === false) return;
    const type = typeKind(catalog, scan.relation, nearest.on) ?? "";
    if (!distance.types.includes(type) || !indexableRelation(catalog, scan, options.minRows)) return;

    const operatorClass = `${type}_${distance.suffix}`;
    const extension = "vector";
    const hnsw = index(scan.relation, "hnsw", [key(nearest.on, { operatorClass })], { extension });
    const ivfflat = index(scan.relation, "ivfflat", [key(nearest.on, { operatorClass })], {
      extension,
      storage: { lists: lists(catalog, scan) },
    });
    if (servedBy(catalog, hnsw) || servedBy(catalog, ivfflat)) return;
    const refusal = whyNot(scan, catalog, nearest, type);
    if (refusal !== null) {
      yield { kind: "refuse", index: hnsw, because: refusal };
      return;
    }
    const filter =
      scan.predicates.length > 0
        ? "; the other conditions filter what the index returns, so with a rare condition too few rows may come back"
        : "";
    const because = `the nearest rows by ${distance.name} of ${nearest.on.sql} are asked for over ${rowsInWords(catalog, scan.relation, figure)}; the index returns approximate neighbours without reading all vectors${filter}`;
    yield { kind: "create", index: hnsw, because };
    // The planner prices an IVFFlat scan by ivfflat.probes, 1 unless set: cheaper than HNSW because it misses more, which no cost shows.
    const instead =
      "IVFFlat is smaller and built sooner, but at equal speed it finds fewer of the true neighbours, and it must be rebuilt as the rows drift from its lists; HNSW was tried instead";
    if (distance.ivfflat && type !== "sparsevec") yield { kind: "refuse", index: ivfflat, because: instead };
  },
});

/** Why no index can be made or used, or null. */
function whyNot(scan: Scan, catalog: CatalogView, nearest: SortKey, type: string): string | null {
  const written = nearest.on.column === null ? nearest.on.sql : (catalog.column(scan.relation, nearest.on.column)?.type ?? "");
  const dimensions = Number(/\((\d+)\)\)*$/.exec(written)?.[1] ?? Number.NaN);
  const most = mostDimensions[type] ?? 2_000;
  if (scan.limit === null) return `the statement sorts every row by distance: without a LIMIT an approximate index cannot answer it`;
  if (Number.isNaN(dimensions) && type !== "sparsevec")
    return `${nearest.on.sql} has no fixed number of dimensions, which an index needs: declare it ${type}(n)`;
  if (dimensions > most)
    return `${nearest.on.sql} has ${figure(dimensions)} dimensions and an index on ${type} takes at most ${figure(most)}; cast to halfvec (4,000) or binary_quantize in the statement and the index`;
  return null;
}

/** rows / 1000 up to a million rows, the square root above; pgvector's README. */
function lists(catalog: CatalogView, scan: Scan): string {
  const rows = catalog.rows(scan.relation) ?? 1_000_000;
  return String(Math.max(10, Math.round(rows <= 1_000_000 ? rows / 1_000 : Math.sqrt(rows))));
}
