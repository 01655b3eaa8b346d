import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import type { TuningAdvice } from "../domain/tuning.ts";
import { AdvisorError } from "../errors.ts";
import { findNamed } from "../saved-report/find-named.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { readSteps, type Step } from "./read-steps.ts";

/** A change to make, with the statements that make it and take it back. */
export interface ApplyItem {
  readonly id: string;
  readonly title: string;
  readonly steps: readonly Step[];
  readonly undo: readonly Step[];
  readonly cautions: readonly string[];
  /** estimated, measured, … in words, for the file's head. */
  readonly basis: string;
}

/** What no migration holds: a rewrite of a statement, or a change for a person. */
export type Suggestion =
  | { readonly kind: "rewrite"; readonly recommendation: Recommendation }
  | {
      readonly kind: "by-hand";
      readonly id: string;
      readonly title: string;
      readonly why: string;
      readonly advice: TuningAdvice | Recommendation;
    };

export interface Chosen {
  readonly items: readonly ApplyItem[];
  readonly suggestions: readonly Suggestion[];
}

/**
 * The recommendations and pieces of advice that the ids (or their beginnings) name; without ids every recommendation, and no advice on
 * the running server. Throws INPUT_INVALID for an id that is not there or is two.
 */
export async function chooseItems(parser: SqlParser, report: Report, ids: readonly string[]): Promise<Chosen> {
  const wanted = ids.length === 0 ? report.recommendations : [...new Set(ids.map((id) => findNamed(report, id)))];
  if (wanted.length === 0)
    throw new AdvisorError("INPUT_INVALID", "The report recommends nothing, so there is nothing to apply.", {
      hint: "Advice on the running server is applied by its id: plansmith apply report.json ID",
    });
  const items: ApplyItem[] = [];
  const suggestions: Suggestion[] = [];
  for (const each of wanted) {
    if (isRewrite(each)) {
      suggestions.push({ kind: "rewrite", recommendation: each });
      continue;
    }
    const [apply, undo] = [await readSteps(parser, each.apply), await readSteps(parser, each.undo)];
    if (apply.kind === "steps" && undo.kind === "steps" && apply.steps.length > 0)
      items.push({ id: each.id, title: each.title, steps: apply.steps, undo: undo.steps, ...wordsOf(each) });
    else suggestions.push({ kind: "by-hand", id: each.id, title: each.title, why: reason(apply, undo), advice: each });
  }
  return { items, suggestions };
}

type Read = Awaited<ReturnType<typeof readSteps>>;

function reason(apply: Read, undo: Read): string {
  if (apply.kind === "by-hand") return apply.why;
  return undo.kind === "by-hand" ? `taking it back is no migration: ${undo.why}` : "its change is not SQL";
}

function isRewrite(each: Recommendation | TuningAdvice): each is Recommendation {
  return "candidate" in each && each.candidate.change.kind === "rewrite";
}

function wordsOf(each: Recommendation | TuningAdvice): Pick<ApplyItem, "cautions" | "basis"> {
  if ("candidate" in each) return { cautions: each.cautions, basis: `its gain is ${each.basis}` };
  return { cautions: [each.leaveAlone].filter((words) => words !== ""), basis: `proof: ${each.proof.kind}` };
}
