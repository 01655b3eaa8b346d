import { unescaped } from "../code-migrations/unescaped.ts";
import { cutStatement } from "../syntax/cut-statements.ts";
import { positionsIn } from "../syntax/positions.ts";
import type { ChangedFile } from "./git-changes.ts";

/** SQL that a change adds to a file of the application. */
export interface SourceSql {
  /** `src/orders.ts:41`. */
  readonly place: string;
  readonly sql: string;
}

/** Longest file that is looked through, in bytes: above it, files are generated. */
const largestSource = 1024 * 1024;

/** Statements in the file that its version in the base does not hold. Reads the text; runs nothing of it. */
export function addedSql(file: ChangedFile): SourceSql[] {
  if (file.content.length > largestSource || file.content.subarray(0, 8000).includes(0)) return [];
  const known = new Set(
    file.before === null ? [] : sqlIn(file.path, Buffer.from(file.before).toString("utf8")).map((each) => squeezed(each.sql)),
  );
  return sqlIn(file.path, Buffer.from(file.content).toString("utf8")).filter((each) => !known.has(squeezed(each.sql)));
}

function squeezed(sql: string): string {
  return sql.replaceAll(/\s+/g, " ").trim();
}

const opening = /^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(select|insert\s+into|update|delete\s+from|with|merge\s+into)\b/i;
/** A statement has one of these besides its first word: "Select a file" has none. */
const body = /\b(from|set|values|into|select)\b/i;

function sqlIn(path: string, text: string): SourceSql[] {
  const kind = /\.([a-z]+)$/.exec(path)?.[1] ?? "";
  if (kind === "sql") return statementsIn(path, text);
  const pattern = literals[languages[kind] ?? ""];
  if (!pattern) return [];
  const positionAt = positionsIn(text);
  const found: SourceSql[] = [];
  for (const match of text.matchAll(pattern)) {
    const groups = match.groups ?? {};
    const content = groups.raw ?? groups.hash ?? (groups.escaped === undefined ? undefined : unescaped(groups.escaped));
    if (content === undefined || !looksLikeSql(content)) continue;
    const sql = withParameters(content, kind);
    if (sql !== null) found.push({ place: `${path}:${positionAt(match.index).line}`, sql });
  }
  return found;
}

/** Prose may begin with "Select": people write the keyword in one case. */
function looksLikeSql(text: string): boolean {
  const first = opening.exec(text)?.[1];
  if (first === undefined || (first !== first.toLowerCase() && first !== first.toUpperCase())) return false;
  return body.test(text.replace(/^\s*\w+/, ""));
}

function statementsIn(path: string, text: string): SourceSql[] {
  const positionAt = positionsIn(text);
  const found: SourceSql[] = [];
  for (let piece = cutStatement(text, 0); piece; piece = cutStatement(text, piece.next)) {
    const sql = text.slice(piece.start, piece.end);
    if (!opening.test(sql)) continue;
    const numbered = withParameters(sql, "sql");
    if (numbered !== null) found.push({ place: `${path}:${positionAt(piece.start).line}`, sql: numbered });
  }
  return found;
}

const languages: Readonly<Record<string, string>> = {
  ts: "script",
  tsx: "script",
  mts: "script",
  cts: "script",
  js: "script",
  jsx: "script",
  mjs: "script",
  cjs: "script",
  py: "python",
  rb: "ruby",
  go: "go",
  java: "c",
  kt: "c",
  cs: "c",
  rs: "c",
  php: "script",
};

/** String literals of each language: `raw` as written, `escaped` with backslashes. Comments are passed over by their own arm. */
const literals: Readonly<Record<string, RegExp>> = {
  script: /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?<raw>(?:\\[\s\S]|[^`\\])*)`|(?<q>["'])(?<escaped>(?:\\[\s\S]|(?!\k<q>)[^\\\n])*)\k<q>/g,
  python: /#[^\n]*|[rfbuRFBU]*(?<t>"""|''')(?<raw>[\s\S]*?)\k<t>|[rfbuRFBU]*(?<q>["'])(?<escaped>(?:\\[\s\S]|(?!\k<q>)[^\\\n])*)\k<q>/g,
  ruby: /<<[~-]?['"]?(?<tag>[A-Z_]+)['"]?[^\n]*\n(?<raw>[\s\S]*?)^\s*\k<tag>\b|(?<q>["'])(?<escaped>(?:\\[\s\S]|(?!\k<q>)[^\\])*)\k<q>|#[^\n{][^\n]*/gm,
  go: /\/\/[^\n]*|\/\*[\s\S]*?\*\/|`(?<raw>[^`]*)`|"(?<escaped>(?:\\.|[^"\\\n])*)"/g,
  c: /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"""(?<raw>[\s\S]*?)"""|r#"(?<hash>[\s\S]*?)"#|"(?<escaped>(?:\\[\s\S]|[^"\\])*)"/g,
};

/**
 * Placeholders of drivers and interpolated values as `$n`; null when a piece of the statement's own text is put together at run
 * time (a table's name, a list of conditions), so that nobody can tell what it will be.
 */
function withParameters(text: string, kind: string): string | null {
  let next = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map((match) => Number(match[1]))) + 1;
  const fresh = () => `$${next++}`;
  let sql = text;
  // An interpolation after an operator, a comma, a parenthesis or a keyword that takes a value is a value.
  const value =
    /(?<=(?:[=<>(,]|\b(?:limit|offset|like|ilike|in|any|values|and|or|between|set|then|else|when)\s)\s*)(?:\$\{[^{}]*\}|#\{[^{}]*\}|%\(\w+\)s|%s|(?<![:\w]):[a-z_]\w*|@[a-z_]\w*|\?(?![?|&]))/gi;
  if (kind !== "sql" || /[:@?%]/.test(sql)) sql = sql.replaceAll(value, fresh);
  if (/\$\{|#\{|%s|%\(\w+\)s|\{\{/.test(sql)) return null;
  if (kind === "py" && /(?<!\{)\{[a-z_][\w.]*\}(?!\})/i.test(sql)) return null;
  return sql.trim().replace(/;\s*$/, "");
}
