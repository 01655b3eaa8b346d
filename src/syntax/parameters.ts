/** One `$n` in a statement's text. */
export interface ParameterPlace {
  readonly number: number;
  /** UTF-16 offsets of the `$n` itself. */
  readonly start: number;
  readonly end: number;
  /** The words just before it, lower case, for contexts that take no cast: `interval`, `limit`, `date`. */
  readonly before: string;
}

/** Strings (plain, E'', with doubled quotes), quoted names, dollar quotes and comments: where a `$n` is no parameter. */
const opaque = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\//y;
const escapeString = /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y;
const parameter = /\$(\d+)/y;
const word = /[A-Za-z_][\w$]*/y;

/** Every parameter of a statement in order of appearance; literals, names and comments are skipped. */
export function parameterPlaces(sql: string): ParameterPlace[] {
  const places: ParameterPlace[] = [];
  let before = "";
  let at = 0;
  while (at < sql.length) {
    const skipped = matchAt(escapeString, sql, at) ?? matchAt(opaque, sql, at);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const found = matchAt(parameter, sql, at);
    if (found !== null) {
      const end = at + found[0].length;
      places.push({ number: Number(found[1]), start: at, end, before });
      before = "";
      at = end;
      continue;
    }
    const name = matchAt(word, sql, at);
    if (name !== null) {
      before = name[0].toLowerCase();
      at += name[0].length;
      continue;
    }
    // The field of EXTRACT(field FROM …) stands behind a parenthesis that is part of the syntax.
    if (!/\s/.test(sql[at]!) && !(sql[at] === "(" && before === "extract")) before = sql[at]!;
    at++;
  }
  return places;
}

/** The statement with each `$n` replaced by what `textFor` gives for its place; null leaves it. */
export function substituteParameters(sql: string, textFor: (place: ParameterPlace) => string | null): string {
  let out = "";
  let from = 0;
  for (const place of parameterPlaces(sql)) {
    const value = textFor(place);
    if (value === null) continue;
    out += sql.slice(from, place.start) + value;
    from = place.end;
  }
  return out + sql.slice(from);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
