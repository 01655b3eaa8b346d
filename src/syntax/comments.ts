import { isComment, type Token, tokens } from "./tokens.ts";

/**
 * The text with a space for every character of a comment: as long, in UTF-16, as before. libpg_query before 18.1.0 takes a comment
 * between two words that belong together (NOT and IN, NULLS and LAST) for a syntax error, where PostgreSQL does not
 * (pganalyze/libpg_query#378; both grammars used here, measured).
 */
export function blankedComments(sql: string): string {
  if (!mayHoldComments(sql)) return sql;
  let text = "";
  for (const token of tokens(sql)) {
    const piece = sql.slice(token.start, token.end);
    text += isComment(token) ? piece.replaceAll(/[^\r\n]/g, " ") : piece;
  }
  return text;
}

/**
 * The text without comments; one between two words leaves a space. Two kinds stay: the `, ...` comment with which PostgreSQL 18's
 * pg_stat_statements marks a shortened list, and planner hints, which open with a plus sign.
 */
export function withoutComments(sql: string): string {
  if (!mayHoldComments(sql)) return sql.trim();
  let kept = "";
  let space = "";
  for (const token of tokens(sql)) {
    const piece = sql.slice(token.start, token.end);
    if (isComment(token) && !carriesMeaning(piece, token)) {
      if (space === "") space = " ";
    } else if (token.kind === "space") {
      if (!space.includes("\n")) space = piece;
    } else {
      kept += space + piece;
      space = "";
    }
  }
  return kept.trim();
}

function carriesMeaning(piece: string, token: Token): boolean {
  return token.kind === "block-comment" && (piece === "/*, ... */" || piece.startsWith("/*+"));
}

function mayHoldComments(sql: string): boolean {
  return sql.includes("--") || sql.includes("/*");
}
