import { toSql } from "pgvector";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { storeOn } from "../../src/store/store.ts";
import { upgrade } from "../../src/store/upgrade.ts";

const limit = 10;
const queriesAsked = 200;
const rowsPerInsert = 2000;
/** One document in this many is a case; all others are statements. Both kinds are asked for. */
const casesEvery = 250;

/**
 * Time of the nearest ten among `vectors` in a store on this session, and how many of the true ten they hold. The vectors are loaded by SQL,
 * the queries go through the store, as the product asks them.
 */
export async function printNearest(
  name: string,
  session: SqlSession,
  vectors: readonly Float32Array[],
  queries: readonly Float32Array[],
): Promise<void> {
  const space = { model: "bench", dimensions: vectors[0]!.length };
  await upgrade(session, name);
  for (let from = 0; from < vectors.length; from += rowsPerInsert) {
    const part = vectors.slice(from, from + rowsPerInsert);
    const ids = part.map((_, at) => `v${from + at}`);
    const kinds = part.map((_, at) => kindOf(from + at));
    await session.query(
      "insert into plansmith.document (id, kind, title, body, details) select id, kind, id, '', '{}' from unnest($1::text[], $2::text[]) as given (id, kind)",
      [ids, kinds],
    );
    await session.query(
      "insert into plansmith.document_vector (document_id, kind, model, vector) select id, kind, $4, vector::vector from unnest($1::text[], $2::text[], $3::text[]) as given (id, kind, vector)",
      [ids, kinds, part.map((vector) => toSql([...vector])), space.model],
    );
  }
  await session.query("analyze plansmith.document_vector");
  const store = storeOn(session, { description: name, close: async () => undefined });
  const built = performance.now();
  await store.nearest(space, queries[0]!, { kind: "statement", limit });
  const buildSeconds = (performance.now() - built) / 1000;
  for (const kind of ["statement", "case"] as const) {
    const times: number[] = [];
    let right = 0;
    for (const query of queries.slice(0, queriesAsked)) {
      const started = performance.now();
      const near = await store.nearest(space, query, { kind, limit });
      times.push(performance.now() - started);
      const least = trueSimilarity(vectors, query, kind);
      // By similarity, not by id: of two equally near, either is right. Half a millionth is what float4 loses.
      right += near.filter(({ similarity }) => similarity! >= least - 5e-7).length;
    }
    times.sort((a, b) => a - b);
    const at = (part: number) => times[Math.min(times.length - 1, Math.floor(part * times.length))]!.toFixed(1);
    console.log(
      `| ${name}, ${kind}s | ${vectors.length} | ${buildSeconds.toFixed(0)} | ${at(0.5)} | ${at(0.95)} | ${((right * 100) / (times.length * limit)).toFixed(2)} % |`,
    );
  }
}

export function printNearestHead(): void {
  console.log(`The ${limit} nearest of a kind, ${queriesAsked} queries; one document in ${casesEvery} is a case\n`);
  console.log("| Store | Vectors | Index built, s | p50, ms | p95, ms | Recall |\n|---|--:|--:|--:|--:|--:|");
}

/**
 * `count` vectors as a store holds them after years: the given ones again and again, each moved a little, so that neighbourhoods are crowded
 * as they are where statements repeat.
 */
export function crowd(seeds: readonly Float32Array[], count: number): readonly Float32Array[] {
  const random = normalNumbers(20261121);
  return Array.from({ length: count }, (_, at) => {
    const seed = seeds[at % seeds.length]!;
    const moved = seed.map((value) => value + (spread / Math.sqrt(seed.length)) * random());
    const norm = Math.hypot(...moved);
    return moved.map((value) => value / norm);
  });
}
/** Length of a move, where vectors have length one. */
const spread = 0.3;

function kindOf(at: number): "case" | "statement" {
  return at % casesEvery === 0 ? "case" : "statement";
}

/** Cosine of the last of the true nearest of a kind. */
function trueSimilarity(vectors: readonly Float32Array[], query: Float32Array, kind: "case" | "statement"): number {
  const nearest: number[] = [];
  vectors.forEach((vector, at) => {
    if (kindOf(at) !== kind) return;
    let sum = 0;
    for (let place = 0; place < query.length; place++) sum += vector[place]! * query[place]!;
    if (nearest.length === limit && sum <= nearest[limit - 1]!) return;
    nearest.push(sum);
    nearest.sort((a, b) => b - a);
    nearest.length = Math.min(nearest.length, limit);
  });
  return nearest.at(-1)!;
}

/** Box and Muller over a linear congruential generator: the same numbers on every run. */
function normalNumbers(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 1) / 4_294_967_297;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
