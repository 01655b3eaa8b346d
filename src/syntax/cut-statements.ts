import { isBlank, isComment, type Token, tokens } from "./tokens.ts";

/** One statement, or one command of psql, as cut from a text: nobody has parsed it. Offsets are UTF-16, from first to last token. */
export interface TextPiece {
  readonly start: number;
  readonly end: number;
  /** Where the text goes on after it. */
  readonly next: number;
  /** See FileStatement in split-statements.ts. */
  readonly precedingComments: string;
  readonly trailingComments: string;
  /** Strings, quoted identifiers and comments of more than one line: where a missing quote shows. */
  readonly longQuotes: readonly Token[];
}

/**
 * The first statement from `from` on, null when there is none. Cuts at `;` as psql does (psqlscan.l): not in quotes and comments,
 * not in the body of `BEGIN ATOMIC … END`, and inside parentheses only for `CREATE RULE … DO (…; …)`: elsewhere a `;` in
 * parentheses means that one was never closed.
 */
export function cutStatement(text: string, from: number): TextPiece | null {
  const comments: string[] = [];
  const longQuotes: Token[] = [];
  const words: string[] = [];
  let start = -1;
  let end = from;
  let bodies = 0;
  let parentheses = 0;
  const finish = (next: number, trailing = ""): TextPiece => ({
    start,
    end,
    next,
    precedingComments: comments.join("\n"),
    trailingComments: trailing,
    longQuotes,
  });

  for (const token of tokens(text, from)) {
    if (isComment(token) && start < 0) comments.push(text.slice(token.start, token.end));
    if (token.kind !== "space" && token.kind !== "dollar-string" && text.slice(token.start, token.end).includes("\n"))
      longQuotes.push(token);
    if (isBlank(token)) continue;
    const symbol = token.kind === "symbol" ? text[token.start] : null;
    if (symbol === "\\" && bodies === 0) {
      if (start >= 0) return finish(afterBackslash(text, token.start));
      if (text[token.end] === ";") continue;
      return psqlCommand(text, token.start, comments);
    }
    if (symbol === ";" && bodies === 0 && (parentheses === 0 || !isRule(words))) {
      if (start < 0) continue;
      const [trailing, next] = restOfLine(text, token.end);
      return finish(copyData(text.slice(start, end), text, next), trailing);
    }
    if (start < 0) start = token.start;
    end = token.end;
    if (symbol === "(") parentheses++;
    if (symbol === ")") parentheses = Math.max(0, parentheses - 1);
    if (token.kind !== "word") continue;
    const word = text.slice(token.start, token.end).toLowerCase();
    if (words.length < 6) words.push(word);
    if (bodies > 0) bodies += word === "case" ? 1 : word === "end" ? -1 : 0;
    else if (word === "begin" && isRoutine(words) && /^\s+atomic\b/i.test(text.slice(token.end, token.end + 100))) bodies = 1;
  }
  return start < 0 ? null : finish(text.length);
}

function isRoutine(words: readonly string[]): boolean {
  return /^create (?:or replace )?(?:function|procedure)\b/.test(words.join(" "));
}

function isRule(words: readonly string[]): boolean {
  return /^create (?:or replace )?rule\b/.test(words.join(" "));
}

function psqlCommand(text: string, start: number, comments: readonly string[]): TextPiece {
  const end = endOfLine(text, start);
  return { start, end, next: end, precedingComments: comments.join("\n"), trailingComments: "", longQuotes: [] };
}

/** Commands that send the statement typed so far: psql's manual, meta-commands. */
const sendsStatement = /^\\(?:g|gx|gdesc|gexec|gset|watch|crosstabview|bind\w*|parse)(?![a-z])/;

/** A command in the middle of a statement is skipped if it sends the statement; else it stands as the next piece. */
function afterBackslash(text: string, at: number): number {
  if (text[at + 1] === ";") return at + 2;
  return sendsStatement.test(text.slice(at, at + 40)) ? endOfLine(text, at) : at;
}

/** Comments that stand on the same line after the `;`, and where they end. */
function restOfLine(text: string, from: number): [comments: string, next: number] {
  const found: string[] = [];
  let next = from;
  for (const token of tokens(text, from)) {
    const piece = text.slice(token.start, token.end);
    if (!isBlank(token) || (token.kind === "space" && /[\r\n]/.test(piece))) break;
    if (isComment(token)) found.push(piece);
    next = token.end;
  }
  return [found.join("\n"), next];
}

/** `COPY … FROM STDIN;` in a dump is followed by rows up to a line `\.`. */
function copyData(statement: string, text: string, next: number): number {
  if (!/^copy\b[^;]*\bfrom\s+stdin\b/i.test(statement)) return next;
  const mark = /^\\\.[ \t]*\r?$/gm;
  mark.lastIndex = next;
  return mark.test(text) ? mark.lastIndex : next;
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/[\r\n]/);
  return end < 0 ? text.length : from + end;
}
