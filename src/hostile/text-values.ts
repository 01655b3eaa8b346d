/** Strings that differ where comparison, LIKE, case folding and collation may: see mutateText. */
export const oddTexts = ["a", "b", "A", "", "ab", "é", "e", "a ", "10", "9", "B"];

/** A written constant bent in the ways that make string predicates differ. */
export function mutateText(text: string): string[] {
  const made = new Set<string>([text]);
  const add = (...texts: string[]) => {
    for (const each of texts) made.add(each);
  };
  if (/^\d+$/.test(text)) add(`0${text}`, ` ${text}`, String(Number(text) + 1), String(Number(text) - 1), `${text}.0`, `-${text}`);
  const plain = text.replaceAll(/[%_]/g, "").replaceAll("\\", "");
  add(text.toUpperCase(), text.toLowerCase(), capitalised(text), `${text}x`, `x${text}`, `${text} `, text.slice(0, -1));
  if (/[%_\\]/.test(text))
    add(
      plain,
      text.replaceAll("%", "").replaceAll("_", "x"),
      text.replaceAll("%", "yy").replaceAll("_", "z"),
      text.replaceAll("%", "y").replaceAll("_", ""),
      `${plain}é`,
      `${plain}Z`,
      plain.toUpperCase(),
      `${capitalised(plain)}x`,
      `${plain.slice(0, -1)}${next(plain.slice(-1))}`,
    );
  else add(`${text}%`, `${text.slice(0, -1)}_`, `${text}é`, `${text}0`, `${text.slice(0, -1)}${next(text.slice(-1))}`);
  // a || b = 'text': every way to cut a short one.
  for (let cut = 1; cut < Math.min(text.length, 8); cut++) add(text.slice(0, cut), text.slice(cut));
  for (const word of text.split(/[\s,;:/@.-]+/).filter((each) => each !== "" && each !== text)) add(word);
  return [...made].filter((each) => each.length <= 200).slice(0, 48);
}

/** Every way to cut a short text in two, parts side by side, with and without the letter at the cut: `a || '-' || b = 'x-y-z'`. */
export function cuts(text: string): string[] {
  const made: string[] = [];
  for (let at = 1; at < Math.min(text.length, 10); at++)
    made.push(text.slice(0, at), text.slice(at + 1), text.slice(0, at), text.slice(at));
  return made;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
}

function next(letter: string): string {
  return letter === "" ? "a" : String.fromCodePoint((letter.codePointAt(0) ?? 96) + 1);
}
