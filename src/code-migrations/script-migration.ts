import { type CodeMigration, type CodeSql, linesIn, notRead } from "./code-migration.ts";
import { unescaped } from "./unescaped.ts";

/** Names under which connections and schema builders are handed to `up`, where the code gives none of its own. */
const usualNames = [
  "knex",
  "trx",
  "db",
  "tx",
  "queryRunner",
  "pgm",
  "client",
  "queryInterface",
  "sequelize",
  "connection",
  "manager",
  "dataSource",
];

/** Calls that hand SQL to the server: Knex, TypeORM, node-pg-migrate, Sequelize; and literals tagged `sql`, as Kysely has them. */
function handsSql(names: string): RegExp {
  return new RegExp(
    String.raw`\b(?:${names})\s*\.\s*(?:(?:sequelize|schema|manager|connection)\s*\.\s*)?(?:raw|query|sql)\s*(?:<[^>]*>)?\s*\(\s*|(?<![.\w])sql\s*(?:<[^>]*>)?\s*(?=${"`"})`,
    "g",
  );
}

/** Calls of schema builders, which are not read. */
function builds(names: string): RegExp {
  return new RegExp(
    String.raw`\b(?:${names})\s*\.\s*(?:schema\s*(?:\.\s*withSchema\([^)]*\)\s*)?\.\s*)?((?:create|alter|drop|rename|add|remove|change|set|has)[A-Z]\w*|table)\s*\(`,
    "g",
  );
}

/** The usual names and those of the parameters of `up`: `up(q: QueryRunner)`, `up({ context: queryInterface })`. */
function namesIn(text: string): string {
  const head =
    /\bup\b\s*(?:[:=]\s*)?(?:async\s*)?(?:function\s*\w*\s*)?\(([^()]*)\)|\bup\s*[:=]\s*(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/.exec(text);
  const own = (head?.[1] ?? head?.[2] ?? "")
    .split(/[,{}]/)
    .map((each) => each.replace(/^\s*context\s*:/, "").trim())
    .flatMap((each) => /^[A-Za-z_$][\w$]*/.exec(each) ?? [])
    .map((each) => each.replaceAll("$", String.raw`\$`));
  return [...new Set([...own, ...usualNames])].join("|");
}

const literal = /`((?:\\[\s\S]|[^`\\])*)`|"((?:\\[\s\S]|[^"\\\n])*)"|'((?:\\[\s\S]|[^'\\\n])*)'/y;

/** Reads the `up` part of a migration in JavaScript or TypeScript: SQL in plain literals. Calls of a schema builder are told, not read. */
export function readScript(source: string): CodeMigration {
  const { text, start } = upPart(source);
  const lineAtOffset = linesIn(source);
  const lineOf = (at: number) => lineAtOffset(start + at);
  const bare = withoutComments(text);
  const names = namesIn(bare);
  const statements: (CodeSql & { readonly at: number })[] = [];
  const open: CodeMigration["open"][number][] = [];
  for (const match of bare.matchAll(handsSql(names))) {
    const at = match.index + match[0].length;
    const sql = literalAt(bare, at);
    const following = bare.slice(sql?.end ?? at).trimStart();
    if (sql === null || following.startsWith("+")) open.push(notRead(lineOf(match.index), lineAt(bare, match.index)));
    else statements.push({ at, line: lineOf(at), sql: /\braw\s*\(/.test(match[0]) ? sql.text.replaceAll("\\?", "?") : sql.text }); // Knex: `?` is a parameter
  }
  for (const match of bare.matchAll(builds(names))) open.push(notRead(lineOf(match.index), lineAt(bare, match.index)));
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
  return { text: unescaped(content), end: reader.lastIndex };
}

function lineAt(text: string, at: number): string {
  return text.slice(at, text.indexOf("\n", at) < 0 ? undefined : text.indexOf("\n", at));
}
