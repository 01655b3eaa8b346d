import type { Plan, PlanNode } from "../domain/plan.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { FamilySummary } from "../domain/report.ts";
import type { ClaimEvidence } from "./check-claims.ts";
import { type Figure, readFigures } from "./read-figures.ts";

/**
 * What may be said of a recommendation: the figures of its proof, price and benefit, with the differences and ratios that follow from
 * them; the figures and names of our own words, its SQL and its statements.
 */
export function claimEvidence(recommendation: Recommendation, statements: readonly FamilySummary[]): ClaimEvidence {
  const { apply, undo, title, explanation, cautions, benefit, price, proofs, rewrite } = recommendation;
  const words = [title, explanation.text, ...cautions, ...benefit.families.map(({ planChange }) => planChange), price.writeCost];
  const sql = [...apply, ...undo, ...(rewrite ? [rewrite.diff] : []), ...statements.map((statement) => statement.sql)];
  const plans = proofs.flatMap(({ outcome }): readonly Plan[] => {
    if (outcome.kind === "estimated") return outcome.typical ? [outcome.typical.before, outcome.typical.after] : [];
    return outcome.kind === "measured" ? [outcome.before.plan, outcome.after.plan] : [];
  });
  const nodes = plans.flatMap((plan) => nodesOf(plan.root));
  const figures: (Omit<Figure, "tolerance" | "written"> | null)[] = [
    ...[...words, ...sql].flatMap(readFigures),
    { value: benefit.costSaved, unit: null },
    { value: benefit.shareOfWorkload * 100, unit: "percent" },
    benefit.timeSavedMsPerDay === null ? null : { value: benefit.timeSavedMsPerDay, unit: "ms" },
    { value: price.indexBytes, unit: "bytes" },
    price.writesPerDay === null ? null : { value: price.writesPerDay, unit: null },
    { value: benefit.families.length, unit: null },
    ...benefit.families.flatMap(({ costBefore, costAfter, worstRatio }) => [
      ...compared(costBefore, costAfter),
      { value: worstRatio, unit: "times" as const },
    ]),
    ...proofs.flatMap(({ outcome }) => {
      if (outcome.kind === "estimated") return outcome.bindings.flatMap(({ costBefore, costAfter }) => compared(costBefore, costAfter));
      if (outcome.kind !== "measured") return [];
      const [before, after] = [outcome.before.medianMs, outcome.after.medianMs];
      return [...compared(before, after), { value: before, unit: "ms" as const }, { value: after, unit: "ms" as const }];
    }),
    ...nodes.flatMap(({ planRows, totalCost }) => [
      { value: planRows, unit: null },
      { value: totalCost, unit: null },
    ]),
    ...statements.flatMap(({ calls, share, costBefore, costAfter, meanTimeMs }) => [
      { value: calls, unit: null },
      { value: share * 100, unit: "percent" as const },
      ...compared(costBefore, costAfter),
      meanTimeMs === null ? null : { value: meanTimeMs, unit: "ms" as const },
    ]),
  ];
  const texts = [
    ...sql,
    ...words.flatMap(identifiersShown),
    ...nodes.flatMap(({ relation, index }) => [relation?.schema, relation?.name, index]),
  ];
  return {
    figures: figures.filter((each) => each !== null),
    names: new Set(texts.flatMap((text) => text?.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [])),
    sql,
    nodes: new Set(nodes.flatMap(({ type }) => (type.startsWith("Bitmap") ? ["Bitmap Heap Scan", type] : [type]))),
    measured: recommendation.basis === "measured",
  };
}

/** Both, how much less, and how many times. */
function compared(before: number, after: number): readonly Omit<Figure, "tolerance" | "written">[] {
  const own = [
    { value: before, unit: null },
    { value: after, unit: null },
    { value: before - after, unit: null },
  ];
  if (before <= 0 || after <= 0) return own;
  return [
    ...own,
    { value: (1 - after / before) * 100, unit: "percent" },
    { value: (after / before) * 100, unit: "percent" },
    { value: before / after, unit: "times" },
    { value: after / before, unit: "times" },
  ];
}

/** Of our own words, only what is written like a name. */
function identifiersShown(text: string): readonly string[] {
  return text.match(/[a-z]\w*_\w*/g) ?? [];
}

function nodesOf(node: PlanNode): readonly PlanNode[] {
  return [node, ...node.children.flatMap(nodesOf)];
}
