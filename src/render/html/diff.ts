import { html, type Markup } from "./markup.ts";

/** A unified diff as lines; within a line that replaces another, the words that differ stand out. */
export function diffMarkup(diff: string): Markup {
  const lines = diff.split("\n");
  return html`<pre class="diff">${lines.map((line, position) => {
    const kind = line.startsWith("@@") ? "hunk" : line.startsWith("-") ? "out" : line.startsWith("+") ? "in" : "kept";
    const partner = kind === "out" ? lineAcross(lines, position, "+") : kind === "in" ? lineAcross(lines, position, "-") : null;
    return html`<span class="${kind}">${partner === null ? line : html`${line.slice(0, 1)}${markedWords(line.slice(1), partner)}`}</span>
`;
  })}</pre>`;
}

/** The line that this one replaces or is replaced by: the same place in the neighbouring block of the other sign, when the blocks are equally long. */
function lineAcross(lines: readonly string[], position: number, sign: "+" | "-"): string | null {
  const own = sign === "+" ? "-" : "+";
  let start = position;
  while (lines[start - 1]?.startsWith(own)) start -= 1;
  let end = position;
  while (lines[end + 1]?.startsWith(own)) end += 1;
  const length = end - start + 1;
  const otherStart = sign === "+" ? end + 1 : start - length;
  const block = lines.slice(Math.max(0, otherStart), otherStart + length);
  const neighbours = [lines[otherStart - 1], lines[otherStart + length]];
  const isBlock =
    block.length === length && block.every((line) => line.startsWith(sign)) && !neighbours.some((line) => line?.startsWith(sign));
  return isBlock ? (block[position - start]?.slice(1) ?? null) : null;
}

/** Words beyond which the comparison, whose work grows with their product, is not made. */
const mostWords = 600;

function markedWords(line: string, other: string): Markup {
  const words = wordsOf(line);
  const others = wordsOf(other);
  if (words.length > mostWords || others.length > mostWords) return html`${line}`;
  const kept = commonWords(words, others);
  const parts: Markup[] = [];
  for (let position = 0; position < words.length; ) {
    let end = position;
    while (end < words.length && kept.has(end) === kept.has(position)) end += 1;
    const text = words.slice(position, end).join("");
    parts.push(kept.has(position) ? html`${text}` : html`<mark>${text}</mark>`);
    position = end;
  }
  return html`${parts}`;
}

function wordsOf(line: string): string[] {
  return line.match(/\s+|[\p{L}\p{N}_$]+|[^\s\p{L}\p{N}_$]/gu) ?? [];
}

/** Positions in `words` of a longest common subsequence with `others`. */
function commonWords(words: readonly string[], others: readonly string[]): ReadonlySet<number> {
  const width = others.length + 1;
  const length = new Uint16Array((words.length + 1) * width);
  for (let i = words.length - 1; i >= 0; i -= 1)
    for (let j = others.length - 1; j >= 0; j -= 1)
      length[i * width + j] =
        words[i] === others[j]
          ? 1 + (length[(i + 1) * width + j + 1] ?? 0)
          : Math.max(length[(i + 1) * width + j] ?? 0, length[i * width + j + 1] ?? 0);
  const kept = new Set<number>();
  for (let i = 0, j = 0; i < words.length && j < others.length; ) {
    if (words[i] === others[j]) {
      kept.add(i);
      i += 1;
      j += 1;
    } else if ((length[(i + 1) * width + j] ?? 0) >= (length[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return kept;
}
