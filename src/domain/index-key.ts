import { createHash } from "node:crypto";

/** Casts that PostgreSQL writes out and people leave away: of literals to anything, of the rest to text's types. */
const literalCast =
  /('(?:[^']|'')*'|\b\d+(?:\.\d+)?)::"?[a-z_][\w.]*"?(?: varying| precision| with(?:out)? time zone)?(?:\(\d+(?:,\d+)?\))?(?:\[\])*/gi;
const castNumber = /\((-?\d+(?:\.\d+)?)\)(?=::)/g;
const textCast = /::(?:text|varchar|bpchar|character varying|character)(?:\(\d+\))?(?:\[\])?(?!\w)/gi;

/**
 * 12 hex digits of what an index is: access method, keys, INCLUDE and predicate of a CREATE INDEX, ours or `pg_get_indexdef`'s. Name,
 * table, storage parameters and tablespace do not count, nor do parentheses, blanks and the casts that PostgreSQL adds. Two that differ
 * only in a cast of a literal, or to text, are taken for one.
 */
export function indexKey(definition: string): string {
  return createHash("sha256").update(canonical(definition)).digest("hex").slice(0, 12);
}

function canonical(definition: string): string {
  const using = / USING (\w+) /.exec(definition);
  const start = using ? using.index + " USING ".length : definition.indexOf(" (");
  const text = `${using ? "" : "btree"}${definition.slice(start)}`
    .replace(/ WITH \([^)]*\)/, "")
    .replace(/ TABLESPACE \S+(?= WHERE |$)/, "")
    .replace(/ NULLS DISTINCT/, "");
  return bare(
    outsideQuotes(text, (part) =>
      part
        .replaceAll(/\bNOT ILIKE\b/g, "!~~*")
        .replaceAll(/\bILIKE\b/g, "~~*")
        .replaceAll(/\bNOT LIKE\b/g, "!~~")
        .replaceAll(/\bLIKE\b/g, "~~")
        .replaceAll("!=", "<>"),
    ),
  );
}

function bare(text: string): string {
  // Casts first: without its parentheses `(a ->> 'b'::text)::int` would cast the literal.
  const uncast = text.replaceAll(castNumber, "$1").replaceAll(literalCast, "$1").replaceAll(textCast, "");
  const lists = uncast.replaceAll(/\bIN \(((?:'(?:[^']|'')*'|[^()'])*)\)/g, "= ANY (ARRAY[$1])");
  return outsideQuotes(lists, (part) => part.replaceAll(/[()\s]+/g, " ").replaceAll(/ ?([,=<>[\]~@?&|+*/:-]) ?/g, "$1")).trim();
}

/** The text with `change` made of what stands outside string literals and quoted names. */
function outsideQuotes(text: string, change: (part: string) => string): string {
  return text
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
    .map((part, position) => (position % 2 === 0 ? change(part) : part))
    .join("");
}
