import type { Finding } from "../domain/report.ts";
import type { Review } from "../domain/review.ts";
import { plural } from "../domain/units.ts";
import { levelIcons, levelOrder } from "./review-table.ts";
import { lockedInWords, placeInWords } from "./review-wording.ts";
import { markdownBlock, markdownCode, markdownText } from "./safe-text.ts";

const shown = { ofOneRule: 3, findings: 30, places: 50, sqlCharacters: 4_000 };

/**
 * Findings as Markdown blocks, errors first. Of one rule at one level the first three are told whole and the rest by place; notes
 * wait to be unfolded.
 */
export function findingBlocks(findings: readonly Finding[], review: Review): string[] {
  const blocks: string[] = [];
  for (const level of levelOrder) {
    const own = findings.filter((each) => each.severity === level);
    const told: string[] = [];
    for (const rule of new Set(own.map((each) => each.rule))) {
      const ofRule = own.filter((each) => each.rule === rule);
      const whole = ofRule.slice(0, shown.ofOneRule);
      told.push(...whole.map((each) => findingBlock(each, review)));
      if (ofRule.length > whole.length) told.push(otherPlaces(ofRule.slice(whole.length)));
    }
    if (level === "note" && told.length > 0) blocks.push(details(plural(own.length, "note"), told.slice(0, shown.findings).join("\n\n")));
    else blocks.push(...told);
  }
  const kept = blocks.slice(0, shown.findings);
  return blocks.length > kept.length ? [...kept, "… and more findings: see the JSON report."] : kept;
}

function findingBlock(each: Finding, review: Review): string {
  const statement = review.statements.find((one) => one.findings.includes(each.id));
  const locks = (each.relationLocks ?? []).map(lockedInWords);
  const evidence = [
    statement ? markdownBlock(shortened(statement.sql), "sql") : "",
    locks.length === 0
      ? ""
      : `Locks, ${statement?.basis === "observed" ? "observed in the scratch database" : "predicted"}: ${markdownText(locks.join(", "))}`,
    `Rule ${markdownCode(each.rule)}, finding ${markdownCode(each.id)}`,
  ];
  return [
    `#### ${levelIcons[each.severity]} ${markdownText(capitalised(each.title ?? each.rule))}${each.place === null ? "" : ` · ${markdownCode(placeInWords(each.place))}`}`,
    [each.message, ...(each.help === undefined ? [] : [each.help])].map((text) => markdownText(sentence(text))).join(" "),
    each.safer.length === 0 ? "" : markdownBlock(saferSql(each), "sql"),
    details("Evidence", evidence.filter((text) => text !== "").join("\n\n")),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function otherPlaces(findings: readonly Finding[]): string {
  const [first] = findings;
  const items = findings
    .slice(0, shown.places)
    .map((each) => `- ${markdownCode(placeInWords(each.place))} ${markdownText(sentence(each.message))}`);
  const rest = findings.length > shown.places ? [`- … and ${findings.length - shown.places} more: see the JSON report`] : [];
  return details(`${plural(findings.length, "more finding")} of ${first?.rule ?? ""}`, [...items, ...rest].join("\n"));
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function saferSql(each: Finding): string {
  return shortened(each.safer.map((sql) => (/;\s*$|^\s*--[^\n]*$/.test(sql) ? sql : `${sql};`)).join("\n"));
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function shortened(sql: string): string {
  return sql.length <= shown.sqlCharacters ? sql : `${sql.slice(0, shown.sqlCharacters)} …`;
}

/** A part to unfold. GitHub needs the blank lines to read Markdown inside. */
export function details(summary: string, content: string): string {
  return `<details>\n<summary>${markdownText(summary)}</summary>\n\n${content}\n\n</details>`;
}
