import { parseArrayText } from "../syntax/array-text.ts";

/** A key of a GIN index. */
export interface GinKey {
  /** As long as the stored key. */
  readonly text: string;
  /** Where in the value it stands, such as a path of a jsonb: keys of one place come from one population. */
  readonly place: string;
}

/**
 * Keys that a GIN operator class extracts from one value (`text`: the value's output form); null when we do not
 * know the class.
 */
export function ginKeysOf(operatorClass: string): ((text: string) => GinKey[]) | null {
  switch (operatorClass) {
    case "jsonb_ops":
      return jsonbKeys;
    case "jsonb_path_ops":
      return jsonbPaths;
    case "gin_trgm_ops":
      return (text) => trigrams(text).map(anywhere);
    case "tsvector_ops":
      return (text) => lexemes(text).map((lexeme) => ({ text: lexeme, place: kindOfLexeme(lexeme) }));
    case "array_ops":
    case "gin__int_ops":
    case "_int4_ops":
    case "_text_ops":
      return (text) => parseArrayText(text).flatMap((element) => (element === null ? [] : [anywhere(element)]));
    case "gin_hstore_ops":
      return hstoreKeys;
    default:
      return null;
  }
}

function anywhere(text: string): GinKey {
  return { text, place: "" };
}

/** Operator classes that hash their keys into an int4. */
export function hashesKeys(operatorClass: string): boolean {
  return operatorClass === "jsonb_path_ops" || operatorClass === "gin_trgm_ops" || operatorClass === "gin__int_ops";
}

/** jsonb_gin.c, gin_extract_jsonb: each key and each scalar, with a flag byte; strings in arrays count as keys. */
function jsonbKeys(text: string): GinKey[] {
  const keys: GinKey[] = [];
  visitJson(parsedJson(text), "", {
    key: (name, path) => keys.push({ text: `K${name}`, place: `${path} key` }),
    scalar: (value, path, inArray) =>
      keys.push({ text: `${inArray && typeof value === "string" ? "K" : "V"}${String(value)}`, place: path }),
  });
  return keys;
}

/** jsonb_gin.c, gin_extract_jsonb_path: one hash per scalar, over the keys that lead to it and its value. */
function jsonbPaths(text: string): GinKey[] {
  const keys: GinKey[] = [];
  visitJson(parsedJson(text), "", { key: () => {}, scalar: (value, path) => keys.push({ text: `${path}=${String(value)}`, place: path }) });
  return keys;
}

interface JsonVisitor {
  key(name: string, path: string): void;
  scalar(value: unknown, path: string, inArray: boolean): void;
}

function visitJson(node: unknown, path: string, visitor: JsonVisitor, inArray = false): void {
  if (Array.isArray(node)) for (const element of node) visitJson(element, path, visitor, true);
  else if (node !== null && typeof node === "object")
    for (const [name, value] of Object.entries(node)) {
      visitor.key(name, path);
      visitJson(value, `${path}/${name}`, visitor);
    }
  else visitor.scalar(node, path, inArray);
}

/** Null for what JavaScript reads otherwise than PostgreSQL: such a value simply gives no keys of its own. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** trgm_op.c: words of letters and digits, lower-cased, two blanks before and one after. */
export function trigrams(text: string): string[] {
  const found: string[] = [];
  for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    if (word === "") continue;
    const padded = [..."  ", ...word, " "];
    for (let at = 0; at + 3 <= padded.length; at++) found.push(padded.slice(at, at + 3).join(""));
  }
  return found;
}

/** Lexemes of a tsvector's text: `'cat':1,2 'sat'`; a quote inside is doubled. */
function lexemes(text: string): string[] {
  return [...text.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!.replaceAll("''", "'"));
}

/** Numbers, the longer the more, and codes in a text are mostly its own, words are everybody's: each kind grows in another way. */
function kindOfLexeme(lexeme: string): string {
  if (/^[\p{L}'-]+$/u.test(lexeme)) return "word";
  return /^\d+$/.test(lexeme) ? `number of ${lexeme.length}` : "code";
}

/** hstore_gin.c: each key and each value, with a flag byte. */
function hstoreKeys(text: string): GinKey[] {
  const keys: GinKey[] = [];
  for (const [, key, value] of text.matchAll(/"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)/g)) {
    keys.push({ text: `K${key}`, place: "key" });
    keys.push({ text: value === undefined ? "N" : `V${value}`, place: `value of ${key}` });
  }
  return keys;
}
