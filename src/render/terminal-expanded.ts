import pc from "picocolors";
import { readableQualified } from "../domain/identifier.ts";
import type { Plan, PlanNode } from "../domain/plan.ts";
import type { Recommendation } from "../domain/recommendation.ts";
import type { Report } from "../domain/report.ts";
import { cost, grouped } from "../domain/units.ts";
import { madeNames, withShownNames } from "./html/index-names.ts";
import { excerpt } from "./safe-text.ts";
import type { Page } from "./terminal.ts";
import { recommendationLines } from "./terminal-recommendation.ts";

/** One recommendation in full, with the plans before and after of each statement whose plans the report holds. */
export function renderExpanded(
  report: Report,
  recommendation: Recommendation,
  options: { readonly color: boolean; readonly width: number },
): string {
  const page: Page = { paint: pc.createColors(options.color), width: Math.min(110, Math.max(50, options.width)) };
  const families = new Map(report.families.map((family) => [family.id, family]));
  const number = report.recommendations.indexOf(recommendation) + 1;
  const label = page.paint.bold(page.paint.green(`${number}.`));
  const lines = recommendationLines(recommendation, { page, families, label, hanging: `${number}. `.length });
  return `${[...lines, ...recommendation.proofs.flatMap((proof) => planLines(proof, page, madeNames(report.recommendations)))].map((line) => line.trimEnd()).join("\n")}\n`;
}

function planLines({ family, outcome }: Recommendation["proofs"][number], page: Page, names: ReadonlyMap<string, string>): string[] {
  const plans =
    outcome.kind === "measured"
      ? { before: outcome.before.plan, after: outcome.after.plan }
      : outcome.kind === "estimated"
        ? outcome.typical
        : null;
  if (plans === null) return [];
  const part = (words: string, plan: Plan) => [page.paint.bold(`  ${words}`), ...nodeLines(withShownNames(plan, names).root, 4, page)];
  return ["", page.paint.dim(`Plans of ${family}`), ...part("before", plans.before), ...part("after", plans.after)];
}

function nodeLines(node: PlanNode, indent: number, page: Page): string[] {
  const on = node.relation === null ? "" : ` on ${readableQualified(node.relation)}`;
  const by = node.index === null ? "" : ` using ${node.index}`;
  const line = `${node.type}${by}${on}  (cost ${cost(node.totalCost)}, ${grouped(Math.round(node.planRows))} rows)`;
  const pad = " ".repeat(indent);
  const detail = (name: string, text: string | null) =>
    text === null ? [] : [page.paint.dim(`${pad}  ${excerpt(`${name}: ${text}`, Math.max(20, page.width - indent - 2))}`)];
  return [
    `${pad}${excerpt(line, Math.max(20, page.width - indent))}`,
    ...detail("Index Cond", node.indexCondition),
    ...detail("Filter", node.filter),
    ...node.children.flatMap((child) => nodeLines(child, Math.min(indent + 2, 40), page)),
  ];
}
