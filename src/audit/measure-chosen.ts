import type { Measurements } from "../contract/measurer.ts";
import { groupBy } from "../domain/group-by.ts";
import { AdvisorError } from "../errors.ts";
import type { AuditResult } from "./assemble.ts";
import { provenOn } from "./chosen-proofs.ts";
import { rewriteId } from "./rewrites.ts";

/** What ran on the copy; null when nothing was to be measured; `stopped` when the user ended it. */
export type Measured = Measurements | "stopped" | null;

/** A choice that was measured before. */
export interface Known {
  readonly result: AuditResult;
  readonly measured: Measurements;
}

/**
 * Runs every statement that a chosen change serves without the changes and with all of them, and every rewrite that stands. Where a
 * former choice was measured (`known`), only what the two choices serve differently runs again.
 */
export async function measureChosen(result: AuditResult, known: Known | null = null): Promise<Measured> {
  const { measurer, options, standing, selection } = result;
  const chosen = selection?.chosen ?? [];
  if (measurer === null || (chosen.length === 0 && standing.size === 0)) return known?.measured ?? null;
  const made = new Set(chosen.map((each) => each.candidate.id));
  const stale = known === null ? null : servedDifferently(known, result);
  const families = [...new Set(chosen.flatMap((each) => provenOn(each, result).map(({ family }) => family.id)))]
    .filter((family) => stale?.has(family) ?? true)
    .toSorted();
  const request = {
    changes: chosen.map((each) => each.candidate),
    statements: families.flatMap((family) => {
      const texts = executable(family, result);
      const rewritten = [...(standing.get(family)?.needs ?? [])].some((id) => made.has(id));
      return texts ? [{ family, sql: texts.before, ...(rewritten && texts.after ? { after: texts.after } : {}) }] : [];
    }),
    rewrites: [...standing].flatMap(([family, { variant }]) => {
      const texts = executable(family, result);
      const id = rewriteId(variant, result);
      const isKnown = known !== null && stale?.has(family) === false && known.measured.rewrites.has(id);
      return texts?.after && !isKnown ? [{ candidate: id, before: texts.before, after: texts.after }] : [];
    }),
    signal: options.signal,
    onProgress: options.onProgress,
  };
  if (known !== null && request.statements.length === 0 && request.rewrites.length === 0) return known.measured;
  try {
    const fresh = await measurer.measure(request);
    return known === null ? fresh : overlaid(known.measured, fresh);
  } catch (error) {
    // What was proved stays worth showing.
    if (!(error instanceof AdvisorError) || error.code !== "ABORTED") throw error;
    return "stopped";
  }
}

/** Statements that a change serves which only one of the two choices has, or whose rewrite stands in only one of them. */
function servedDifferently({ result: former }: Known, result: AuditResult): ReadonlySet<string> {
  const servedBy = (each: AuditResult) => {
    const served = (each.selection?.chosen ?? []).flatMap((chosen) =>
      provenOn(chosen, each).map(({ family }) => ({ family: family.id, by: chosen.candidate.id })),
    );
    const own = groupBy(served, ({ family }) => family);
    return new Map(
      [...own].map(([family, some]) => [
        family,
        some
          .map(({ by }) => by)
          .toSorted()
          .join(" "),
      ]),
    );
  };
  const [was, is] = [servedBy(former), servedBy(result)];
  const textOf = (each: AuditResult, family: string) => each.standing.get(family)?.variant;
  return new Set(
    [...was.keys(), ...is.keys(), ...former.standing.keys(), ...result.standing.keys()].filter(
      (family) => was.get(family) !== is.get(family) || textOf(former, family) !== textOf(result, family),
    ),
  );
}

function overlaid(known: Measurements, fresh: Measurements): Measurements {
  const taken = new Map(fresh.taken);
  const rerun = new Set(fresh.outcomes.keys());
  for (const [id, runs] of known.taken) taken.set(id, [...(fresh.taken.get(id) ?? []), ...runs.filter(({ family }) => !rerun.has(family))]);
  const texts = new Set(known.cautions.map(({ text }) => text));
  return {
    outcomes: new Map([...known.outcomes, ...fresh.outcomes]),
    rewrites: new Map([...known.rewrites, ...fresh.rewrites]),
    built: new Map([...known.built, ...fresh.built]),
    taken,
    cautions: [...known.cautions, ...fresh.cautions.filter(({ text }) => !texts.has(text))],
  };
}

/** A generic binding has parameters left: it can be planned and not run. */
export function executable(
  family: string,
  { proved, standing }: Pick<AuditResult, "proved" | "standing">,
): { readonly before: string; readonly after: string | null; readonly isTypical: boolean } | null {
  const planned = proved.families.get(family);
  const example = planned?.examples.find((each) => each.kind !== "generic");
  if (!example) return null;
  const other = standing.get(family)?.planned.examples.find((each) => each.kind === example.kind);
  return { before: example.sql, after: other?.sql ?? null, isTypical: example === planned?.typical };
}
