import type { Convention } from "./conventions.ts";

/**
 * The part of a file that runs forward, everything else blanked: as long as the file and with the same lines, so that places in
 * it are places in the file. A file whose tool has sections and that has no backward marker runs from the forward one to its end.
 */
export function forwardPart(text: string, convention: Convention): string {
  if (!convention.sections) return text;
  const { forward, backward } = convention.sections;
  const start = forward.exec(text);
  if (!start) return text;
  const from = start.index + start[0].length;
  const rest = backward.exec(text.slice(from));
  const before = backward.exec(text.slice(0, start.index));
  const to = rest ? from + rest.index : text.length;
  // A down section above the up section is blanked with everything else before it.
  return blanked(text.slice(0, from), before !== null) + text.slice(from, to) + blanked(text.slice(to), true);
}

/** Spaces for every character but line ends; comments above the marker stay, since they may hold suppressions. */
function blanked(text: string, all: boolean): string {
  if (!all && text.split(/\r\n|\n|\r/).every((line) => /^\s*(--|$)/.test(line))) return text;
  return text.replaceAll(/[^\r\n]/g, " ");
}
