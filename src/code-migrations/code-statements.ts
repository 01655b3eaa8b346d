import type { Language } from "./code-values.ts";

/** A longer statement is none that a person wrote: a bracket was never closed. It keeps the work linear. */
const mostLines = 500;

/** A statement of code on one or several lines, without its comments. */
export interface CodeStatement {
  readonly text: string;
  /** Of its first character, from 1. */
  readonly line: number;
  /** First line of a heredoc in it, from 1; null without one. */
  readonly heredocLine: number | null;
}

/**
 * Cuts code into statements: at line ends outside brackets and strings, unless the line or the next one says that it goes on. A Ruby
 * heredoc becomes a string in its place.
 */
export function codeStatements(text: string, language: Language, firstLine = 1): CodeStatement[] {
  const found: CodeStatement[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  let current = "";
  let start = 0;
  let heredocLine: number | null = null;
  let depth = 0;
  for (let at = 0; at < lines.length; at++) {
    let line = lines[at]!;
    const triple = language === "python" ? openTriple(current + line) : null;
    if (triple !== null) {
      // A string over several lines: taken whole.
      while (at + 1 < lines.length) {
        line += `\n${lines[++at]!}`;
        if (lines[at]!.includes(triple)) break;
      }
    }
    const bare = withoutComment(line, language);
    if (current === "") start = at;
    const heredoc = language === "ruby" ? /<<[~-]?(["'`]?)([A-Z]\w*)\1/.exec(bare) : null;
    let piece = bare;
    if (heredoc) {
      const body: string[] = [];
      heredocLine = firstLine + at + 1;
      while (at + 1 < lines.length && lines[at + 1]!.trim() !== heredoc[2]) body.push(lines[++at]!);
      at++;
      piece = bare.replace(heredoc[0], () => rubyText(body.join("\n"), heredoc[1] === "'"));
    }
    current += (current === "" ? "" : "\n") + piece;
    depth = depthOf(current, language);
    const goesOn = /(?:,|\\|\.|&&|\|\||=)\s*$/.test(bare) || /^\s*\.\w/.test(lines[at + 1] ?? "");
    if ((depth > 0 || (goesOn && at + 1 < lines.length)) && at - start < mostLines) continue;
    if (current.trim() !== "") found.push({ text: current.trim(), line: firstLine + start, heredocLine });
    current = "";
    heredocLine = null;
  }
  if (current.trim() !== "") found.push({ text: current.trim(), line: firstLine + start, heredocLine });
  return found;
}

/** An interpolation stays one, so that the reader refuses it. */
function rubyText(body: string, literal: boolean): string {
  const quoted = body.replaceAll("\\", "\\\\");
  return literal || !body.includes("#{") ? `'${quoted.replaceAll("'", "\\'")}'` : `"${quoted.replaceAll('"', '\\"')}"`;
}

const strings = {
  ruby: /"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/g,
  python: /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/g,
} as const;

/** Without strings, so that what is left can be counted. */
export function withoutStrings(text: string, language: Language): string {
  return text.replaceAll(strings[language], (whole) => whole.replaceAll(/[^\n]/g, " "));
}

function openTriple(text: string): string | null {
  const left = text.replaceAll(strings.python, "");
  return /"""|'''/.exec(left)?.[0] ?? null;
}

function withoutComment(line: string, language: Language): string {
  const at = withoutStrings(line, language).search(/(?:^|\s)#(?!\{)/);
  return at < 0 ? line : line.slice(0, at);
}

/** Brackets open at the end of the text. A Ruby block's braces close on the line or end with `}` on one of their own. */
function depthOf(text: string, language: Language): number {
  const left = withoutStrings(text, language);
  return (left.match(/[([{]/g)?.length ?? 0) - (left.match(/[)\]}]/g)?.length ?? 0);
}
