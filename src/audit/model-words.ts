import type { LanguageModel } from "../contract/language-model.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import { AdvisorError } from "../errors.ts";
import { type PlainWords, plainWords } from "../explain/plain-words.ts";

/**
 * The report with its recommendations explained by the model, each text checked; where it claims what the evidence does not bear out, or
 * the model fails, the template's words stay. `refused`: texts that were not shown.
 */
export async function inModelWords(
  report: Report,
  model: LanguageModel,
  signal: AbortSignal,
): Promise<{ readonly recommendations: readonly Recommendation[]; readonly written: number; readonly refused: number }> {
  const recommendations: Recommendation[] = [];
  let [written, refused] = [0, 0];
  let isDown = false;
  for (const each of report.recommendations) {
    const said: PlainWords | null = isDown ? null : await asked(each, { report, model, signal });
    isDown ||= said === null;
    recommendations.push(said === null ? each : { ...each, explanation: said.explanation });
    if (said !== null && said.explanation.writtenBy === model.id) written++;
    else if (said !== null) refused++;
  }
  return { recommendations, written, refused };
}

/** Null when the model cannot be asked any more. */
async function asked(
  recommendation: Recommendation,
  { report, model, signal }: { readonly report: Report; readonly model: LanguageModel; readonly signal: AbortSignal },
) {
  try {
    return await plainWords(model, recommendation, report.families, signal);
  } catch (error) {
    if (!(error instanceof AdvisorError) || (error.code !== "MODEL_UNAVAILABLE" && error.code !== "ABORTED")) throw error;
    return null;
  }
}
