import type { Report } from "../domain/report.ts";
import type { TuningAdvice } from "../domain/tuning.ts";
import { grouped, plural } from "../domain/units.ts";
import { indent, labelled, wrap, wrapSql } from "./layout.ts";
import { oneLine } from "./safe-text.ts";
import { type Page, title } from "./terminal.ts";
import { effectText, evidenceText, proofText, subjectText, takesEffectWords, unreadText } from "./tuning-wording.ts";

/** JSON has all of it. */
const shown = { advice: 25, effects: 3, refused: 8 };
const labelWidth = 9;

/** The tuning section: what to set, mend or watch on the server, worst first. Nothing when nobody looked. */
export function tuningLines({ tuning }: Report, page: Page): string[] {
  if (!tuning) return [];
  const { advice, refused, unread } = tuning;
  const heading = advice.length === 0 ? "Tuning: nothing to say" : `Tuning: ${plural(advice.length, "proposal")}`;
  const rest = advice.length - shown.advice;
  return [
    title(heading, page),
    ...advice.slice(0, shown.advice).flatMap((each, position) => [...(position > 0 ? [""] : []), ...adviceLines(each, page)]),
    ...(rest > 0 ? [`  … and ${grouped(rest)} more (--format json lists all)`] : []),
    ...(refused.length > 0 ? ["", page.paint.bold(`Not borne out by its proof (${grouped(refused.length)})`)] : []),
    ...refused
      .slice(0, shown.refused)
      .flatMap((each) => indent(wrap(`${each.rule} on ${subjectText(each.about)}: ${each.reason}`, page.width - 2), 2).map(page.paint.dim)),
    ...unreadLines(unread, page),
  ];
}

function adviceLines(advice: TuningAdvice, page: Page): string[] {
  const { paint, width } = page;
  const colour = advice.severity === "error" ? paint.red : advice.severity === "warning" ? paint.yellow : paint.cyan;
  const room = { labelWidth, width: width - 2 };
  const line = (label: string, text: string) => indent(labelled(label, text, room), 2);
  const effect = takesEffectWords[advice.takesEffect];
  const { proof } = advice;
  const head = wrap(`${advice.severity} ${advice.title}: ${oneLine(subjectText(advice.about))} (${advice.rule})`, width);
  return [
    ...head.map((each) => paint.bold(colour(each))),
    ...indent(wrap(`${advice.message}.`, width - 2), 2),
    ...(advice.evidence.length > 0 ? line("Evidence", evidenceText(advice.evidence)) : []),
    ...line("Proof", proofText(advice)).map(paint.dim),
    ...(proof.kind === "planner"
      ? proof.effects
          .slice(0, shown.effects)
          .flatMap((each) => indent(wrap(`${each.family}: ${effectText(each, proof.comparable)}`, width - 4), 4).map(paint.dim))
      : []),
    ...line("Do", `${advice.help}.`),
    ...indent(
      advice.apply.flatMap((sql) => wrapSql(`${sql};`, width - 4)),
      4,
    ),
    ...(effect === null ? [] : indent(wrap(effect, width - 4), 4)),
    ...(advice.undo.length > 0 ? line("Undo", advice.undo.map((sql) => `${sql};`).join(" ")).map(paint.dim) : []),
    ...line("Not when", `${advice.leaveAlone}.`).map(paint.dim),
  ];
}

function unreadLines(unread: NonNullable<Report["tuning"]>["unread"], page: Page): string[] {
  if (unread.length === 0) return [];
  return ["", ...wrap(unreadText(unread), page.width).map(page.paint.dim)];
}
