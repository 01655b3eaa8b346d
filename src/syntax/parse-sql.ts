import type { Node, ParseResult } from "@pgsql/types";
import { blankedComments, withoutComments } from "./comments.ts";
import { type HostOutcome, openParserHost } from "./parser-host.ts";
import type { ParserRequest } from "./parser-worker.ts";
import { byteOffsets, offsetOfCodePoint, positionAt, type TextPosition } from "./positions.ts";
import { tokens, trimmedRange } from "./tokens.ts";
import { mapLocations } from "./tree.ts";

export interface ParsedSql {
  readonly kind: "parsed";
  readonly statements: readonly ParsedStatement[];
}
export interface ParsedStatement {
  /** Text of this statement from its first to its last token: no comment around it, no `;`. */
  readonly sql: string;
  /** PostgreSQL 18 statement tree (`RawStmt.stmt`); `location` fields are UTF-16 offsets into `sql` (absent: 0). */
  readonly node: Node;
  /** UTF-16 offsets of `sql` in the input. */
  readonly start: number;
  readonly end: number;
}
export interface ParseFailure {
  readonly kind: "failed";
  /** `truncated`: the text ends too early, as text cut at a length limit does. */
  readonly reason: "syntax" | "truncated" | "too-large" | "timeout" | "crashed";
  readonly message: string;
  /** Null when unknown. */
  readonly position: TextPosition | null;
}
export interface SqlAnalysis {
  readonly parsed: ParsedSql | ParseFailure;
  readonly fingerprint: string | null;
  readonly normalized: string | null;
}

export interface SqlParser {
  /** Statements in order; none for text without any. Input that cannot be parsed is a value, never an exception. */
  parse(sql: string): Promise<ParsedSql | ParseFailure>;
  /** libpg_query fingerprint, 16 hex digits; null when no grammar knows the text or it holds no statement. */
  fingerprint(sql: string): Promise<string | null>;
  /**
   * The text with literals replaced by `$n`, numbered on from the highest `$n` in it, and without comments, which may hold
   * literals too (see withoutComments). DDL keeps its literals, as in pg_stat_statements. Null as for fingerprint.
   */
  normalize(sql: string): Promise<string | null>;
  /** All of the above in one round trip to the worker. */
  analyze(sql: string): Promise<SqlAnalysis>;
  close(): Promise<void>;
}

/**
 * Levels of objects and arrays: about 1490 chained operators, joins or UNIONs. The deparser, which recurses, still manages that on
 * Node's default stack (measured: 2000 levels of operators yes, 4000 no); nothing written by people or by an ORM comes near.
 */
const maxTreeLevels = 3000;

/**
 * A parser in its own thread. `timeoutMs` (default 2000) and `maxBytes` (default 1 MiB of UTF-8) are per text.
 * Throws DEPENDENCY_MISSING when the grammars do not load.
 */
export async function openParser(options: { readonly timeoutMs?: number; readonly maxBytes?: number } = {}): Promise<SqlParser> {
  const { timeoutMs = 2000, maxBytes = 1024 * 1024 } = options;
  const host = await openParserHost({ timeoutMs, maxLevels: maxTreeLevels });

  async function ask(sql: string, want: Omit<ParserRequest, "text" | "compact">): Promise<SqlAnalysis> {
    const refused = refusal(sql, maxBytes);
    if (refused) return { parsed: refused, fingerprint: null, normalized: null };
    if (trimmedRange(sql, 0, sql.length) === null)
      return { parsed: { kind: "parsed", statements: [] }, fingerprint: null, normalized: null };
    const wellFormed = forGrammar(sql);
    const text = blankedComments(wellFormed);
    const outcome = await host.ask({ text, compact: withoutComments(wellFormed).replace(/[;\s]+$/, ""), ...want });
    const answered = outcome.kind === "answered" ? outcome.reply : null;
    return {
      parsed: want.tree ? parsedFrom(sql, text, outcome, timeoutMs) : { kind: "parsed", statements: [] },
      fingerprint: answered?.fingerprint ?? null,
      normalized: answered?.normalized ?? null,
    };
  }

  return {
    async parse(sql) {
      return (await ask(sql, { tree: true, fingerprint: false, normalized: false })).parsed;
    },
    async fingerprint(sql) {
      return (await ask(sql, { tree: false, fingerprint: true, normalized: false })).fingerprint;
    },
    async normalize(sql) {
      return (await ask(sql, { tree: false, fingerprint: false, normalized: true })).normalized;
    },
    analyze: (sql) => ask(sql, { tree: true, fingerprint: true, normalized: true }),
    close: () => host.close(),
  };
}

/** What must not reach the grammars: they would take ever longer, or stop reading at the NUL without a word. */
function refusal(sql: string, maxBytes: number): ParseFailure | null {
  if (sql.length > maxBytes || Buffer.byteLength(sql) > maxBytes) {
    const message = `the text is longer than ${maxBytes} bytes`;
    return { kind: "failed", reason: "too-large", message, position: null };
  }
  const nul = sql.indexOf("\0");
  if (nul < 0) return null;
  return { kind: "failed", reason: "syntax", message: "the text holds a NUL byte", position: positionAt(sql, nul) };
}

/** Same length in UTF-16. Like psql, skips a byte-order mark; lone surrogates, which have no UTF-8 form, become U+FFFD. */
function forGrammar(sql: string): string {
  return sql.replace(/^\uFEFF/, " ").replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}

function parsedFrom(sql: string, text: string, outcome: HostOutcome, timeoutMs: number): ParsedSql | ParseFailure {
  const failed = (reason: ParseFailure["reason"], message: string): ParseFailure => ({ kind: "failed", reason, message, position: null });
  if (outcome.kind === "timeout") return failed("timeout", `parsing took longer than ${timeoutMs} ms`);
  if (outcome.kind === "crashed") return failed("crashed", outcome.message);
  const { tree, broken } = outcome.reply;
  switch (tree.kind) {
    case "tree":
      return { kind: "parsed", statements: statementsOf(sql, text, JSON.parse(tree.json)) };
    case "syntax":
      return syntaxFailure(sql, tree.message, offsetOfCodePoint(text, tree.cursor));
    case "too-deep":
      return failed("too-large", `the statement is nested ${tree.levels} levels deep, more than ${maxTreeLevels}`);
    case "none":
      return failed("crashed", broken ?? "the parser gave no tree");
    default:
      return tree satisfies never;
  }
}

function statementsOf(sql: string, text: string, tree: ParseResult): ParsedStatement[] {
  const offsetOf = byteOffsets(text);
  const statements: ParsedStatement[] = [];
  for (const { stmt, stmt_location: location = 0, stmt_len: length } of tree.stmts ?? []) {
    if (!stmt) continue;
    // No length means up to the end of the text.
    const range = trimmedRange(sql, offsetOf(location), length ? offsetOf(location + length) : sql.length);
    if (!range) continue;
    const moved = range.start > 0 || text.length !== Buffer.byteLength(text);
    if (moved) mapLocations(stmt, (at) => offsetOf(at) - range.start);
    statements.push({ sql: sql.slice(range.start, range.end), node: stmt, ...range });
  }
  return statements;
}

function syntaxFailure(sql: string, message: string, offset: number): ParseFailure {
  const failed = (reason: "syntax" | "truncated", why: string): ParseFailure => {
    return { kind: "failed", reason, message: why, position: positionAt(sql, offset) };
  };
  const command = /^\\[a-zA-Z!?]*/.exec(sql.slice(offset, offset + 40));
  if (command) return failed("syntax", `"${command[0]}" is a command of psql, not SQL`);
  const before = sql.slice(0, offset).trimEnd();
  const placeholder = before.endsWith("?") ? "?" : /^(?::\w+|%s|%\(\w+\)s)/.exec(sql.slice(offset, offset + 64))?.[0];
  if (placeholder) return failed("syntax", `${message}: write $1 for a placeholder, not "${placeholder}"`);
  const end = trimmedRange(sql, 0, sql.length)?.end ?? 0;
  let open = false;
  for (const token of tokens(sql)) open = !token.closed;
  // Cut text ends inside a token, or the grammar wanted more when it met the end.
  return failed(open || offset >= end ? "truncated" : "syntax", message);
}
