import type { Finding } from "../domain/report.ts";
import type { SuppressedFinding } from "../domain/review.ts";
import type { MigrationFile } from "../migrations/read-migration.ts";
import { positionsIn } from "../syntax/positions.ts";
import { isComment, tokens } from "../syntax/tokens.ts";
import { finding, reviewChecks } from "./finding.ts";

interface Suppression {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Full rule ids that exist. */
  readonly rules: readonly string[];
  readonly unknown: readonly string[];
  readonly reason: string;
  /** Lines of the statement it stands at; null for the whole file. */
  readonly lines: { readonly from: number; readonly to: number } | null;
}

export interface Suppressed {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
}

/**
 * Leaves out what comments allow: `-- plansmith: allow <rule>[, <rule>]: <reason>` above the statement or on one of its lines,
 * `allow-file` for the whole file. One that names an unknown rule, gives no reason or meets no finding is a finding itself.
 */
export function suppress(findings: readonly Finding[], files: readonly MigrationFile[], known: ReadonlySet<string>): Suppressed {
  const all = files.filter((file) => file.isNew).flatMap((file) => suppressionsOf(file, known));
  const used = new Set<string>();
  const suppressed: SuppressedFinding[] = [];
  const kept = findings.filter((each) => {
    const by = all.find((one) => one.reason !== "" && covers(one, each));
    if (!by) return true;
    used.add(`${keyOf(by)} ${each.rule}`);
    suppressed.push({ id: each.id, rule: each.rule, place: each.place, reason: by.reason });
    return false;
  });
  return { findings: [...kept, ...all.flatMap((one) => problemsOf(one, used))], suppressed };
}

function covers(suppression: Suppression, { rule, place }: Finding): boolean {
  if (place === null || place.file !== suppression.file || !suppression.rules.includes(rule)) return false;
  const { lines } = suppression;
  return lines === null || (place.line >= lines.from && place.line <= lines.to);
}

function keyOf(suppression: Suppression): string {
  return `${suppression.file}:${suppression.line}:${suppression.column}`;
}

function problemsOf(suppression: Suppression, used: ReadonlySet<string>): Finding[] {
  const { file, line, column, reason } = suppression;
  const place = { file, line, column };
  const unknown = suppression.unknown.map((name) =>
    finding({
      check: reviewChecks.unknownSuppression,
      place,
      message: `There is no rule "${name}": this comment suppresses nothing by that name`,
      help: "plansmith rules lists them all",
      key: `unknown ${name}`,
    }),
  );
  if (reason === "" && suppression.rules.length > 0)
    return [
      ...unknown,
      finding({
        check: reviewChecks.unreasonedSuppression,
        place,
        message: `The suppression of ${suppression.rules.join(", ")} gives no reason and suppresses nothing`,
        help: "Write -- plansmith: allow <rule>: <reason>",
        key: `no reason ${suppression.rules.join()}`,
      }),
    ];
  const unused = suppression.rules.filter((rule) => !used.has(`${keyOf(suppression)} ${rule}`));
  return [
    ...unknown,
    ...unused.map((rule) =>
      finding({
        check: reviewChecks.unusedSuppression,
        place,
        message: `Nothing of ${rule} is found here: the suppression can go`,
        key: `unused ${rule}`,
      }),
    ),
  ];
}

const directive = /plansmith:\s*allow(-file)?\s+([^:*]+?)\s*(?::\s*([\s\S]*?)\s*)?(?:\*\/)?$/i;

function suppressionsOf(file: MigrationFile, known: ReadonlySet<string>): Suppression[] {
  if (!/plansmith:\s*allow/i.test(file.text)) return [];
  const positionAt = positionsIn(file.text);
  const found: Suppression[] = [];
  for (const token of tokens(file.text)) {
    if (!isComment(token)) continue;
    const match = directive.exec(file.text.slice(token.start, token.end).trimEnd());
    if (!match) continue;
    const { line, column } = positionAt(token.start);
    const names = match[2]!.split(/[\s,]+/).filter((name) => name !== "");
    const ids = names.map((name) => (name.includes("/") ? name : `migration/${name}`));
    found.push({
      file: file.path,
      line,
      column,
      rules: ids.filter((id) => known.has(id)),
      unknown: names.filter((_, at) => !known.has(ids[at]!)),
      reason: (match[3] ?? "").trim(),
      lines: match[1] ? null : statementLines(file, line, positionAt(token.end).line),
    });
  }
  return found;
}

/** Of the statement that shares a line with the comment, else of the next one; a comment after the last one stands for nothing. */
function statementLines(file: MigrationFile, from: number, to: number): { from: number; to: number } {
  const ranges = file.statements.map((statement) => ({ from: statement.line, to: statement.line + lineBreaks(statement.sql) }));
  const beside = ranges.findLast((range) => range.from <= to && range.to >= from);
  return beside ?? ranges.find((range) => range.from > to) ?? { from, to };
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
