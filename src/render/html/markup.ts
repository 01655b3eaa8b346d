import { harmless } from "../safe-text.ts";

/** A piece of a page. Only `html` and `trusted` make one, so that no text gets into a page unescaped. */
export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | null | readonly Part[];

/** Markup from a template: every text put into it is escaped for element content and for quoted attributes; null and lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.map((string, position) => (position === 0 ? "" : written(parts[position - 1] ?? null)) + string).join("") };
}

/** Text that is markup already: our own scripts and styles, never anything read from a database. */
export function trusted(markup: string): Markup {
  return { markup };
}

function written(part: Part): string {
  if (part === null) return "";
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escaped(part);
  return "markup" in part ? part.markup : part.map(written).join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return harmless(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}

/**
 * JSON that may stand in a script element: `<` and `>` cannot end the element or open a comment, and no line separator,
 * direction mark or control character stands in it as itself.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
