import { tokens } from "../syntax/tokens.ts";

/** `${name}` of Flyway and shells, `{{ name }}` and `{% … %}` of Jinja, Go and dbt, `<%= name %>` of ERB, `:'name'` of psql, `%(name)s`. */
const pattern = /\$\{\s*([\w.:-]+)\s*\}|\{\{-?\s*\.?([\w.]+)\s*-?\}\}|<%=?\s*([\w.]+)\s*%>/g;
const anyTemplate = /\$\{[^}]*\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|<%[\s\S]*?%>/;

/** The text with the placeholders that have a value filled in. Positions move on a line, lines stay. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(pattern, (whole, ...names: (string | undefined)[]) => {
    const name = names.slice(0, 3).find((each) => each !== undefined);
    const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? whole : value.replaceAll(/[\r\n]+/g, " ");
  });
}

/** The first placeholder that stands where SQL does (not in a string, a comment or a function body); null when there is none. */
export function openPlaceholder(sql: string): string | null {
  let bare = "";
  for (const token of tokens(sql)) {
    const piece = sql.slice(token.start, token.end);
    bare += ["string", "dollar-string", "line-comment", "block-comment"].includes(token.kind) ? " " : piece;
  }
  return anyTemplate.exec(bare)?.[0] ?? null;
}
