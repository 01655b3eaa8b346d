import type { LikeCase, Retrieval } from "../domain/like-case.ts";
import type { Rejection } from "../domain/report.ts";
import { cost, grouped, plural } from "../domain/units.ts";

/** Why a recommendation is believed in besides its own proof: what was proved on another schema. */
export function likeText({ id, title, similarity, change, costBefore, costAfter }: LikeCase): string {
  return `${title} helped in case ${id} (similarity ${similarity.toFixed(2)}): cost ${cost(costBefore)} → ${cost(costAfter)} by ${shortened(change)}`;
}

/** That the like was refused elsewhere too, and why. */
export function refusedLikeText({ id, title, similarity, because }: LikeCase): string {
  return `${title} was refused in a like case too, ${id} (similarity ${similarity.toFixed(2)}): ${because ?? "it did not help"}`;
}

/** A refusal's reason, with the like case where there is one. */
export function reasonText({ reason, likeCase }: Rejection): string {
  return likeCase ? `${reason} ${refusedLikeText(likeCase)}` : reason;
}

/** What retrieval did in this run, in one sentence. */
export function retrievalText({ by, caseCount, statementCount, proposed, recommended, note }: Retrieval): string {
  const gave =
    proposed === 0
      ? "they proposed nothing that the rules had not"
      : `${plural(proposed, "candidate")} came from cases alone, ${recommended === 0 ? "none" : grouped(recommended)} of them recommended`;
  const compared = `Compared with ${plural(caseCount, "proven case")} by ${by}: ${plural(statementCount, "statement")} ${statementCount === 1 ? "is" : "are"} like one; ${gave}.`;
  return note === null ? compared : `${compared} The configured model was not used: ${note}`;
}

function shortened(change: string): string {
  const line = change.replaceAll(/\s+/g, " ").trim();
  return line.length <= 160 ? line : `${line.slice(0, 157)} …`;
}
