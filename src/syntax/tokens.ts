/**
 * PostgreSQL's lexical rules, as far as they decide where a statement ends and what is a comment
 * (SQL manual 4.1; psqlscan.l). The grammar's own scanner stops at the first error; this one never does.
 */
export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** False when the text ends inside a string, a quoted identifier or a comment. */
  readonly closed: boolean;
}
export type TokenKind =
  | "space"
  | "line-comment"
  | "block-comment"
  | "string"
  | "dollar-string"
  | "quoted-identifier"
  | "word"
  | "number"
  | "parameter"
  | "symbol";

const patterns = {
  /** psqlscan.l's; any other space is a letter to PostgreSQL. A byte-order mark may open the text. */
  space: /^\uFEFF[ \t\n\r\f\v]*|[ \t\n\r\f\v]+/y,
  word: /[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/y,
  number: /(?:\d|\.\d)[\w.]*/y,
  parameter: /\$\d+/y,
  lineComment: /--[^\r\n]*/y,
  dollarTag: /\$(?:[A-Za-z_\u0080-\uFFFF][\w\u0080-\uFFFF]*)?\$/y,
  /** A string goes on in the next line's string: SQL manual 4.1.2.1. */
  continued: /[^\S\r\n]*[\r\n]\s*'/y,
};

/** Every character of `text` from `from` to `to`, in order, in exactly one token. */
export function* tokens(text: string, from = 0, to: number = text.length): Generator<Token, void, void> {
  let at = from;
  while (at < to) {
    const token = tokenAt(text, at);
    yield token;
    at = token.end;
  }
}

export function isBlank(token: Token): boolean {
  return token.kind === "space" || isComment(token);
}

/** A comment nobody closed is none: it is where the text went wrong. */
export function isComment(token: Token): boolean {
  return token.kind === "line-comment" || (token.kind === "block-comment" && token.closed);
}

/** Where the first and last real tokens of a range stand; null when it has only space, comments and `;`. */
export function trimmedRange(text: string, from: number, to: number): { readonly start: number; readonly end: number } | null {
  let start = -1;
  let end = -1;
  for (const token of tokens(text, from, to)) {
    if (isBlank(token) || (token.kind === "symbol" && text[token.start] === ";")) continue;
    if (start < 0) start = token.start;
    end = Math.min(token.end, to);
  }
  return start < 0 ? null : { start, end };
}

function tokenAt(text: string, start: number): Token {
  const char = text[start]!;
  const make = (kind: TokenKind, end: number, closed = true): Token => ({ kind, start, end, closed });
  const next = text[start + 1];

  if (char === "'") return quoted(text, start, start, "string");
  if (char === '"') return quoted(text, start, start, "quoted-identifier");
  if (char === "-" && next === "-") return make("line-comment", match(patterns.lineComment, text, start)!);
  if (char === "/" && next === "*") return blockComment(text, start);
  if (char === "$") {
    const parameter = match(patterns.parameter, text, start);
    if (parameter !== null) return make("parameter", parameter);
    const tagEnd = match(patterns.dollarTag, text, start);
    if (tagEnd === null) return make("symbol", start + 1);
    const close = text.indexOf(text.slice(start, tagEnd), tagEnd);
    return close < 0 ? make("dollar-string", text.length, false) : make("dollar-string", close + tagEnd - start);
  }
  const space = match(patterns.space, text, start);
  if (space !== null) return make("space", space);
  const word = match(patterns.word, text, start);
  if (word !== null) {
    if (word === start + 1 && text[word] === "'" && (char === "e" || char === "E")) return escapeString(text, start);
    return make("word", word);
  }
  const number = match(patterns.number, text, start);
  if (number !== null) return make("number", number);
  return make("symbol", start + 1);
}

/** `'…''…'` or `"…""…"`: a doubled quote stays inside. */
function quoted(text: string, start: number, open: number, kind: "string" | "quoted-identifier"): Token {
  const quote = text[open]!;
  let at = open + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) return { kind, start, end: text.length, closed: false };
    if (text[close + 1] !== quote) return { kind, start, end: close + 1, closed: true };
    at = close + 2;
  }
}

/** `E'…'`, where a backslash guards the next character; its continuation lines keep that rule. */
function escapeString(text: string, start: number): Token {
  let at = start + 2;
  while (at < text.length) {
    if (text[at] === "\\") at += 2;
    else if (text[at] !== "'") at++;
    else if (text[at + 1] === "'") at += 2;
    else {
      const continued = match(patterns.continued, text, at + 1);
      if (continued === null) return { kind: "string", start, end: at + 1, closed: true };
      at = continued;
    }
  }
  return { kind: "string", start, end: text.length, closed: false };
}

/** Block comments nest in PostgreSQL. */
function blockComment(text: string, start: number): Token {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start + 2;
  let depth = 1;
  for (let found = edge.exec(text); found; found = edge.exec(text)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return { kind: "block-comment", start, end: edge.lastIndex, closed: true };
  }
  return { kind: "block-comment", start, end: text.length, closed: false };
}

function match(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}
