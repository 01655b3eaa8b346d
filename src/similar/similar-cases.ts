import { shapeTextVersion } from "../access-shape/shape-text.ts";
import type { EmbeddingModel } from "../contract/embedding-model.ts";
import type { Candidate, IndexDefinition } from "../domain/candidate.ts";
import { changeId } from "../domain/index-sql.ts";
import type { ProvenCase } from "../domain/proven-case.ts";
import type { QueryFamily } from "../domain/workload.ts";
import { fillTemplate } from "./change-template.ts";

/** A proven case near a statement. */
export interface NearCase {
  readonly proven: ProvenCase;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
}

/** What says how alike two access paths are. */
export interface Likeness {
  readonly model: EmbeddingModel;
  /** In words, for the report. */
  readonly description: string;
  /** Texts less alike than this say nothing of one another (docs/benchmarks.md). */
  readonly leastSimilarity: number;
  /** Why it is not the model that was asked for; null when it is. */
  readonly note: string | null;
}

export interface SimilarCases {
  readonly likeness: Likeness;
  /** All cases; `comparable` of them are worded as this release words statements. */
  readonly corpus: readonly ProvenCase[];
  readonly comparable: number;
  /** `{key → vector of length 1}` for `{key → shape text}`. */
  place(shapes: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, Float32Array>>;
  /** `{key → nearest cases}`: nearest first, at most `limit` each, refusals too; none less alike than `least`, by default the likeness's own. */
  near(vectors: ReadonlyMap<string, Float32Array>, least?: number): ReadonlyMap<string, readonly NearCase[]>;
}

/**
 * The text that is embedded of a shape. A parameter is planned with a value bound to it, so it is compared as the constant it stands for:
 * pg_stat_statements writes `$1` where the statements of cases have constants.
 */
export function embeddedText(shape: string): string {
  return shape.replaceAll("by-parameter", "by-constant");
}

/** `{key → vector of length 1}` for `{key → shape text}`. */
export async function placeShapes(model: EmbeddingModel, shapes: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, Float32Array>> {
  const vectors = await model.embed([...shapes.values()].map(embeddedText));
  return new Map([...shapes.keys()].map((key, at) => [key, vectors[at]!]));
}

/** Looks at every case: a shipped corpus is a few hundred vectors. None that another version of the shape text worded is near. */
export async function similarCases(corpus: readonly ProvenCase[], likeness: Likeness, limit: number): Promise<SimilarCases> {
  const { model, leastSimilarity } = likeness;
  const comparable = corpus.filter(({ shapeVersion }) => shapeVersion === shapeTextVersion);
  const vectors = await model.embed(comparable.map(({ shape }) => embeddedText(shape)));
  return {
    likeness,
    corpus,
    comparable: comparable.length,
    place: (shapes) => placeShapes(model, shapes),
    near: (placed, least = leastSimilarity) =>
      new Map(
        [...placed].map(([key, own]) => {
          const all = comparable.map((proven, at) => ({ proven, similarity: cosine(own, vectors[at]!) }));
          const near = all.filter(({ similarity }) => similarity >= least);
          return [
            key,
            near.toSorted((a, b) => b.similarity - a.similarity || (a.proven.id < b.proven.id ? -1 : 1)).slice(0, limit),
          ] as const;
        }),
      ),
  };
}

/**
 * What helped in near cases, written for each scan of the statement that has the same parts; proposals like any other, to be proved. A
 * change that several cases suggest is one candidate, by the nearest.
 */
export function adaptCases(family: QueryFamily, near: readonly NearCase[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { proven, similarity } of near) {
    if (proven.verdict !== "helps" || proven.template === null) continue;
    for (const scan of family.scans) {
      const index: IndexDefinition | null = fillTemplate(proven.template, scan);
      if (index === null) continue;
      const change = { kind: "create-index", index } as const;
      const id = changeId(change);
      if (found.has(id)) continue;
      found.set(id, {
        id,
        change,
        helps: [family.id],
        proposedBy: [{ kind: "case", id: proven.id, similarity: Math.round(similarity * 1e4) / 1e4 }],
        reason: `Helped a statement with the same access path: case ${proven.id}.`,
      });
    }
  }
  return [...found.values()];
}

/** Of vectors of length 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
