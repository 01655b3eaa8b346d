import { literal } from "../domain/identifier.ts";
import type { EmbeddedDatabase } from "../embedded/embedded-database.ts";
import { sqlStateOf } from "../embedded/sql-state.ts";

/** What a new B-tree leads with, and how far ANALYZE saw it go. */
export interface LeadingKey {
  /** A column's name, quoted where it must be, or an expression, as the server deparses it. */
  readonly text: string;
  readonly type: string;
  /** `histogram_bounds` as text. */
  readonly bounds: string;
}

/** `<= 'text'::type`, `> (-3)`: a comparison by size with a constant, as plans show it. */
const comparison = String.raw`\)*(?:::[\w ]+)?\)* (<=?|>=?) \(?('(?:[^']|'')*'(?:::[\w ]+)?|-?\d+(?:\.\d+)?)`;

/**
 * Whether one of a plan's conditions compares the key with a constant in the outermost bin of its histogram, or beyond: what is
 * estimated there hangs on where the key really ends (ineq_histogram_selectivity(), selfuncs.c).
 */
export async function reachesPastBounds(database: EmbeddedDatabase, key: LeadingKey, conditions: readonly string[]): Promise<boolean> {
  const compared = new RegExp(String.raw`(?<![\w"])${patternOf(key.text)}${comparison}`, "g");
  for (const condition of conditions)
    for (const [, operator, constant] of withoutAliases(condition).matchAll(compared)) {
      const isUpward = operator!.startsWith(">");
      const edge = isUpward ? "b[array_length(b, 1) - 1] <= c" : "b[2] >= c";
      const sql = `select ${edge} from (select ${literal(key.bounds)}::${key.type}[] as b, (${constant})::${key.type} as c) s`;
      if (await answersTrue(database, sql)) return true;
    }
  return false;
}

/** The key's text without the parentheses around it, which plans add and leave out; a name also in quotes. */
function patternOf(text: string): string {
  const escaped = withoutParentheses(text).replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return /^\w+$/.test(text) ? `"?${escaped}"?` : escaped;
}

/** `((a + b))` → `a + b`; `(a) + (b)` stays. */
function withoutParentheses(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")") depth--;
    if (depth === 0 && at < text.length - 1) return text;
  }
  return withoutParentheses(text.slice(1, -1));
}

/** Text of a plan without the aliases that name the tables of its columns; strings stay as they are. */
export function withoutAliases(condition: string): string {
  return condition.replaceAll(/'(?:[^']|'')*'|(?<![\w".])(?:[a-z_]\w*|"[^"]+")\.(?=[\w"])/g, (found) =>
    found.startsWith("'") ? found : "",
  );
}

async function answersTrue(database: EmbeddedDatabase, sql: string): Promise<boolean> {
  try {
    return (await database.scalar(sql)) === true;
  } catch (error) {
    // A constant that is no value of the type tells nothing of its place.
    if (sqlStateOf(error) === null) throw error;
    return false;
  }
}
