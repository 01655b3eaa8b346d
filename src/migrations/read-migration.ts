import { alignedSql } from "../code-migrations/code-migration.ts";
import { codeTool, isCode } from "../code-migrations/read-code.ts";
import { bytes } from "../domain/units.ts";
import type { Runner } from "../rule/migration.ts";
import { blankedComments } from "../syntax/comments.ts";
import { cutStatement } from "../syntax/cut-statements.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { positionsIn } from "../syntax/positions.ts";
import { type FileFailure, type FileStatement, splitStatements } from "../syntax/split-statements.ts";
import { type TokenKind, tokens } from "../syntax/tokens.ts";
import { toldTransaction } from "./companion.ts";
import { conventionOf } from "./conventions.ts";
import { forwardPart } from "./forward-part.ts";
import { fillPlaceholders, openPlaceholder } from "./placeholders.ts";
import type { FileBytes } from "./read-within.ts";
import { readableText } from "./readable-text.ts";

/** A file as it was found: in a folder, a commit or a pull request. */
export interface FoundFile extends FileBytes {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  /** False for context: run to have the schema before the change, never reported. */
  readonly isNew: boolean;
  /** SQL to review in place of the content, and the tool it is of: what a command printed, or a difference of schemas. */
  readonly printed?: { readonly sql: string; readonly tool: string | null };
  /** Text of the file beside it that tells its tool how to run it; absent: there is none. */
  readonly companion?: string;
}

export interface MigrationStatementText extends Omit<FileStatement, "node"> {
  /** Null when it was only cut. */
  readonly node: FileStatement["node"] | null;
  /** Column of the first token, from 1. */
  readonly column: number;
}

/** A line the reader of the report must see about a file or a statement that was not, or not wholly, looked at. */
export interface InputNotice {
  readonly path: string;
  /** Null for the whole file. */
  readonly line: number | null;
  readonly message: string;
  /** `broken`: no server would take it. `open`: nobody can tell without more. */
  readonly kind: "broken" | "open";
}

export interface MigrationFile {
  readonly path: string;
  readonly isNew: boolean;
  readonly runner: Runner;
  /** The whole text as written, for its comments. */
  readonly text: string;
  readonly statements: readonly MigrationStatementText[];
  readonly notices: readonly InputNotice[];
}

export interface ReadOptions {
  /** Null: by path and text. */
  readonly runner: string | null;
  readonly placeholders: Readonly<Record<string, string>>;
  /** Cut into statements without parsing them: enough to run a file, at a twentieth of the time. Their nodes are null. */
  readonly onlyCut?: boolean;
}

/** Statements of a file's forward part with their places, its runner, and a notice for all that could not be read. Null for files that undo. */
export async function readMigration(parser: SqlParser, file: FoundFile, options: ReadOptions): Promise<MigrationFile | null> {
  const source = sqlOf(file, options);
  const convention = conventionOf(file.path, source.text, options.runner ?? source.tool);
  if (convention.backward?.(file.path) && file.printed === undefined) return null;
  const { text } = source;
  const forward = fillPlaceholders(forwardPart(text, convention), options.placeholders);
  const { statements, failures } = options.onlyCut ? cutOnly(forward) : await splitStatements(parser, forward);
  const placed: MigrationStatementText[] = [];
  const notices: InputNotice[] = [...source.notices, ...failures.flatMap((failure) => failureNotice(file.path, failure))];
  const positionAt = positionsIn(forward);
  for (const statement of statements) {
    const open = openPlaceholder(statement.sql);
    if (open !== null) notices.push(placeholderNotice(file.path, statement.line, open));
    else placed.push({ ...statement, column: positionAt(statement.start).column });
  }
  const texts = placed.map((statement) => blankedComments(statement.sql));
  const runner = { name: convention.name, ...convention.runner({ text, statements: texts }) };
  const wrapsInTransaction = toldTransaction(convention.name, file.companion) ?? runner.wrapsInTransaction;
  return {
    path: file.path,
    isNew: file.isNew,
    runner: { ...runner, wrapsInTransaction: !source.outsideTransaction && wrapsInTransaction },
    text,
    statements: placed,
    notices: notices.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  };
}

/** Above it, a file in code is generated, or bundled. Our choice. */
const largestCodeBytes = 256 * 1024;

interface SqlSource {
  /** "" where nothing could be read. */
  readonly text: string;
  /** Convention that the file's kind shows; null: by path and text. */
  readonly tool: string | null;
  readonly notices: readonly InputNotice[];
  readonly outsideTransaction: boolean;
}

/** The SQL of a file: its text, what was printed for it, or what its code stands for. */
function sqlOf(file: FoundFile, options: ReadOptions): SqlSource {
  const { path } = file;
  const plain = { tool: null, notices: [], outsideTransaction: false };
  if (file.printed !== undefined) return { ...plain, text: file.printed.sql, tool: file.printed.tool };
  const open = (line: number | null, message: string): InputNotice => ({ path, line, message, kind: "open" });
  if (file.unreadable !== undefined) return { ...plain, text: "", notices: [open(null, `${path} ${file.unreadable}`)] };
  const readable = readableText(file.content);
  if (readable.kind === "unreadable") return { ...plain, text: "", notices: [open(null, `${path} ${readable.why}`)] };
  if (!isCode(path) || options.runner === "plain") return { ...plain, text: readable.text };
  if (file.content.length > largestCodeBytes)
    return { ...plain, text: "", notices: [open(null, `${path} has ${bytes(file.content.length)}: no migration in code is that long`)] };
  const tool = codeTool(path, readable.text);
  if (tool === null) return { ...plain, text: "", notices: [open(null, `${path} is no migration of a tool that is read here`)] };
  const code = tool.read(readable.text);
  return {
    text: alignedSql(readable.text, code.statements),
    tool: tool.name,
    notices: code.open.map((each) => open(each.line, each.message)),
    outsideTransaction: code.outsideTransaction,
  };
}

function cutOnly(text: string): { statements: (Omit<FileStatement, "node"> & { node: null })[]; failures: FileFailure[] } {
  const statements: (Omit<FileStatement, "node"> & { node: null })[] = [];
  const positionAt = positionsIn(text);
  for (let piece = cutStatement(text, 0); piece; piece = cutStatement(text, piece.next)) {
    const { start, end, precedingComments, trailingComments } = piece;
    const sql = text.slice(start, end);
    if (!sql.startsWith("\\"))
      statements.push({ sql, node: null, start, end, line: positionAt(start).line, precedingComments, trailingComments });
  }
  return { statements, failures: [] };
}

/** psql commands that change nothing a review reads. */
const harmlessCommand = /^\\(restrict|unrestrict|connect|c|echo|pset|timing|encoding|qecho|warn|set|unset|x|q|conninfo)\b/;

function failureNotice(path: string, failure: FileFailure): InputNotice[] {
  const line = failure.position?.line ?? failure.line;
  if (failure.text.startsWith("\\")) {
    if (harmlessCommand.test(failure.text)) return [];
    const command = failure.text.trim();
    return [{ path, line: failure.line, message: `psql command ${command} is not followed: only SQL is reviewed`, kind: "open" }];
  }
  const open = openPlaceholder(failure.text);
  if (open !== null) return [placeholderNotice(path, failure.line, open)];
  const variable = /(?<![:\w]):(?:'(\w+)'|"(\w+)"|([A-Za-z_]\w*))/.exec(failure.text);
  if (variable) return [placeholderNotice(path, failure.line, variable[0])];
  if (failure.reason === "truncated") {
    const unclosed = [...tokens(failure.text)].findLast((token) => !token.closed);
    const why = unclosed === undefined ? failure.message : `a ${tokenWords[unclosed.kind] ?? unclosed.kind} is opened and never closed`;
    return [{ path, line: failure.line, message: `${why}; this statement is not reviewed`, kind: "broken" }];
  }
  const kind = failure.reason === "syntax" ? "broken" : "open";
  return [{ path, line, message: failure.reason === "syntax" ? failure.message : `not reviewed: ${failure.message}`, kind }];
}

const tokenWords: Partial<Record<TokenKind, string>> = {
  string: "quote (')",
  "quoted-identifier": 'double quote (")',
  "dollar-string": "dollar quote",
  "block-comment": "comment (/*)",
};

function placeholderNotice(path: string, line: number, placeholder: string): InputNotice {
  const shown = placeholder.length > 60 ? `${placeholder.slice(0, 60)}…` : placeholder;
  return {
    path,
    line,
    message: `not reviewed: the template placeholder ${shown} has no value here; give it with --var NAME=VALUE, or review the filled-in SQL`,
    kind: "open",
  };
}
