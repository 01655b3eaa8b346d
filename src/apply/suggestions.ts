import type { Recommendation } from "../domain/recommendation.ts";
import { percent } from "../domain/units.ts";
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
    ...(rewrite?.assumes.map((each) => `- takes for granted: ${inline(each)}`) ?? []),
    ...(rewrite?.indexes.map((each) => `- counts on the index: ${inline(each)}`) ?? []),
    ...[...(rewrite?.warnings ?? []), ...cautions].map((each) => `- caution: ${inline(each)}`),
  ];
  const body = rewrite ? fenced("diff", rewrite.diff) : fenced("sql", apply.map((sql) => `${sql};`).join("\n"));
  return `## ${inline(title)} (${id})\n\n${saved} Change the statement where the application holds it:\n\n${body}\n${lists.join("\n")}\n`;
}

function handSection({ id, title, why, advice }: Extract<Suggestion, { kind: "by-hand" }>): string {
  const help = "help" in advice ? `${inline(advice.help)}\n\n` : "";
  const sql = (statements: readonly string[]) => fenced("sql", statements.map((each) => `${each};`).join("\n"));
  const change = advice.apply.length === 0 ? "" : `${sql(advice.apply)}\n`;
  const undo = advice.undo.length === 0 ? "" : `To take it back:\n\n${sql(advice.undo)}\n`;
  return `## ${inline(title)} (${id})\n\nNot written as a migration: ${inline(why)}.\n\n${help}${change}${undo}`;
}

/** A fence longer than any run of backticks in the text. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((each) => each[0].length));
  const fence = "`".repeat(longest + 1);
  // Line ends and tabs stay; whatever else drives a terminal goes.
  return `${fence}${language}\n${text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "")}\n${fence}\n`;
}

/** One line in which nothing of Markdown or HTML is active. */
function inline(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ")
    .replaceAll(/[\\`*_[\]<>&#|~@]/g, (each) => `\\${each}`)
    .trim();
}
