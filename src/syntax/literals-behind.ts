import { isBlank, type Token, tokens } from "./tokens.ts";

/**
 * `{n → literal}` for every `$n` of the normalised text that stands for a literal of the statement, or for a parameter of another
 * number; empty when it has none. Null when the two texts do not go together. Both are read token by token: a normaliser changes literals and nothing else.
 */
export function literalsBehind(sql: string, normalized: string): ReadonlyMap<number, string> | null {
  const [before, after] = [realTokens(sql), realTokens(normalized)];
  const found = new Map<number, string>();
  let at = 0;
  for (const token of after) {
    const shown = normalized.slice(token.start, token.end);
    const first = before[at];
    if (first === undefined) return null;
    if (sql.slice(first.start, first.end) === shown) {
      at++;
      continue;
    }
    if (token.kind !== "parameter") return null;
    // A sign belongs to its number.
    const signed = first.kind === "symbol" && sql[first.start] === "-" && before[at + 1]?.kind === "number";
    const last = signed ? before[at + 1]! : first;
    if (!["string", "dollar-string", "number", "word", "parameter"].includes(last.kind)) return null;
    found.set(Number(shown.slice(1)), sql.slice(first.start, last.end));
    at += signed ? 2 : 1;
  }
  return at === before.length ? found : null;
}

function realTokens(text: string): readonly Token[] {
  return [...tokens(text)].filter((token) => !isBlank(token) && text[token.start] !== ";");
}
