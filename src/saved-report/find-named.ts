import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { TuningAdvice } from "../domain/tuning.ts";
import { AdvisorError } from "../errors.ts";

/** Shorter beginnings of an id are more often a slip than a choice. */
const shortestId = 4;
/** Ids that an error lists. */
const mostListed = 40;

/** The recommendation or advice of this id, or the only one that begins so. Throws INPUT_INVALID naming those there are. */
export function findNamed(report: Report, id: string): Recommendation | TuningAdvice {
  const all = [...report.recommendations, ...(report.tuning?.advice ?? [])];
  const found = all.filter((each) => each.id === id || (id.length >= shortestId && each.id.startsWith(id)));
  const only = found.find((each) => each.id === id) ?? (found.length === 1 ? found[0] : undefined);
  if (only !== undefined) return only;
  const ids = all.map((each) => each.id);
  const listed = ids.length > mostListed ? `${ids.slice(0, mostListed).join(", ")}, and ${ids.length - mostListed} more` : ids.join(", ");
  throw new AdvisorError("INPUT_INVALID", `The report has ${found.length === 0 ? "nothing" : "several things"} with the id "${id}".`, {
    hint: all.length === 0 ? "It recommends nothing." : `It has: ${listed}.`,
  });
}
