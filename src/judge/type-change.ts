import type { TypeReference } from "../domain/schema-change.ts";

/** What changing a column's type costs besides the lock: ATColumnChangeRequiresRewrite() and CheckIndexCompatible() of tablecmds.c. */
export type TypeChangeCost = "none" | "rebuild-indexes" | "rewrite";

/** Casts without a function (`pg_cast.castmethod = 'b'`), implicit or for assignment, of the types in use; both ways unless said. */
const binaryCoercible = new Set(
  [
    "varchar>text text>varchar citext>text citext>varchar text>citext varchar>citext",
    "int4>oid oid>int4 int4>regclass oid>regclass regclass>oid regclass>int4 int4>regproc regproc>int4 oid>regproc regproc>oid oid>regtype regtype>oid regtype>int4 int4>regtype",
    "cidr>inet xml>text xml>varchar bit>varbit varbit>bit",
  ].flatMap((each) => each.split(" ")),
);

/** Types of one B-tree operator class, so that an index outlives a change between them. */
const sameOperatorClass = [new Set(["text", "varchar"]), new Set(["cidr", "inet"]), new Set(["oid", "regclass", "regproc", "regtype"])];

/** Length or precision that a wider one never cuts: the planner's support functions varchar_support, varbit_support, numeric_support, … */
const withLength = new Set(["varchar", "varbit"]);
const withPrecision = new Set(["timestamp", "timestamptz", "time", "timetz", "interval"]);

/** MAX_TIMESTAMP_PRECISION, MAX_INTERVAL_PRECISION. */
const fullPrecision = 6;

/** `sessionIsUtc`: TimeZone is UTC or as good (TimestampTimestampTzRequiresRewrite()). Domains are the caller's. */
export function typeChangeCost(
  from: TypeReference,
  to: TypeReference,
  { usingExpression, sessionIsUtc }: { readonly usingExpression: boolean; readonly sessionIsUtc: boolean },
): TypeChangeCost {
  if (usingExpression) return "rewrite";
  if (from.array || to.array) return from.array === to.array && sameType(from, to) && sameModifiers(from, to) ? "none" : "rewrite";
  if (from.name === to.name) return sameType(from, to) && keepsValues(from, to) ? "none" : "rewrite";
  // A precision is one more step of coercion, which no support function takes away.
  if (isZoned(from, to)) return sessionIsUtc && to.modifiers.length === 0 ? "rebuild-indexes" : "rewrite";
  if (!binaryCoercible.has(`${from.name}>${to.name}`)) return "rewrite";
  // A length that comes new is checked row by row, unless the old one was no greater.
  if (to.modifiers.length > 0 && !(withLength.has(from.name) && withLength.has(to.name) && keepsValues(from, to))) return "rewrite";
  return sameOperatorClass.some((each) => each.has(from.name) && each.has(to.name)) ? "none" : "rebuild-indexes";
}

function sameType(from: TypeReference, to: TypeReference): boolean {
  return from.name === to.name && (from.schema === to.schema || from.schema === null || to.schema === null);
}

function sameModifiers(from: TypeReference, to: TypeReference): boolean {
  return from.modifiers.join() === to.modifiers.join();
}

function keepsValues(from: TypeReference, to: TypeReference): boolean {
  if (sameModifiers(from, to)) return true;
  if (withPrecision.has(to.name)) return keepsPrecision(from, to);
  // No length: nothing is coerced. `bit(n)` and `char(n)` without a length mean 1, and are never simplified.
  if (to.modifiers.length === 0)
    return withLength.has(to.name) || to.name === "numeric" || to.name.startsWith("geo") || to.name === "vector";
  const [oldLength, oldScale = 0] = from.modifiers;
  const [newLength = 0, newScale = 0] = to.modifiers;
  if (oldLength === undefined) return false;
  if (withLength.has(to.name)) return newLength >= oldLength;
  return to.name === "numeric" && newScale === oldScale && newLength >= oldLength;
}

function keepsPrecision(from: TypeReference, to: TypeReference): boolean {
  return (to.modifiers[0] ?? fullPrecision) >= (from.modifiers[0] ?? fullPrecision);
}

function isZoned(from: TypeReference, to: TypeReference): boolean {
  const pair = [from.name, to.name].sort().join();
  return pair === "timestamp,timestamptz";
}

/** Names of zones that are UTC all the year, as far as people write them. */
export function isUtc(timeZone: string | null): boolean {
  return /^(utc|gmt|z|zulu|uct|universal|etc\/(utc|gmt|uct|zulu|universal|greenwich|gmt[+-]?0)|gmt[+-]?0|greenwich|\+?0+(:0+)?)$/i.test(
    timeZone ?? "",
  );
}
