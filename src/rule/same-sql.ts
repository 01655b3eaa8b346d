/**
 * True when two expressions or predicates over one relation say the same: one as
 * `pg_get_expr` deparses it, one as a statement writes it. `stringColumns` are
 * columns of a string type, whose casts to another string type PostgreSQL adds
 * by itself. Grouping parentheses are ignored, so `(a + b) * c` equals
 * `a + b * c`: good enough to stay quiet, never used to build SQL.
 */
export function sameSql(a: string, b: string, stringColumns: ReadonlySet<string> = new Set()): boolean {
  return normalSql(a, stringColumns) === normalSql(b, stringColumns);
}

/** One spelling for texts that differ in case, blanks, casts of literals, `CAST`, `IN` and type aliases. */
export function normalSql(sql: string, stringColumns: ReadonlySet<string> = new Set()): string {
  const words = withoutGrouping(withCastSigns(tokens(spelledTypes(sql))));
  return withoutImpliedCasts(withoutTypePrefixes(words), stringColumns)
    .join(" ")
    .replaceAll(/\bin\b/g, "= any")
    .replaceAll("not = any", "<> all");
}

const operator = "::|[-+*/<>=~!@#%^&|?]+";
const token = new RegExp(String.raw`[eE]?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|[A-Za-z_][\w$.]*|\d[\w.]*|\$\d+|${operator}|\S`, "gs");

function tokens(sql: string): string[] {
  return (sql.match(token) ?? []).map((each) => {
    if (/^[eE]?'/.test(each)) return each.replace(/^[eE]/, "");
    if (each.startsWith('"')) return /^"[a-z_][a-z0-9_$]*"$/.test(each) ? each.slice(1, -1) : each;
    return aliases[each.toLowerCase()] ?? each.toLowerCase();
  });
}

/** SQL names of types and operators → `typname` and the operator PostgreSQL parses them to. */
const aliases: Readonly<Record<string, string>> = {
  int: "int4",
  integer: "int4",
  bigint: "int8",
  smallint: "int2",
  decimal: "numeric",
  boolean: "bool",
  real: "float4",
  float: "float8",
  like: "~~",
  ilike: "~~*",
  "!=": "<>",
};
const longTypes: readonly (readonly [RegExp, string])[] = [
  [/\bcharacter varying\b/gi, "varchar"],
  [/\bdouble precision\b/gi, "float8"],
  [/\btimestamp(\(\d\))? with time zone\b/gi, "timestamptz"],
  [/\btimestamp(\(\d\))? without time zone\b/gi, "timestamp"],
  [/\bnot\s+like\b/gi, "!~~"],
  [/\bnot\s+ilike\b/gi, "!~~*"],
];
function spelledTypes(sql: string): string {
  return longTypes.reduce((text, [long, short]) => text.replaceAll(long, short), sql);
}

/** `cast ( x as t )` → `( x ) :: t`. */
function withCastSigns(words: readonly string[]): string[] {
  const out = [...words];
  for (let at = out.lastIndexOf("cast"); at >= 0; at = at === 0 ? -1 : out.lastIndexOf("cast", at - 1)) {
    if (out[at + 1] !== "(") continue;
    let depth = 0;
    let as = -1;
    let end = -1;
    for (let next = at + 1; next < out.length && end < 0; next++) {
      if (out[next] === "(") depth++;
      if (out[next] === "as" && depth === 1) as = next;
      if (out[next] === ")" && --depth === 0) end = next;
    }
    if (as < 0 || end < 0) continue;
    out.splice(end, 1);
    out.splice(as, 1, ")", "::");
    out.splice(at, 1);
  }
  return out;
}

const keywords = new Set(["and", "or", "not", "in", "any", "all", "between", "is", "::", "array", "when", "then", "else", "case"]);

/** Keeps the parentheses of function calls and type modifiers, drops the others, and the brackets of array constructors. */
function withoutGrouping(words: readonly string[]): string[] {
  const out: string[] = [];
  const open: boolean[] = [];
  for (const word of words) {
    const before = out.at(-1) ?? "";
    if (word === "(") {
      const call = /^[a-z_"]/.test(before) && !keywords.has(before);
      open.push(call);
      if (call) out.push(word);
    } else if (word === ")") {
      if (open.pop()) out.push(word);
    } else if (word !== "array" && word !== "[" && !(word === "]" && before !== "[")) out.push(word);
  }
  return out;
}

const typeWords = new Set([
  "date",
  "time",
  "timestamp",
  "timestamptz",
  "interval",
  "int4",
  "int8",
  "numeric",
  "float8",
  "bool",
  "text",
  "jsonb",
  "uuid",
]);

/** `interval '1 day'` → `'1 day'`. */
function withoutTypePrefixes(words: readonly string[]): string[] {
  return words.filter((word, at) => !(typeWords.has(word) && words[at - 1] !== "::" && words[at + 1]?.startsWith("'")));
}

/** A cast of a literal, or of a string column to a string type, is PostgreSQL's own; `'5'` equals `5`. */
function withoutImpliedCasts(words: readonly string[], stringColumns: ReadonlySet<string>): string[] {
  const out: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const before = out.at(-1) ?? "";
    const stringCast = ["text", "varchar", "bpchar"].includes(words[at + 1] ?? "");
    const implied = /^['\d]/.test(before) || (stringCast && stringColumns.has(before));
    if (word !== "::" || !implied) {
      out.push(/^'-?\d+(\.\d+)?'$/.test(word) ? word.slice(1, -1) : word);
      continue;
    }
    at++; // the type, with its modifier and array brackets
    if (words[at + 1] === "(") at = words.indexOf(")", at);
  }
  return out;
}
