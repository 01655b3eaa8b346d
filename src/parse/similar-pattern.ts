/**
 * The regular expression that SIMILAR TO makes of its pattern, as regexp.c similar_escape_internal() with the default escape
 * `\`: `%` is `.*`, `_` is `.`, brackets and `|*+?{}` keep their meaning, `.^$` lose theirs.
 */
export function similarToRegex(pattern: string): string {
  let regex = "";
  let inBrackets = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "\\") {
      at++;
      regex += `\\${pattern[at] ?? ""}`;
    } else if (inBrackets) {
      if (character === "]") inBrackets = false;
      regex += character;
    } else if (character === "[") {
      inBrackets = true;
      regex += character;
    } else regex += translated[character] ?? character;
  }
  return `^(?:${regex})$`;
}

const translated: Readonly<Record<string, string>> = { "%": ".*", _: ".", "(": "(?:", ".": "\\.", "^": "\\^", $: "\\$" };
