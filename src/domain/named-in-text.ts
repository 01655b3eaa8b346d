/** SQL texts that are searched for names. */
export interface SearchedTexts {
  add(text: string): void;
  /** Whether the name stands in one of them as a word: a word too much is taken for a name, and none is missed that is written as it is. */
  names(name: string): boolean;
}

/** Names of letters, digits, `_` and `$` are looked up; others, which only quotes allow, are searched for. */
export function searchedTexts(texts: Iterable<string>): SearchedTexts {
  const all: string[] = [];
  const words = new Set<string>();
  const add = (text: string) => {
    all.push(text);
    for (const word of text.match(/[\w$]+/g) ?? []) words.add(word);
  };
  for (const text of texts) add(text);
  return { add, names: (name) => (/^[\w$]+$/.test(name) ? words.has(name) : all.some((text) => standsIn(text, name))) };
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!/[\w$]/.test(text[at - 1] ?? " ") && !/[\w$]/.test(text[at + name.length] ?? " ")) return true;
  return false;
}
