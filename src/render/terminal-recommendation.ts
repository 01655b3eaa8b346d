import type { Recommendation } from "../domain/recommendation.ts";
import type { FamilySummary } from "../domain/report.ts";
import { change, cost, grouped } from "../domain/units.ts";
import { indent, labelled, wrap, wrapSql } from "./layout.ts";
import { likeText } from "./like-wording.ts";
import { excerpt, oneLine } from "./safe-text.ts";
import type { Page } from "./terminal.ts";
import { agreementText, benefitText, doubtsText, loadText, measuredText, priceText, rankedEffects, worstText } from "./wording.ts";

/** Statements to show per recommendation; JSON has all. */
const shownEffects = 5;
const labelWidth = 9;

interface Room {
  readonly page: Page;
  readonly families: ReadonlyMap<string, FamilySummary>;
  /** `1.`, painted. */
  readonly label: string;
  /** Its width with the blank after it. */
  readonly hanging: number;
}

/** One recommendation: title, words, SQL to copy, evidence, price, cautions, undo. */
export function recommendationLines(recommendation: Recommendation, room: Room): string[] {
  const { paint } = room.page;
  const width = room.page.width - room.hanging;
  const [first = "", ...more] = wrap(recommendation.title, width).map(paint.bold);
  const body = [
    ...more,
    ...wrap(`${recommendation.id}: ${benefitText(recommendation)}`, width).map(paint.dim),
    "",
    ...wrap(recommendation.explanation.text, width),
    "",
    ...recommendation.apply.flatMap((sql) => wrapSql(`${sql};`, width).map(paint.green)),
    ...rewriteLines(recommendation, { paint, width }),
    "",
    ...evidence(recommendation, { ...room, page: { paint, width } }),
    ...labelled("Price", priceText(recommendation), { labelWidth, width }),
    ...recommendation.cautions.flatMap((caution) => labelled("Caution", caution, { labelWidth, width }).map(paint.yellow)),
    ...(recommendation.likeCase ? labelled("Like", likeText(recommendation.likeCase), { labelWidth, width }).map(paint.dim) : []),
    ...(recommendation.doubts ? labelled("Unsure", doubtsText(recommendation.doubts), { labelWidth, width }).map(paint.dim) : []),
    ...undo(recommendation, width),
  ];
  return [`${room.label} ${first}`, ...indent(body, room.hanging)];
}

function evidence(recommendation: Recommendation, { page, families }: Room): string[] {
  const effects = rankedEffects(recommendation, families);
  if (effects.length === 0) return [];
  const rest = effects.length - shownEffects;
  return [
    "Evidence: planner cost per call, estimated",
    ...effects.slice(0, shownEffects).flatMap((effect) => {
      const family = families.get(effect.family);
      const worst = worstText(effect);
      const measured = measuredText(recommendation, effect.family);
      const figures = `${cost(effect.costBefore)} → ${cost(effect.costAfter)} (${change(effect.costBefore, effect.costAfter)})`;
      return [
        ...indent(wrap(`${figures}  ${loadText(family)}`, page.width - 2), 2),
        `    ${page.paint.dim(excerpt(family ? `${oneLine(family.place ?? family.id)}: ${family.sql}` : effect.family, page.width - 4))}`,
        ...indent(wrap(effect.planChange, page.width - 4), 4),
        ...(measured === null ? [] : indent(wrap(measured, page.width - 4), 4)),
        ...(worst === null ? [] : indent(wrap(worst, page.width - 4), 4).map(effect.worstRatio > 1 ? page.paint.yellow : page.paint.dim)),
      ];
    }),
    ...(rest > 0 ? [`  … and ${grouped(rest)} more`] : []),
  ];
}

/** What changes in the text, and on what both statements agreed. */
function rewriteLines({ rewrite }: Recommendation, { paint, width }: Page): string[] {
  if (!rewrite) return [];
  const color = (line: string) => (line.startsWith("+") ? paint.green(line) : line.startsWith("-") ? paint.red(line) : paint.dim(line));
  const lines = rewrite.diff.split("\n").map((line) => color(oneLine(line)));
  return ["", ...lines, "", ...labelled("Same", agreementText(rewrite), { labelWidth, width })];
}

function undo(recommendation: Recommendation, width: number): string[] {
  const lines = recommendation.undo.flatMap((sql) => wrapSql(`${sql};`, width - labelWidth));
  return lines.map((line, position) => `${(position === 0 ? "Undo" : "").padEnd(labelWidth)}${line}`);
}
