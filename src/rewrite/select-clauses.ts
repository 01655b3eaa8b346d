import type { SelectStmt } from "@pgsql/types";
import { isBlank, type Token, tokens } from "../syntax/tokens.ts";

/** A clause of a SELECT in its text: from its first keyword to its last token. */
export interface Clause {
  readonly name: ClauseName;
  readonly start: number;
  readonly end: number;
}
export type ClauseName = "with" | "select" | "from" | "where" | "group" | "having" | "window" | "order" | "limit";

/** In the order they are written. */
export const clauseNames: readonly ClauseName[] = ["with", "select", "from", "where", "group", "having", "window", "order", "limit"];

/** The fields of the tree that a clause writes. */
export const clauseFields: Readonly<Record<ClauseName, readonly (keyof SelectStmt)[]>> = {
  with: ["withClause"],
  select: ["distinctClause", "targetList", "intoClause"],
  from: ["fromClause"],
  where: ["whereClause"],
  group: ["groupClause", "groupDistinct"],
  having: ["havingClause"],
  window: ["windowClause"],
  order: ["sortClause"],
  limit: ["limitCount", "limitOffset", "limitOption"],
};

const openers: Readonly<Record<string, ClauseName>> = {
  with: "with",
  select: "select",
  from: "from",
  where: "where",
  group: "group",
  having: "having",
  window: "window",
  order: "order",
  limit: "limit",
  offset: "limit",
  fetch: "limit",
};

/**
 * The clauses of a plain SELECT that fills `text` from `start` to `end`, parentheses around it left out; null for what is not one
 * (VALUES, TABLE, set operations).
 */
export function clausesOf(text: string, start: number, end: number): readonly Clause[] | null {
  const real = [...tokens(text, start, end)].filter((token) => !isBlank(token));
  const clauses: { name: ClauseName; start: number; end: number }[] = [];
  let depth = 0;
  for (const [at, token] of real.entries()) {
    const word = wordOf(text, token);
    if (word === "(" || word === "[") depth++;
    if (word === ")" || word === "]") depth--;
    if (depth === 0 && token.kind === "word") {
      if (word === "union" || word === "intersect" || word === "except" || word === "for") return null;
      const name = opens(text, real, at, clauses.at(-1)?.name);
      if (name) {
        clauses.push({ name, start: token.start, end: token.end });
        continue;
      }
    }
    const current = clauses.at(-1);
    if (!current) return null;
    current.end = Math.min(token.end, end);
  }
  return clauses.some((clause) => clause.name === "select") ? clauses : null;
}

function opens(text: string, real: readonly Token[], at: number, current: ClauseName | undefined): ClauseName | null {
  const name = openers[wordOf(text, real[at]!)];
  if (!name) return null;
  const next = real[at + 1] ? wordOf(text, real[at + 1]!) : "";
  const before = real[at - 1] ? wordOf(text, real[at - 1]!) : "";
  if ((name === "group" || name === "order") && next !== "by") return null;
  // IS DISTINCT FROM; a column called like a keyword stands after a dot.
  if ((name === "from" && before === "distinct") || before === ".") return null;
  if (name === "with" && current !== undefined) return null;
  if (current === "limit" && name === "limit") return null;
  // Clauses come in order, so WITH TIES, WITHIN GROUP and the like are none.
  return current !== undefined && clauseNames.indexOf(name) <= clauseNames.indexOf(current) ? null : name;
}

function wordOf(text: string, token: Token): string {
  return text.slice(token.start, token.end).toLowerCase();
}
