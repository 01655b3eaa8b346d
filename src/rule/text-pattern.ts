import type { Predicate } from "../domain/workload.ts";

/**
 * What a LIKE pattern fixes: `prefix` before the first wildcard, `suffix` after the last, both unescaped.
 * Backslash escapes, as without an ESCAPE clause.
 */
export function likeParts(pattern: string): { readonly prefix: string; readonly suffix: string; readonly exact: boolean } {
  const parts: string[] = [""];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "%" || character === "_") parts.push("");
    else parts[parts.length - 1] += character === "\\" ? (pattern[++at] ?? "") : character;
  }
  return { prefix: parts[0]!, suffix: parts.at(-1)!, exact: parts.length === 1 };
}

/** Literal text that a regular expression anchors at the start: `^abc.*` → `abc`; empty when none. */
export function regexPrefix(pattern: string): string {
  if (!pattern.startsWith("^") || /(?<!\\)\|/.test(pattern)) return "";
  const fixed = /^\^((?:[^\\.[\](){}*+?^$|]|\\[^a-zA-Z0-9])*)/.exec(pattern)?.[1] ?? "";
  // A quantifier after the last character makes that character optional.
  const optional = /^[*?{]/.test(pattern.slice(1 + fixed.length));
  return (optional ? fixed.replace(/(?:\\.|[^\\])$/, "") : fixed).replaceAll(/\\(.)/g, "$1");
}

/** The pattern of a text predicate when it is written in the statement; null for a parameter or anything computed. */
export function constantPattern(predicate: Predicate): string | null {
  return predicate.compared.kind === "constant" ? predicate.compared.value : null;
}

/**
 * False when the constant pattern has no run of three letters or digits (two at a word's edge fixed by the
 * pattern's end), so that pg_trgm finds nothing to look up and reads the whole index; true when unknown.
 */
export function hasTrigram(predicate: Predicate): boolean {
  const { compared } = predicate;
  const operator = predicate.operator.replace(/ any$/, "");
  if (compared.kind === "constant" && compared.values !== null)
    return compared.values.length > 0 && compared.values.every((pattern) => patternHasTrigram(operator, pattern));
  const pattern = constantPattern(predicate);
  return pattern === null ? compared.kind !== "none" : patternHasTrigram(operator, pattern);
}

function patternHasTrigram(operator: string, pattern: string): boolean {
  if (operator === "~~" || operator === "~~*") {
    const unescaped = pattern.replaceAll(/\\(.)/gs, "$1");
    return /[\p{L}\p{N}]{3}/u.test(unescaped) || edgeTrigram(unescaped);
  }
  if (operator === "~" || operator === "~*") return /[\p{L}\p{N}]{3}/u.test(pattern.replaceAll(/\\[a-zA-Z]|\[[^\]]*\]|.[*?]/g, " "));
  return true;
}

/** pg_trgm pads a word with two blanks before and one after, so `ab%` and `%ab` hold a trigram too. */
function edgeTrigram(pattern: string): boolean {
  return /(^|[^\p{L}\p{N}%_])[\p{L}\p{N}]{1,2}/u.test(pattern) || /[\p{L}\p{N}]{2}([^\p{L}\p{N}%_]|$)/u.test(pattern);
}
