import type { ParameterPlace } from "../syntax/parameters.ts";

/** Text before the parameter, text after it, and a value that PostgreSQL can evaluate there. The first that fits counts. */
const contexts: readonly { readonly before: RegExp; readonly after?: RegExp; readonly value: string }[] = [
  { before: /\b(?:date_trunc|date_part)\s*\(\s*$/i, value: "day" },
  { before: /\bdate_bin\s*\(\s*$/i, value: "1 hour" },
  { before: /\bdate_trunc\s*\([^()]*(?:\([^()]*\)[^()]*)*,\s*$/i, after: /^\s*\)/, value: "UTC" },
  { before: /\b(?:at\s+time\s+zone\s+|timezone\s*\(\s*)$/i, value: "UTC" },
  // ('7' || ' days')::interval
  { before: /\(\s*$/, after: /^\s*(?:::\s*\w+\s*)?\|\|\s*(?:\$\d+|'[^']*')(?:\s*::\s*\w+)?\s*\)\s*::\s*interval\b/i, value: "1" },
  { before: /\|\|\s*$/, after: /^(?:\s*::\s*\w+)?\s*\)\s*::\s*interval\b/i, value: " day" },
  { before: /\bto_(?:date|timestamp)\s*\([^(),]*,\s*$/i, value: "YYYY-MM-DD" },
  { before: /\bto_(?:date|timestamp)\s*\(\s*$/i, after: /^\s*,/, value: "2025-01-01" },
  { before: /\bto_char\s*\([^()]*(?:\([^()]*\)[^()]*)*,\s*$/i, value: "YYYY-MM-DD" },
  { before: /\bto_number\s*\(\s*$/i, value: "1" },
  { before: /\bto_number\s*\([^(),]*,\s*$/i, value: "9" },
  { before: /\bescape\s+$/i, value: "\\" },
];

/** Far enough to see the function that a parameter is an argument of. */
const reach = 300;

/**
 * What the words around a parameter ask of its value where its type alone would not say: the planner evaluates what it takes for
 * constant, and `date_trunc('a', now())` is an error. Null: any value of the type will do.
 */
export function valueInContext(sql: string, place: ParameterPlace): string | null {
  const before = sql.slice(Math.max(0, place.start - reach), place.start);
  const after = sql.slice(place.end, place.end + reach);
  return contexts.find((each) => each.before.test(before) && (each.after?.test(after) ?? true))?.value ?? null;
}
