import { type IndexShape, type IndexSize, indexSize } from "./index-shape.ts";
import { brinSize } from "./size-brin.ts";
import { btreeSize } from "./size-btree.ts";
import { ginSize } from "./size-gin.ts";
import { gistSize } from "./size-gist.ts";
import { hashSize } from "./size-hash.ts";
import { spgistSize } from "./size-spgist.ts";
import { hnswSize, ivfflatSize } from "./size-vector.ts";

/** Size that an index would have if it were built now, from statistics alone. */
export function estimateIndexSize(shape: IndexShape): IndexSize {
  switch (shape.accessMethod) {
    case "btree":
      return btreeSize(shape);
    case "hash":
      return hashSize(shape);
    case "brin":
      return brinSize(shape);
    case "gin":
      return ginSize(shape);
    case "gist":
      return builtSize(shape) ?? gistSize(shape);
    case "spgist":
      return builtSize(shape) ?? spgistSize(shape);
    case "hnsw":
      return hnswSize(shape);
    case "ivfflat":
      return ivfflatSize(shape);
    default:
      return indexSize({
        pages: shape.rows / 200,
        rows: shape.rows,
        uncertain: `size of a ${shape.accessMethod} index is not modelled: 200 rows a page are assumed`,
      });
  }
}

/** Pages at a few hundred rows are mostly the root and its children: too few to go by. */
const fewestBuiltPages = 8;

/** As full as the index that was built over the sampled rows; null without one. */
function builtSize({ built, rows, tableRows }: IndexShape): IndexSize | null {
  if (!built || built.pages < fewestBuiltPages) return null;
  return indexSize({ pages: (built.pages * tableRows) / built.rows, rows });
}
