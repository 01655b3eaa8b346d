import { isComment, tokens } from "./tokens.ts";

/**
 * The text without comments; one between two words leaves a space. Two kinds stay: the `, ...` comment with which PostgreSQL 18's
 * pg_stat_statements marks a shortened list, and planner hints, which open with a plus sign.
 */
export function withoutComments(sql: string): string {
  let kept = "";
  let held = "";
  for (const token of tokens(sql)) {
    const text = sql.slice(token.start, token.end);
    if (isComment(token) && text !== "/*, ... */" && !text.startsWith("/*+")) {
      if (held === "") held = " ";
      continue;
    }
    if (token.kind === "space") {
      if (!held.includes("\n")) held = text;
      continue;
    }
    kept += held + text;
    held = "";
  }
  return kept.trim();
}
