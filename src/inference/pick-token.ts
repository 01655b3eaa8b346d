import type { GrammarState, JsonGrammar } from "./json-grammar.ts";

export type Picked =
  | { readonly kind: "token"; readonly id: number; readonly state: GrammarState }
  | { readonly kind: "end" }
  | { readonly kind: "stuck" };

/**
 * The likeliest token by which a text of the grammar goes on: what greedy decoding under the grammar takes. `end` when the text is whole
 * and nothing else may come, or ending is likelier; `stuck` when no token fits. Looks at tokens from the likeliest on, so that a
 * vocabulary is rarely read to its end. Runs in a worker as source text: arguments and globals alone.
 */
export function pickToken(
  logits: Float32Array,
  end: ReadonlySet<number>,
  {
    grammar,
    state,
    tokens,
  }: { readonly grammar: JsonGrammar; readonly state: GrammarState; readonly tokens: readonly (Uint8Array | null)[] },
): Picked {
  const isWhole = grammar.isComplete(state);
  const tried = new Set<number>();
  const sortAfter = 32;
  let sorted: readonly number[] | null = null;
  for (let looked = 0; looked < logits.length; looked++) {
    let best = -1;
    if (looked >= sortAfter) {
      sorted ??= Array.from(logits.keys())
        .filter((id) => !tried.has(id))
        .sort((a, b) => logits[b]! - logits[a]! || a - b);
      best = sorted[looked - sortAfter] ?? -1;
    } else {
      for (let id = 0; id < logits.length; id++) if (!tried.has(id) && (best < 0 || logits[id]! > logits[best]!)) best = id;
      tried.add(best);
    }
    if (best < 0) break;
    if (end.has(best)) {
      if (isWhole) return { kind: "end" };
      continue;
    }
    const bytes = tokens[best];
    if (!bytes) continue;
    let next: GrammarState | null = state;
    for (const byte of bytes) {
      next = grammar.next(next, byte);
      if (next === null) break;
    }
    if (next !== null) return { kind: "token", id: best, state: next };
  }
  return isWhole ? { kind: "end" } : { kind: "stuck" };
}
