import { readFile } from "node:fs/promises";
import type { StatementStats } from "../domain/snapshot.ts";
import { uncountedStatement } from "../domain/uncounted-statement.ts";
import { AdvisorError } from "../errors.ts";
import type { SqlParser } from "../syntax/parse-sql.ts";
import { type FileFailure, type FileStatement, splitStatements } from "../syntax/split-statements.ts";

export interface StatementsFile {
  readonly statements: readonly StatementStats[];
  /** Parts that are no SQL; the others stand. `line` counts in the file. */
  readonly failures: readonly FileFailure[];
}

/**
 * A workload written down: SQL statements, each with figures in the comments before it or after it on its line:
 * `-- calls: 1200, mean_ms: 3.5` (also `total_ms`, `rows`). Without figures a statement counts as called once and its time is 0,
 * which reads as "not measured". `-- name: …` goes into `place`. Throws INPUT_INVALID when there is no statement at all.
 */
export async function readStatementsFile(parser: SqlParser, path: string): Promise<StatementsFile> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new AdvisorError("INPUT_INVALID", `The statements file "${path}" cannot be read.`, { hint: "Check the path.", cause });
  });
  const { statements, failures } = await splitStatements(parser, text);
  if (statements.length === 0) throw nothingRead(path, failures[0]);
  return { statements: statements.map((statement) => statementStats(path, statement)), failures };
}

function nothingRead(path: string, failure: FileFailure | undefined): AdvisorError {
  if (!failure)
    return new AdvisorError("INPUT_INVALID", `The statements file "${path}" holds no statement.`, {
      hint: "Write SQL statements, each ended by a semicolon.",
    });
  const { line, column } = failure.position ?? { line: failure.line, column: 1 };
  return new AdvisorError("INPUT_INVALID", `No statement of "${path}" can be read: ${failure.message} at line ${line}, column ${column}.`, {
    hint: "Correct the statement, or check that the file is SQL in UTF-8.",
  });
}

function statementStats(path: string, statement: FileStatement): StatementStats {
  const figures = figuresIn(`${statement.precedingComments}\n${statement.trailingComments}`);
  const calls = figures.calls ?? 1;
  const place = `${path}:${statement.line}`;
  return {
    ...uncountedStatement(statement.sql, figures.name === null ? place : `${place} (${figures.name})`),
    calls,
    totalExecTimeMs: figures.totalMs ?? (figures.meanMs ?? 0) * calls,
    rows: figures.rows,
  };
}

interface Figures {
  readonly calls: number | null;
  readonly meanMs: number | null;
  readonly totalMs: number | null;
  readonly rows: number | null;
  readonly name: string | null;
}

/** `key: value` or `key=value` in comments; a thousands separator (`1_200`) may stand in a number. The last one counts. */
export function figuresIn(comments: string): Figures {
  const number = (keys: string) => {
    const found = [...comments.matchAll(new RegExp(`(?<![\\w.])(?:${keys})\\s*[:=]\\s*(\\d[\\d_]*(?:\\.\\d+)?(?:e[+-]?\\d+)?)`, "gi"))].at(
      -1,
    )?.[1];
    return found === undefined ? null : Number(found.replaceAll("_", ""));
  };
  return {
    calls: number("calls"),
    meanMs: number("mean_ms|mean_time|mean_exec_time"),
    totalMs: number("total_ms|total_time|total_exec_time"),
    rows: number("rows"),
    // As sqlc and similar tools write it: `-- name: GetUser :one`.
    name: /(?:--|\/\*)\s*name\s*[:=]\s*([\w.-]+)/i.exec(comments)?.[1] ?? null,
  };
}
