/**
 * JSON documents around the keys and values a statement names: present, missing, null, the same value as string, number and 1.0, an
 * array of it, nested. `words` are the statement's constants near the column: any may be key or value.
 */
export function jsonValues(words: readonly string[]): { readonly named: readonly string[]; readonly near: readonly string[] } {
  const named = new Set<string>();
  const near = new Set<string>();
  for (const word of words.slice(0, 12)) {
    const parsed = asJson(word);
    if (typeof parsed !== "object" || parsed === null) continue;
    named.add(JSON.stringify(parsed));
    for (const each of nearDocuments(parsed)) near.add(JSON.stringify(each));
  }
  const names = words.filter((word) => !/^[{[]/.test(word)).slice(0, 8);
  const paths = words.flatMap((word) => (/^\{.+\}$/.test(word) && asJson(word) === undefined ? [word.slice(1, -1).split(",")] : []));
  const places = [
    ...names.map((name) => [name]),
    ...paths,
    ...(names.length > 2 ? names.flatMap((a) => names.filter((b) => b !== a).map((b) => [a, b])) : []),
  ];
  for (const path of places.slice(0, 24)) {
    const others = names.filter((word) => !path.includes(word));
    for (const value of others) named.add(documentOf(path, value));
    for (const value of [...others.flatMap(twinsOf), null, "", {}, []]) near.add(documentOf(path, value));
  }
  if (names.length > 1)
    for (const value of names.flatMap(twinsOf).slice(0, 16))
      near.add(JSON.stringify(Object.fromEntries(names.map((name) => [name, value]))));
  for (const word of names)
    for (const bare of [word, [word], [word, word], { [word]: 1 }, { [word]: null }]) near.add(JSON.stringify(bare));
  return { named: [...named].slice(0, 40), near: [...near].filter((each) => !named.has(each)).slice(0, 160) };
}

/** `{"a": {"b": value}}` for the path a, b. */
function documentOf(path: readonly string[], value: unknown): string {
  return JSON.stringify(path.reduceRight<unknown>((inside, key) => ({ [key.trim()]: inside }), value));
}

/** 1 for "1", then "1.0", [1], other case: what looks the same as text stands first. */
function twinsOf(word: string): unknown[] {
  const twins: unknown[] = [];
  if (/^-?\d+(\.\d+)?$/.test(word)) twins.push(Number(word), `${word}.0`, Number(word) + 1, [Number(word)]);
  if (word === "true" || word === "false") twins.push(word === "true");
  if (word === "null") twins.push(null);
  return [...twins, word, `${word}x`, word.toUpperCase(), [word]];
}

/** The document itself, with more, with less, with twins, in an array. */
function nearDocuments(document: object): unknown[] {
  if (Array.isArray(document))
    return [document, [...document, "more"], document.slice(1), [...document].reverse(), [...document, ...document]];
  const near: unknown[] = [];
  for (const [key, value] of Object.entries(document)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      for (const twin of twinsOf(String(value))) near.push({ ...document, [key]: twin });
    const { [key as keyof typeof document]: _, ...without } = document;
    near.push(without, { ...document, [key]: null }, { ...document, [key]: [value] });
    if (value !== null && typeof value === "object") for (const inner of nearDocuments(value)) near.push({ ...document, [key]: inner });
  }
  near.push(document, { ...document, more: 1 }, [document]);
  return near;
}

function asJson(text: string): unknown {
  if (!/^[{["]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a constant that is no JSON is simply a word
  }
}
