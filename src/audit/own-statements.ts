import type { Candidate } from "../domain/candidate.ts";
import type { Proof } from "../domain/proof.ts";
import type { Proved } from "../prove/prove.ts";
import type { JudgedVariants } from "./judge-variants.ts";
import type { StatementVariant } from "./variants.ts";

export interface OwnStatements {
  readonly proved: Proved;
  readonly candidates: readonly Candidate[];
}

/**
 * What was proved, told of the workload's own statements: what an index does for a rewrite that gives the same rows it does for the
 * statement, and what it does for the others is left out, with the candidates that only those asked for.
 */
export function ownStatements(
  { proved, candidates }: OwnStatements,
  variants: readonly StatementVariant[],
  judged: JudgedVariants["proved"],
): OwnStatements {
  const all = new Map(variants.flatMap(({ family, of }) => (family === null ? [] : [[family.id, of] as const])));
  const standIns = new Set([...judged.values()].flat().map(({ planned }) => planned.family.id));
  const ownerOf = (family: string): string[] => {
    const of = all.get(family);
    if (of === undefined) return [family];
    return standIns.has(family) ? [of] : [];
  };
  const texts = new Set(variants.flatMap(({ family, after }) => (family === null ? [] : [after])));
  const kept = candidates.flatMap((candidate) => {
    const helps = [...new Set(candidate.helps.flatMap(ownerOf))].toSorted();
    return candidate.helps.length > 0 && helps.length === 0 ? [] : [{ ...candidate, helps }];
  });
  const ids = new Set(kept.map(({ id }) => id));
  const proofs = proved.proofs.flatMap((proof) => ownerOf(proof.family).map((family) => ({ ...proof, family })));
  return {
    candidates: kept,
    proved: {
      ...proved,
      families: new Map([...proved.families].filter(([id]) => !all.has(id))),
      unplannable: proved.unplannable.filter(({ sql }) => !texts.has(sql)),
      proofs: withoutRepeats(proofs.filter(({ candidate }) => ids.has(candidate))),
    },
  };
}

/** One proof for a candidate on a statement: the one that speaks for it, where the statement and a rewrite of it were both tried. */
function withoutRepeats(proofs: readonly Proof[]): Proof[] {
  const best = new Map<string, Proof>();
  for (const proof of proofs) {
    const key = `${proof.candidate} ${proof.family}`;
    const known = best.get(key);
    if (!known || (known.outcome.kind !== "estimated" && proof.outcome.kind === "estimated")) best.set(key, proof);
  }
  return [...best.values()];
}
