/** Escape sequences that drive a terminal: CSI, OSC and the short ones. ECMA-48. */
const escapeSequence = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?`,
    String.raw`\x1b[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
const control = /(?![\n\t])\p{Cc}/gu;
/** Characters that change the direction of what follows (CVE-2021-42574), and line separators. */
const invisible = /[\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text from a database without anything that could drive a terminal or hide itself; newlines and tabs stay. */
export function harmless(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll(escapeSequence, "").replaceAll(control, "").replaceAll(invisible, "");
}

/** The same on one line. */
export function oneLine(text: string): string {
  return harmless(text).replaceAll(/\s+/g, " ").trim();
}

/** At most `length` characters of one line, the cut marked. */
export function excerpt(text: string, length: number): string {
  const line = [...oneLine(text)];
  return line.length <= length ? line.join("") : `${line.slice(0, Math.max(1, length - 1)).join("")}…`;
}

/**
 * Hosts look for `@user`, `#12` and `GH-12` in the text that Markdown has already become, where an escape or an entity is gone:
 * only a character between keeps people from being called and other issues from being linked.
 */
const apart = "&#8203;"; // zero-width space

/** Plain words inside Markdown: nothing in them formats, links, mentions, is a GitLab quick action (`/close`) or becomes HTML. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*{}[\]#|~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (character) => `\\${character}`)
    .replaceAll(/(\\#|\bGH-)(?=\d)/gi, `$1${apart}`)
    .replace(/^([-+/])/, "\\$1")
    .replace(/^(\d+)([.)])(?=\s)/, "$1\\$2")
    .replaceAll("@", `@${apart}`)
    .replaceAll("://", "&#58;//")
    .replaceAll("www.", "www&#46;");
}

/** Inline code, in a table cell as well: GFM reads `\|` there even inside code. */
export function markdownCode(text: string, place: "text" | "cell" = "text"): string {
  const line = oneLine(text);
  const ticks = "`".repeat(longestRun(line, "`") + 1);
  const pad = line.startsWith("`") || line.endsWith("`") || line === "" ? " " : "";
  const code = `${ticks}${pad}${line}${pad}${ticks}`;
  return place === "cell" ? code.replaceAll("|", "\\|") : code;
}

/** A fenced block whose fence is longer than any in its content. */
export function markdownBlock(text: string, language: string): string {
  const content = harmless(text);
  const fence = "`".repeat(Math.max(3, longestRun(content, "`") + 1));
  return `${fence}${language}\n${content}\n${fence}`;
}

function longestRun(text: string, character: string): number {
  return text.split(new RegExp(`[^${character}]`)).reduce((longest, run) => Math.max(longest, run.length), 0);
}
