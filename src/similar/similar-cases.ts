import { shapeText } from "../access-shape/shape-text.ts";
import type { EmbeddingModel } from "../contract/embedding-model.ts";
import type { Candidate, IndexDefinition } from "../domain/candidate.ts";
import { changeId } from "../domain/index-sql.ts";
import type { Plan } from "../domain/plan.ts";
import type { ProvenCase } from "../domain/proven-case.ts";
import type { QueryFamily } from "../domain/workload.ts";
import type { CatalogView } from "../rule/catalog-view.ts";
import { fillTemplate } from "./change-template.ts";

/** A proven case near a statement. */
export interface NearCase {
  readonly proven: ProvenCase;
  /** Cosine, −1 to 1. */
  readonly similarity: number;
}

export interface SimilarCases {
  /** Nearest first, at most `limit` per statement, by family id; refusals too. */
  near(
    families: readonly { readonly family: QueryFamily; readonly plan: Plan | null }[],
    catalog: CatalogView,
  ): Promise<ReadonlyMap<string, readonly NearCase[]>>;
}

/** Cases less alike than this say nothing; measured on the validation split (docs/benchmarks.md). */
const leastSimilarity = 0.5;

/** Looks at every case: a shipped corpus is a few hundred vectors. */
export async function similarCases(corpus: readonly ProvenCase[], model: EmbeddingModel, limit: number): Promise<SimilarCases> {
  const vectors = await model.embed(corpus.map(({ shape }) => shape));
  return {
    async near(families, catalog) {
      const texts = families.map(({ family, plan }) => shapeText(family, plan, catalog));
      const own = await model.embed(texts);
      return new Map(
        families.map(({ family }, at) => {
          const all = corpus.map((proven, case_) => ({ proven, similarity: dot(own[at]!, vectors[case_]!) }));
          const near = all.filter(({ similarity }) => similarity >= leastSimilarity);
          return [
            family.id,
            near.toSorted((a, b) => b.similarity - a.similarity || (a.proven.id < b.proven.id ? -1 : 1)).slice(0, limit),
          ] as const;
        }),
      );
    },
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
        proposedBy: [{ kind: "case", id: proven.id, similarity }],
        reason: `Helped a statement with the same access path: case ${proven.id}.`,
      });
    }
  }
  return [...found.values()];
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}
