import type { SqlSession } from "../contract/sql-session.ts";
import type { VectorSpace } from "../contract/store.ts";
import { literal } from "../domain/identifier.ts";
import { AdvisorError, sqlStateOf } from "../errors.ts";

/** How a query must be written so that the model's own HNSW index serves it. */
export interface VectorIndex {
  readonly predicate: string;
  /** Cosine distance of the stored vector to a parameter. */
  readonly distance: (parameter: string) => string;
}

/** pgvector's limit for an HNSW index over `vector`. https://github.com/pgvector/pgvector#hnsw */
const mostDimensions = 2000;
/** Most neighbours that an HNSW scan holds at once; the default 40 finds too few of the true nearest (docs/benchmarks.md, "Nearest"). */
const searchDepth = 200;
/** Memory for building an index: with the default 64 MB the graph of 10^5 vectors is built on disk. */
const buildMemory = "256MB";

/**
 * Makes the index of a model's vectors unless it is there: one partial index per model, over the vectors cast to its dimensions, since an
 * HNSW index takes vectors of one length only.
 */
export async function vectorIndex(session: SqlSession, { model, dimensions }: VectorSpace): Promise<VectorIndex> {
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > mostDimensions)
    throw new AdvisorError(
      "STORE_INCOMPATIBLE",
      `Vectors of "${model}" have ${dimensions} dimensions; the store takes 1 to ${mostDimensions}.`,
      {
        hint: "Use a smaller embedding model.",
      },
    );
  const predicate = `model = ${literal(model)}`;
  const name = `document_vector_${hash(model)}`;
  const [there] = await session.query<{ there: boolean }>("select to_regclass($1) is not null as there", [`plansmith.${name}`]);
  if (!there?.there) {
    await session.query("select set_config('maintenance_work_mem', $1, false)", [buildMemory]);
    await session
      .query(
        `create index if not exists ${name} on plansmith.document_vector using hnsw ((vector::vector(${dimensions})) vector_cosine_ops) where ${predicate}`,
      )
      .catch(unlessNeedless);
    await session.query("reset maintenance_work_mem");
  }
  await session.query("select set_config('hnsw.ef_search', $1, false)", [String(searchDepth)]);
  // The order of the scan's last rows is not exact then, so the query orders what it was given; strict_order would drop true neighbours.
  if (await readsOn(session)) await session.query("select set_config('hnsw.iterative_scan', 'relaxed_order', false)");
  return { predicate, distance: (parameter) => `(vector::vector(${dimensions})) <=> ${parameter}::vector(${dimensions})` };
}

/** Who may only read finds the same neighbours without the index, and of two that make it at once one is enough. */
function unlessNeedless(error: unknown): void {
  const state = sqlStateOf(error);
  if (state === null || !["42501", "25006", "23505", "42P07"].includes(state)) throw error;
}

/**
 * True where a scan reads on when its filter (here: the kind of document) leaves too few: pgvector 0.8. Before that, rare kinds among many
 * documents give fewer neighbours than asked for. A setting is known once the extension's library is loaded, which reading a vector does.
 */
async function readsOn(session: SqlSession): Promise<boolean> {
  await session.query("select '[1]'::vector");
  const [row] = await session.query<{ known: boolean }>("select current_setting('hnsw.iterative_scan', true) is not null as known");
  return row?.known ?? false;
}

/** FNV-1a, 32 bits: a short name that the model's own, with any character and length, decides. */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state.toString(16).padStart(8, "0");
}
