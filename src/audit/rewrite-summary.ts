import type { Report } from "../domain/report.ts";
import type { RewriteTrial } from "../rewrite/trial.ts";

/** The report's figures with recommended rewrites in place: they come on top of the chosen indexes, one per statement at most. `tried` counts all rewrites looked at. */
export function overSummary(report: Report, recommended: readonly RewriteTrial[], tried: number): Report {
  const costs = new Map(recommended.flatMap((trial) => (trial.cost ? [[trial.family, trial.cost.after] as const] : [])));
  const candidateCount = report.summary.candidateCount + tried;
  if (costs.size === 0) return { ...report, summary: { ...report.summary, candidateCount } };
  const families = report.families.map((family) => {
    const costAfter = costs.get(family.id);
    return costAfter === undefined ? family : { ...family, costAfter: Math.min(family.costAfter, costAfter), noAdvice: null };
  });
  const ratios = families.map((family) => (family.costBefore > 0 ? Math.max(family.costAfter / family.costBefore, 1e-9) : 1));
  return {
    ...report,
    families,
    summary: {
      ...report.summary,
      candidateCount,
      costAfter: families.reduce((sum, family) => sum + family.calls * family.costAfter, 0),
      geometricMeanRatio: Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length),
    },
  };
}
