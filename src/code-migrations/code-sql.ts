import { literal, readableIdent } from "../domain/identifier.ts";
import type { Arguments, Value } from "./code-values.ts";

/** SQL that a call of a migration tool stands for; null when the call has a part that does not map one to one. */
export type Sql = readonly string[] | null;

/** `orders` or `app.orders`, quoted where PostgreSQL must. */
export function tableSql(name: string): string {
  return name.split(".").map(readableIdent).join(".");
}

/** A key of an index: a column, or an expression as written. */
export function keySql(text: string): string {
  return /^[A-Za-z_][\w$]*$/.test(text) ? readableIdent(text) : text;
}

/** Text of a text value; null for any other. */
export function textOf(value: Value | undefined): string | null {
  return value?.kind === "text" ? value.text : null;
}

/** One text or a list of them; null for anything else. */
export function textsOf(value: Value | undefined): readonly string[] | null {
  if (value?.kind === "text") return [value.text];
  if (value?.kind !== "list") return null;
  const texts = value.items.map(textOf);
  return texts.every((each) => each !== null) ? texts : null;
}

/** True, false; null for anything else, absent included. */
export function flagOf(value: Value | undefined): boolean | null {
  if (value?.kind !== "word") return null;
  return /^true$/i.test(value.text) ? true : /^false$/i.test(value.text) ? false : null;
}

export function isNothing(value: Value | undefined): boolean {
  return value === undefined || (value.kind === "word" && /^(nil|none|false)$/i.test(value.text));
}

/** A literal for the server: numbers, flags and texts; null for what is made at run time. */
export function literalSql(value: Value): string | null {
  if (value.kind === "text") return literal(value.text);
  if (value.kind === "number" || value.kind === "sql") return value.text;
  if (value.kind === "map") return value.named.size === 0 ? "'{}'" : null;
  if (value.kind === "list") return value.items.length === 0 ? "'{}'" : null;
  if (value.kind !== "word") return null;
  if (/^(nil|none)$/i.test(value.text)) return "NULL";
  return /^(true|false)$/i.test(value.text) ? value.text.toUpperCase() : null;
}

/** No argument has a name outside the list: one that is not known here may change what the call does. */
export function onlyNamed(given: Arguments, known: readonly string[]): boolean {
  return [...given.named.keys()].every((name) => known.includes(name));
}
