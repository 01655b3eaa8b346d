import type { Report } from "../domain/report.ts";
import type { TuningAdvice } from "../domain/tuning.ts";
import { grouped, plural } from "../domain/units.ts";
import { details, table } from "./markdown.ts";
import { markdownBlock, markdownCode, markdownText } from "./safe-text.ts";
import { effectText, evidenceText, proofText, subjectText, takesEffectWords, unreadText } from "./tuning-wording.ts";

const shownRefused = 20;

/** The tuning section as Markdown blocks; none when nobody looked. */
export function tuningBlocks({ tuning }: Report): string[] {
  if (!tuning) return [];
  const { advice, refused, unread } = tuning;
  const rows = refused
    .slice(0, shownRefused)
    .map((each) => [markdownCode(each.rule, "cell"), markdownText(subjectText(each.about)), markdownText(each.reason)]);
  return [
    advice.length === 0 ? "## Tuning: nothing to say" : `## Tuning: ${plural(advice.length, "proposal")}`,
    ...advice.flatMap(adviceBlocks),
    refused.length === 0 ? "" : details(`Not borne out by its proof: ${grouped(refused.length)}`, table(["Rule", "About", "Why"], rows)),
    markdownText(unreadText(unread)),
  ];
}

function adviceBlocks(advice: TuningAdvice): string[] {
  const { proof } = advice;
  const effects =
    proof.kind === "planner"
      ? proof.effects.map((each) => [markdownCode(each.family, "cell"), markdownText(effectText(each, proof.comparable))])
      : [];
  const effect = takesEffectWords[advice.takesEffect];
  const more = [
    effects.length === 0 ? "" : table(["Statement", "Effect"], effects),
    advice.undo.length === 0 ? "" : `**Undo**\n\n${markdownBlock(advice.undo.map((sql) => `${sql};`).join("\n"), "sql")}`,
    `**Not when:** ${markdownText(advice.leaveAlone)}.`,
  ].filter((each) => each !== "");
  return [
    `### ${advice.severity}: ${markdownText(advice.title)}, ${markdownText(subjectText(advice.about))}`,
    `${markdownCode(advice.rule)}: ${markdownText(advice.message)}.`,
    advice.evidence.length === 0 ? "" : `**Evidence:** ${markdownText(evidenceText(advice.evidence))}`,
    `**Proof:** ${markdownText(proofText(advice))}`,
    `**Do:** ${markdownText(advice.help)}.${effect === null ? "" : ` ${effect}`}`,
    advice.apply.length === 0 ? "" : markdownBlock(advice.apply.map((sql) => `${sql};`).join("\n"), "sql"),
    details("Details", more.join("\n\n")),
  ];
}
