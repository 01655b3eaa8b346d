import { type CodeMigration, type CodeSql, notRead } from "./code-migration.ts";
import { textOf } from "./code-sql.ts";
import { type CodeStatement, codeStatements } from "./code-statements.ts";
import { type Arguments, readArguments } from "./code-values.ts";
import { createTableSql, type RailsVersion, type TableLine } from "./rails-columns.ts";
import { changeTableSql, railsSql } from "./rails-operations.ts";
import { singular } from "./rails-words.ts";

/** Reads the forward part of a Rails migration: schema statements that map one to one, and SQL handed to `execute`. Runs nothing. */
export function readRails(source: string): CodeMigration {
  const body = forwardBody(source);
  const statements: CodeSql[] = [];
  const open: CodeMigration["open"][number][] = [];
  const reader = { statements, open, version: versionOf(source) };
  if (body === null) open.push(notRead(1, "no `change` or `up` method was found"));
  else readBody(codeStatements(body.text, "ruby", body.line), reader);
  return { statements, open, outsideTransaction: /^\s*disable_ddl_transaction!/m.test(source) };
}

/** `ActiveRecord::Migration[6.1]`; without one as the newest. */
function versionOf(source: string): RailsVersion {
  const [major = 99, minor = 0] = (/ActiveRecord::Migration\[(\d+\.\d+)\]/.exec(source)?.[1] ?? "").split(".").filter(Boolean).map(Number);
  return { bigKeys: major > 5 || (major === 5 && minor >= 1), preciseTimestamps: major >= 7 };
}

interface Reader {
  readonly version: RailsVersion;
  readonly statements: CodeSql[];
  readonly open: CodeMigration["open"][number][];
}

/** From `def change` or `def up` to the next method of the class. */
function forwardBody(source: string): { readonly text: string; readonly line: number } | null {
  const lines = source.split(/\r\n|\n|\r/);
  const start = lines.findIndex((line) => /^\s*def\s+(?:self\.)?(?:change|up)\b/.test(line));
  if (start < 0) return null;
  const indent = /^\s*/.exec(lines[start]!)![0].length;
  const length = lines.slice(start + 1).findIndex((line) => /^\s*(end\b|def\b)/.test(line) && /^\s*/.exec(line)![0].length <= indent);
  return { text: lines.slice(start + 1, length < 0 ? lines.length : start + 1 + length).join("\n"), line: start + 2 };
}

/** Blocks that only say when or how their content runs. */
const transparent =
  /^(?:safety_assured|up_only|reversible|suppress_messages|say_with_time|\w+\.up)\b[^{]*(?:do(?:\s*\|\w+\|)?|\{(?:\s*\|\w+\|)?)$/;
/** A change that is made only where it is not there yet: reviewed as one that is made. */
const guard =
  /\s+(?:if|unless)\s+!?(?:connection\.)?(?:index|column|table|foreign_key|check_constraint|extension|data_source)(?:_name)?_(?:exists|enabled)\?.*$/s;
const guardBlock =
  /^(?:if|unless)\s+!?(?:connection\.)?(?:index|column|table|foreign_key|check_constraint|extension|data_source)(?:_name)?_(?:exists|enabled)\?[^;]*$/;
const opensBlock = /^(?:if|unless|case|while|until|begin|def|class|module|for)\b|\bdo(?:\s*\|[^|]*\|)?$/;

function readBody(statements: readonly CodeStatement[], reader: Reader): void {
  for (let at = 0; at < statements.length; at++) {
    const statement = statements[at]!;
    const { text, line } = statement;
    if (/^(?:end|\}|begin|ensure|return|super)$/.test(text) || transparent.test(text) || guardBlock.test(text)) continue;
    const inline = /^(?:safety_assured|up_only|\w+\.up)\s*(?:\{\s*(?:\|\w+\|)?([\s\S]*)\}|do\s([\s\S]*)\send)$/.exec(text);
    if (inline) {
      readBody([{ ...statement, text: (inline[1] ?? inline[2] ?? "").trim() }], reader);
      continue;
    }
    if (/^\w+\.down\b/.test(text)) {
      at = opensBlock.test(text) ? blockEnd(statements, at) : at;
      continue;
    }
    const block = /^(create_table|create_join_table|change_table)\b([\s\S]*?)\s+do\s*\|(\w+)\|$/.exec(text);
    if (block) {
      const end = blockEnd(statements, at);
      readBlock({ method: block[1]!, given: block[2]!, variable: block[3]! }, statement, statements.slice(at + 1, end), reader);
      at = end;
      continue;
    }
    if (opensBlock.test(text)) {
      const end = blockEnd(statements, at);
      reader.open.push(notRead(line, `${text} … (${statements[end]?.line ?? line})`));
      at = end;
      continue;
    }
    readOne(statement, reader);
  }
}

function readOne({ text, line, heredocLine }: CodeStatement, { statements, open, version }: Reader): void {
  const call = /^(?:connection\.|ActiveRecord::Base\.connection\.)?(\w+[!?]?)\s*([\s\S]*)$/.exec(text.replace(guard, ""));
  const given = call ? argumentsOf(call[2]!) : null;
  if (call?.[1] === "say" || call?.[1] === "disable_ddl_transaction!") return;
  const sql =
    call && given
      ? makesTable.test(call[1]!)
        ? createTableSql(tableOf(call[1]!, given), [...joinLines(call[1]!, given)], version)
        : railsSql({ method: call[1]!, given }, version)
      : null;
  if (sql === null) open.push(notRead(line, text));
  else for (const each of sql) statements.push({ line: call?.[1] === "execute" ? (heredocLine ?? line) : line, sql: each });
}

const makesTable = /^create_(?:join_)?table$/;

/** `create_join_table :statuses, :tags` is a table `statuses_tags` without a key (join_table.rb: a common prefix is written once). */
function tableOf(method: string, given: Arguments): Arguments {
  if (method === "create_table") return given;
  const own = textOf(given.named.get("table_name"));
  const names = given.positional
    .slice(0, 2)
    .map((each) => textOf(each) ?? "")
    .sort();
  const joined = names
    .join("\0")
    .replace(/^(.*[._])(.+)\0\1(.+)/, "$1$2_$3")
    .replace("\0", "_");
  const named = new Map([...given.named, ["id", { kind: "word", text: "false" } as const]] as const);
  for (const name of ["table_name", "column_options"]) named.delete(name);
  return { positional: [{ kind: "text", text: own ?? joined }], named };
}

/** Its two columns. */
function joinLines(method: string, given: Arguments): TableLine[] {
  if (method === "create_table") return [];
  const named = new Map([
    ["null", { kind: "word", text: "false" } as const],
    ["index", { kind: "word", text: "false" } as const],
  ]);
  return given.positional.slice(0, 2).map((each) => ({
    method: "references",
    given: { positional: [{ kind: "text", text: singular(textOf(each) ?? "") }], named },
  }));
}

function readBlock(
  block: { readonly method: string; readonly given: string; readonly variable: string },
  statement: CodeStatement,
  lines: readonly CodeStatement[],
  { statements, open, version }: Reader,
): void {
  const given = argumentsOf(block.given);
  const parts = lines.map((each) => {
    const call = new RegExp(String.raw`^${block.variable}\.(\w+)\s*([\s\S]*)$`).exec(each.text);
    const own = call ? argumentsOf(call[2]!) : null;
    return { line: each.line, text: each.text, method: call?.[1] ?? "", given: own };
  });
  const known = parts.flatMap((part) => (part.given === null ? [] : [{ ...part, given: part.given }]));
  if (makesTable.test(block.method)) {
    const all = given && known.length === parts.length ? [...joinLines(block.method, given), ...known] : null;
    const sql = given && all ? createTableSql(tableOf(block.method, given), all, version) : null;
    if (sql === null) open.push(notRead(statement.line, statement.text));
    else statements.push(...sql.map((each) => ({ line: statement.line, sql: each })));
    return;
  }
  const table = textOf(given?.positional[0]);
  for (const part of parts) {
    const sql = table !== null && part.given ? changeTableSql(table, { method: part.method, given: part.given }, version) : null;
    if (sql === null) open.push(notRead(part.line, part.text));
    else statements.push(...sql.map((each) => ({ line: part.line, sql: each })));
  }
}

/** `(…)` or without parentheses. */
function argumentsOf(text: string): Arguments | null {
  const inner = /^\(([\s\S]*)\)$/.exec(text.trim());
  return readArguments((inner?.[1] ?? text).trim(), "ruby");
}

/** Position of the `end` of the block that opens at `at`; the last statement when there is none. */
function blockEnd(statements: readonly CodeStatement[], at: number): number {
  let depth = 0;
  for (let next = at; next < statements.length; next++) {
    if (opensBlock.test(statements[next]!.text)) depth++;
    if (/^end\b/.test(statements[next]!.text)) depth--;
    if (depth === 0) return next;
  }
  return statements.length - 1;
}
