/**
 * Elements of a one-dimensional PostgreSQL array in text form (`{a,"b,c",NULL}`), null for NULL.
 * Follows array_out/array_in: backslash escapes inside quotes, optional `[l:u]=` bounds.
 */
export function parseArrayText(text: string): (string | null)[] {
  const elements: (string | null)[] = [];
  let at = text.indexOf("{") + 1;
  const end = text.lastIndexOf("}");
  while (at < end) {
    if (text[at] === '"') {
      const [element, next] = quotedElement(text, at + 1);
      elements.push(element);
      at = next;
    } else {
      const comma = text.indexOf(",", at);
      const stop = comma < 0 || comma > end ? end : comma;
      const raw = text.slice(at, stop);
      elements.push(raw.toUpperCase() === "NULL" ? null : raw.replaceAll(/\\(.)/gs, "$1"));
      at = stop;
    }
    at++; // the comma
  }
  return elements;
}

function quotedElement(text: string, from: number): [element: string, next: number] {
  let element = "";
  let at = from;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === "\\") at++;
    element += text[at] ?? "";
    at++;
  }
  return [element, at + 1];
}

/** The inverse of parseArrayText; every element is quoted, so any text is safe. */
export function formatArrayText(elements: readonly (string | null)[]): string {
  const quoted = elements.map((element) => (element === null ? "NULL" : `"${element.replaceAll(/["\\]/g, "\\$&")}"`));
  return `{${quoted.join(",")}}`;
}
