import { AdvisorError } from "../errors.ts";
import { cutStatement } from "../syntax/cut-statements.ts";

/** A piece of a schema file, in order. `line` counts from 1. */
export type SchemaPiece =
  | { readonly kind: "sql"; readonly sql: string; readonly line: number }
  /** `COPY … FROM stdin` with the rows that follow it in a dump. */
  | { readonly kind: "copy"; readonly sql: string; readonly line: number; readonly rows: string }
  /** A command of psql: `\connect`, `\restrict`, `\set`. */
  | { readonly kind: "psql"; readonly command: string; readonly line: number };

/** Cuts as psql would. INPUT_INVALID when COPY rows have no end. */
export function* schemaPieces(text: string, path: string): Generator<SchemaPiece> {
  let line = 1;
  let counted = 0;
  let from = text.startsWith("\uFEFF") ? 1 : 0;
  for (let piece = cutStatement(text, from); piece; piece = cutStatement(text, from)) {
    line += newlines(text, counted, piece.start);
    counted = piece.start;
    from = piece.next;
    const source = text.slice(piece.start, piece.end);
    if (source.startsWith("\\")) yield { kind: "psql", command: source.trim(), line };
    else if (isCopyFromStdin(source)) yield { kind: "copy", sql: source, line, rows: copyRows(text, piece, `${path}:${line}`) };
    else yield { kind: "sql", sql: source, line };
  }
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function isCopyFromStdin(sql: string): boolean {
  return /^copy\b[^;]*\bfrom\s+stdin\b/i.test(sql);
}

/** Between the end of the COPY line and the line `\.`, which the cut has found and passed. */
function copyRows(text: string, piece: { readonly end: number; readonly next: number }, place: string): string {
  const start = text.indexOf("\n", piece.end) + 1;
  const end = text.lastIndexOf("\\.", piece.next);
  if (start > 0 && end >= start) return text.slice(start, end).replaceAll("\r\n", "\n");
  throw new AdvisorError("INPUT_INVALID", `${place}: the rows of this COPY have no end.`, {
    hint: "They end with a line that holds only \\.",
  });
}
