/** What stands between quotes, read as languages with C's backslashes do: a backslash before a line's end joins the lines. */
export function unescaped(text: string): string {
  return text.replaceAll(
    /\\(n|t|r|\r?\n|[\s\S])/g,
    (_, each: string) => ({ n: "\n", t: "\t", r: "\r" })[each] ?? (each.endsWith("\n") ? "" : each),
  );
}
