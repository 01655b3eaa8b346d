import { type CodeMigration, type CodeSql, linesIn, notRead } from "./code-migration.ts";
import { textOf } from "./code-sql.ts";
import { withoutStrings } from "./code-statements.ts";
import { readArguments } from "./code-values.ts";

/** Reads the SQL of `migrations.RunSQL`. Other operations depend on the models: they are told, and `sqlmigrate` prints them. */
export function readDjango(source: string): CodeMigration {
  const statements: CodeSql[] = [];
  const open: CodeMigration["open"][number][] = [];
  const bare = withoutStrings(source, "python");
  const lineOf = linesIn(source);
  for (const match of bare.matchAll(/\b(?:migrations|operations|\w+)\.([A-Z]\w+)\(/g)) {
    const line = lineOf(match.index);
    const name = match[1]!;
    if (name === "RunSQL") {
      const start = match.index + match[0].length;
      const inside = source.slice(start, closingParenthesis(bare, start));
      const given = readArguments(inside, "python");
      const value = given?.positional[0] ?? given?.named.get("sql");
      const sql = textOf(value);
      if (value?.kind === "word" && /\bnoop$/.test(value.text)) continue; // nothing runs forward
      if (sql === null) open.push(notRead(line, "RunSQL whose SQL is no plain text"));
      // A text that opens with a line break begins one line further down.
      else statements.push({ line: line + (/^[^\S\n]*\n/.test(inside) ? 1 : 0), sql });
    } else if (/^(Add|Alter|Remove|Rename|Create|Delete|RunPython|Separate)/.test(name))
      open.push(notRead(line, `${name}: have it printed by sqlmigrate (review.commands)`));
  }
  return { statements, open, outsideTransaction: /^\s*atomic\s*=\s*False\b/m.test(source) };
}

/** Position of the parenthesis that closes the one before `from`; the text's end when there is none. */
function closingParenthesis(bare: string, from: number): number {
  let depth = 1;
  for (let at = from; at < bare.length; at++) {
    if ("([{".includes(bare[at]!)) depth++;
    if (")]}".includes(bare[at]!) && --depth === 0) return at;
  }
  return bare.length;
}
