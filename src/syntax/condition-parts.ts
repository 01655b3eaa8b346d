/**
 * Parts of a deparsed condition that must all hold, without the parentheses around each: `((a = 1) AND (b = 'x AND y'::text))` →
 * `a = 1`, `b = 'x AND y'::text`. One with OR, or with nothing to part, is given whole.
 */
export function conditionParts(condition: string): string[] {
  const parts: string[] = [];
  let [depth, from, isQuoted, isWhole] = [0, 0, false, condition.startsWith("(")];
  for (let at = 0; at < condition.length; at += 1) {
    const letter = condition[at];
    // A doubled quote closes and opens again.
    if (letter === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === "(") depth += 1;
    if (letter === ")") depth -= 1;
    if (depth === 0 && at < condition.length - 1) isWhole = false;
    if (depth === 0 && condition.startsWith(" AND ", at)) {
      parts.push(condition.slice(from, at));
      from = at + " AND ".length;
    }
  }
  if (isWhole) return conditionParts(condition.slice(1, -1));
  return parts.length === 0 ? [condition] : [...parts, condition.slice(from)].flatMap(conditionParts);
}
