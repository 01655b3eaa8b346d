import type { Recommendation } from "../domain/recommendation.ts";
import { percent } from "../domain/units.ts";
import { markdownBlock, markdownText } from "../render/safe-text.ts";
import type { Suggestion } from "./choose-items.ts";

/** What no migration holds, as Markdown for the people who change the application or the server. */
export function suggestionText(suggestions: readonly Suggestion[]): string {
  return `# Changes to make by hand\n\n${suggestions.map(section).join("\n")}`;
}

function section(suggestion: Suggestion): string {
  return suggestion.kind === "rewrite" ? rewriteSection(suggestion.recommendation) : handSection(suggestion);
}

function rewriteSection({ id, title, rewrite, benefit, cautions, apply }: Recommendation): string {
  const saved = `Saves ${percent(benefit.shareOfWorkload)} of the workload's cost, estimated.`;
  const lists = [
    ...(rewrite?.rules.map((rule) => `- by rule ${rule}`) ?? []),
    ...(rewrite?.assumes.map((each) => `- takes for granted: ${markdownText(each)}`) ?? []),
    ...(rewrite?.indexes.map((each) => `- counts on the index: ${markdownText(each)}`) ?? []),
    ...[...(rewrite?.warnings ?? []), ...cautions].map((each) => `- caution: ${markdownText(each)}`),
  ];
  const body = rewrite ? markdownBlock(rewrite.diff, "diff") : markdownBlock(apply.map((sql) => `${sql};`).join("\n"), "sql");
  return `## ${markdownText(title)} (${id})\n\n${saved} Change the statement where the application holds it:\n\n${body}\n${lists.join("\n")}\n`;
}

function handSection({ id, title, why, advice }: Extract<Suggestion, { kind: "by-hand" }>): string {
  const help = "help" in advice ? `${markdownText(advice.help)}\n\n` : "";
  const sql = (statements: readonly string[]) => markdownBlock(statements.map((each) => `${each};`).join("\n"), "sql");
  const change = advice.apply.length === 0 ? "" : `${sql(advice.apply)}\n`;
  const undo = advice.undo.length === 0 ? "" : `To take it back:\n\n${sql(advice.undo)}\n`;
  return `## ${markdownText(title)} (${id})\n\nNot written as a migration: ${markdownText(why)}.\n\n${help}${change}${undo}`;
}
