import { parseArrayText } from "../parse/array-text.ts";

/**
 * Keys that a GIN operator class extracts from one value (`text`: the value's output form), as texts whose
 * length is that of the stored key; null when we do not know the class.
 */
export function ginKeysOf(operatorClass: string): ((text: string) => string[]) | null {
  switch (operatorClass) {
    case "jsonb_ops":
      return jsonbKeys;
    case "jsonb_path_ops":
      return jsonbPaths;
    case "gin_trgm_ops":
      return trigrams;
    case "tsvector_ops":
      return lexemes;
    case "array_ops":
    case "gin__int_ops":
    case "_int4_ops":
    case "_text_ops":
      return (text) => parseArrayText(text).filter((element) => element !== null);
    case "gin_hstore_ops":
      return hstoreKeys;
    default:
      return null;
  }
}

/** Operator classes that hash their keys into an int4. */
export function hashesKeys(operatorClass: string): boolean {
  return operatorClass === "jsonb_path_ops" || operatorClass === "gin_trgm_ops" || operatorClass === "gin__int_ops";
}

/** jsonb_gin.c, gin_extract_jsonb: each key and each scalar, with a flag byte; strings in arrays count as keys. */
function jsonbKeys(text: string): string[] {
  const keys: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const element of node)
        if (typeof element === "string") keys.push(`K${element}`);
        else visit(element);
    } else if (node !== null && typeof node === "object") {
      for (const [key, value] of Object.entries(node)) {
        keys.push(`K${key}`);
        visit(value);
      }
    } else keys.push(`V${String(node)}`);
  };
  visit(parsedJson(text));
  return keys;
}

/** jsonb_gin.c, gin_extract_jsonb_path: one hash per scalar, over the keys that lead to it and its value. */
function jsonbPaths(text: string): string[] {
  const paths: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (Array.isArray(node)) for (const element of node) visit(element, path);
    else if (node !== null && typeof node === "object") for (const [key, value] of Object.entries(node)) visit(value, `${path}/${key}`);
    else paths.push(`${path}=${String(node)}`);
  };
  visit(parsedJson(text), "");
  return paths;
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

/** hstore_gin.c: each key and each value, with a flag byte. */
function hstoreKeys(text: string): string[] {
  const keys: string[] = [];
  for (const [, key, value] of text.matchAll(/"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)/g)) {
    keys.push(`K${key}`);
    keys.push(value === undefined ? "N" : `V${value}`);
  }
  return keys;
}
