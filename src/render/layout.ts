import { harmless, oneLine } from "./safe-text.ts";

/** Lines of at most `width` characters, broken between words; a longer word stands alone. Blank lines part paragraphs. */
export function wrap(text: string, width: number): string[] {
  return harmless(text)
    .split(/\n\s*\n/)
    .flatMap((paragraph, position) => [...(position > 0 ? [""] : []), ...fill(paragraph.split(/\s+/).filter(Boolean), width)]);
}

/** SQL broken only at blanks outside quotes, so that it still runs when copied; later lines are indented. */
export function wrapSql(sql: string, width: number): string[] {
  const [first, ...rest] = fill(sqlWords(harmless(sql)), width - 2);
  return [first ?? "", ...rest.map((line) => `  ${line}`)];
}

/** `label` in a column of `labelWidth`, `text` wrapped beside it. */
export function labelled(label: string, text: string, room: { readonly labelWidth: number; readonly width: number }): string[] {
  const [first = "", ...rest] = wrap(text, Math.max(20, room.width - room.labelWidth));
  const blank = " ".repeat(room.labelWidth);
  return [`${label.padEnd(room.labelWidth)}${first}`, ...rest.map((line) => (line === "" ? "" : blank + line))];
}

export function indent(lines: readonly string[], by: number): string[] {
  return lines.map((line) => (line === "" ? "" : " ".repeat(by) + line));
}

function fill(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && [...longer].length > width) {
      lines.push(line);
      line = word;
      continue;
    }
    line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

/** Quoted strings, quoted identifiers and dollar quotes are one word each with what touches them. */
function sqlWords(sql: string): string[] {
  return sql.match(/(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$)[\s\S]*?\1|\S)+/g) ?? [oneLine(sql)];
}
