/**
 * A text with `$n` as the server can run it. `counted` is the statement as pg_stat_statements keeps it: the text that was `sent`, letter by
 * letter, with `$n` where a constant was. Throws where the two are not of one statement.
 */
export function withConstants(text: string, { counted, sent }: { readonly counted: string; readonly sent: string }): string {
  const numbers = [...counted.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number));
  if (numbers.length === 0) return text;
  const between = counted.split(/\$\d+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const found = new RegExp(`^${between.join("([\\s\\S]+?)")}$`).exec(sent);
  if (!found) throw new Error(`Not the same statement:\n${counted}\n${sent}`);
  const constants = new Map(numbers.map((number, at) => [number, found[at + 1]!]));
  return text.replaceAll(/\$(\d+)/g, (whole, number: string) => constants.get(Number(number)) ?? whole);
}
