import { alembicSql } from "./alembic-operations.ts";
import { type CodeMigration, type CodeSql, notRead } from "./code-migration.ts";
import { textOf } from "./code-sql.ts";
import { codeStatements } from "./code-statements.ts";
import { readArguments } from "./code-values.ts";

/** Reads `upgrade()` of an Alembic revision: operations that map one to one, and SQL handed to `op.execute`. Runs nothing. */
export function readAlembic(source: string): CodeMigration {
  const statements: CodeSql[] = [];
  const open: CodeMigration["open"][number][] = [];
  const body = upgradeBody(source);
  if (body === null) open.push(notRead(1, "no `upgrade` function was found"));
  let batch: { readonly variable: string; readonly table: string } | null = null;
  const lines = body?.text.split(/\r\n|\n|\r/) ?? [];
  /** Lines that stand further in than this belong to a condition or a loop. */
  let skipBeyond = Number.POSITIVE_INFINITY;
  for (const { text, line } of body === null ? [] : codeStatements(body.text, "python", body.line)) {
    const indent = /^\s*/.exec(lines[line - body!.line] ?? "")![0].length;
    if (indent > skipBeyond) continue;
    skipBeyond = Number.POSITIVE_INFINITY;
    if (/^(?:if|elif|else|for|while|except|def|class|match)\b.*:$/s.test(text)) {
      skipBeyond = indent;
      open.push(notRead(line, `${text} …`));
      continue;
    }
    if (/^(pass|return|try:|finally:|""".*|'''.*|[rR]?"[^"]*"|with op\.get_context\(\)\.autocommit_block\(\):)$/s.test(text)) continue;
    const opens = /^with op\.batch_alter_table\(([\s\S]*)\) as (\w+):$/.exec(text);
    if (opens) {
      const table = textOf(readArguments(opens[1]!, "python")?.positional[0]);
      batch = table === null ? null : { variable: opens[2]!, table };
      if (table === null) open.push(notRead(line, text));
      continue;
    }
    const call = /^(\w+)\.(\w+)\(([\s\S]*)\)$/.exec(text);
    const inBatch: { readonly variable: string; readonly table: string } | null =
      batch !== null && call?.[1] === batch.variable ? batch : null;
    const given = call && (call[1] === "op" || inBatch !== null) ? readArguments(call[3]!, "python") : null;
    const sql = call && given ? alembicSql(call[2]!, given, inBatch?.table ?? null) : null;
    if (sql === null) open.push(notRead(line, text));
    else for (const each of sql) statements.push({ line, sql: each });
  }
  return { statements, open, outsideTransaction: /autocommit_block\(\)/.test(body?.text ?? "") };
}

function upgradeBody(source: string): { readonly text: string; readonly line: number } | null {
  const lines = source.split(/\r\n|\n|\r/);
  const start = lines.findIndex((line) => line.startsWith("def upgrade("));
  if (start < 0) return null;
  // SQL in a long string may begin at the margin: only another definition ends the function.
  const length = lines.slice(start + 1).findIndex((line) => /^(?:async\s+def|def|class|@\w|if\s+__name__)\b/.test(line));
  return { text: lines.slice(start + 1, length < 0 ? lines.length : start + 1 + length).join("\n"), line: start + 2 };
}
