import type { Found, SearchResult } from "../domain/found.ts";
import { change, cost } from "../domain/units.ts";
import { excerpt, oneLine } from "../render/safe-text.ts";

/** What a search found, best first, readable at `width` columns. */
export function searchText({ searched, found }: SearchResult, width: number): string {
  const head = `Searched ${searched.map((each) => oneLine(each)).join("; ")}.`;
  if (found.length === 0) return `Nothing found.\n${head}`;
  return [...found.flatMap((each, position) => [...foundLines(each, position + 1, width), ""]), head].join("\n");
}

function foundLines(found: Found, position: number, width: number): string[] {
  const similarity = found.similarity === null ? "" : `, similarity ${found.similarity.toFixed(2)}`;
  const indent = "   ";
  const line = (text: string) => `${indent}${excerpt(text, Math.max(40, width - indent.length))}`;
  return [
    `${position}. ${oneLine(found.title)} (${found.kind}${similarity})`,
    `${indent}${oneLine(found.id)}`,
    ...(found.statement === "" ? [] : [line(found.statement)]),
    ...(found.change === null ? [] : [line(`${found.helped ? "helped" : "did not help"}: ${found.change}`)]),
    ...(found.costBefore > 0
      ? [line(`cost ${cost(found.costBefore)} → ${cost(found.costAfter)} (${change(found.costBefore, found.costAfter)})`)]
      : []),
    ...(found.because === null ? [] : [line(found.because)]),
    line(found.where),
  ];
}
