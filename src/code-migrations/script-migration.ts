import { type CodeMigration, type CodeSql, linesIn, notRead } from "./code-migration.ts";

/** Calls that hand SQL to the server: Knex, TypeORM, node-pg-migrate, Sequelize, Kysely. */
const handsSql =
  /\b(?:knex|trx|db|tx|queryRunner|pgm|client|queryInterface\.sequelize|sequelize|connection|manager|dataSource)\s*\.\s*(?:schema\s*\.\s*)?(?:raw|query|sql)\s*(?:<[^>]*>)?\s*\(\s*/g;
/** Calls of schema builders, which are not read. */
const builds =
  /\b(?:knex|trx|pgm|queryInterface|queryRunner|db)\s*\.\s*(?:schema\s*(?:\.\s*withSchema\([^)]*\)\s*)?\.\s*)?((?:create|alter|drop|rename|add|remove|change|set|has)[A-Z]\w*|table)\s*\(/g;
const literal = /`((?:\\[\s\S]|[^`\\])*)`|"((?:\\[\s\S]|[^"\\\n])*)"|'((?:\\[\s\S]|[^'\\\n])*)'/y;

/** Reads the `up` part of a migration in JavaScript or TypeScript: SQL in plain literals. Calls of a schema builder are told, not read. */
export function readScript(source: string): CodeMigration {
  const { text, start } = upPart(source);
  const lineAtOffset = linesIn(source);
  const lineOf = (at: number) => lineAtOffset(start + at);
  const bare = withoutComments(text);
  const statements: (CodeSql & { readonly at: number })[] = [];
  const open: CodeMigration["open"][number][] = [];
  for (const match of bare.matchAll(handsSql)) {
    const at = match.index + match[0].length;
    const sql = literalAt(bare, at);
    const following = bare.slice(sql?.end ?? at).trimStart();
    if (sql === null || following.startsWith("+")) open.push(notRead(lineOf(match.index), lineAt(bare, match.index)));
    else statements.push({ at, line: lineOf(at), sql: /^(?:knex|trx)\b/.test(match[0]) ? sql.text.replaceAll("\\?", "?") : sql.text }); // Knex: `?` is a parameter
  }
  for (const match of bare.matchAll(builds)) open.push(notRead(lineOf(match.index), lineAt(bare, match.index)));
  open.sort((a, b) => a.line - b.line);
  if (statements.length === 0 && open.length === 0) open.push(notRead(1, "no SQL was found in its `up` part"));
  return {
    statements: statements.map(({ line, sql }) => ({ line, sql })),
    open,
    outsideTransaction: /\btransaction\s*[:=]\s*false\b|\bnoTransaction\s*\(\s*\)|\bpublic\s+(?:readonly\s+)?transaction\s*=\s*false/.test(
      source,
    ),
  };
}

/** From `up` to `down`, or to the end. */
function upPart(source: string): { readonly text: string; readonly start: number } {
  const find = (name: "up" | "down") =>
    source.search(
      new RegExp(
        String.raw`\bexports\.${name}\s*=|\bfunction\s+${name}\s*\(|\basync\s+${name}\s*\(|\b(?:const|let)\s+${name}\s*=|^\s*(?:public\s+)?${name}\s*[:(]`,
        "m",
      ),
    );
  const [up, down] = [find("up"), find("down")];
  if (up < 0) return { text: source, start: 0 };
  return { text: source.slice(up, down > up ? down : undefined), start: up };
}

/** Comments as spaces, with strings left alone: positions stay. */
function withoutComments(text: string): string {
  return text.replaceAll(/`(?:\\[\s\S]|[^`\\])*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (whole) =>
    whole.startsWith("/") ? whole.replaceAll(/[^\n]/g, " ") : whole,
  );
}

/** The literal that begins there; null when there is none, or when a value is put into it at run time. */
function literalAt(text: string, at: number): { readonly text: string; readonly end: number } | null {
  const reader = new RegExp(literal);
  reader.lastIndex = at;
  const match = reader.exec(text);
  if (!match || (match[1] !== undefined && /(?<!\\)\$\{/.test(match[1]))) return null;
  const content = match[1] ?? match[2] ?? match[3] ?? "";
  const plain = content.replaceAll(/\\(n|t|r|\n|[\s\S])/g, (_, each: string) => ({ n: "\n", t: "\t", r: "\r", "\n": "" })[each] ?? each);
  return { text: plain, end: reader.lastIndex };
}

function lineAt(text: string, at: number): string {
  return text.slice(at, text.indexOf("\n", at) < 0 ? undefined : text.indexOf("\n", at));
}
