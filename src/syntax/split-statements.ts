import { cutStatement, type TextPiece } from "./cut-statements.ts";
import type { ParsedStatement, ParseFailure, SqlParser } from "./parse-sql.ts";
import { positionsIn } from "./positions.ts";

/** A statement of a file; `start` and `end` are offsets in the file. */
export interface FileStatement extends ParsedStatement {
  /** Line of its first token, from 1. */
  readonly line: number;
  /** Comments between the statement before and this one, with their markers, one per line; "" for none. */
  readonly precedingComments: string;
  /** Comments after its `;` on the same line. */
  readonly trailingComments: string;
}
/** A part of a file that is no SQL. `line` is where it starts; `position`, where it went wrong, counts in the file. */
export type FileFailure = ParseFailure & { readonly line: number; readonly text: string };

export interface SplitSql {
  readonly statements: readonly FileStatement[];
  readonly failures: readonly FileFailure[];
}

/**
 * The statements of a file, in order, each parsed by itself, so that one with a syntax error does not take the others along.
 * Commands of psql that run the statement before them (`\g`, `\gset`, …) end it; any other is a failure. COPY data is passed over.
 */
export async function splitStatements(parser: SqlParser, text: string): Promise<SplitSql> {
  const statements: FileStatement[] = [];
  const failures: FileFailure[] = [];
  const positionAt = positionsIn(text);
  let next = 0;
  for (let piece = cutStatement(text, next); piece; piece = cutStatement(text, next)) {
    const { start, end, precedingComments, trailingComments } = piece;
    next = piece.next;
    const source = text.slice(start, end);
    const parsed = await parser.parse(source);
    if (parsed.kind === "parsed") {
      for (const [index, statement] of parsed.statements.entries()) {
        const place = { start: start + statement.start, end: start + statement.end };
        const comments = { precedingComments: index === 0 ? precedingComments : "", trailingComments };
        statements.push({ ...statement, ...place, ...comments, line: positionAt(place.start).line });
      }
      continue;
    }
    const resumeAt = await afterLostQuote(parser, text, piece);
    next = resumeAt ?? next;
    failures.push({
      ...parsed,
      position: parsed.position && positionAt(start + parsed.position.offset),
      line: positionAt(start).line,
      text: resumeAt === null ? source : text.slice(start, resumeAt),
    });
  }
  return { statements, failures };
}

/**
 * A quote nobody closed swallows the statements after it, up to the next quote of any of them. So where a statement that does not
 * parse has a quote with a `;` at a line's end in it, reading goes on there, if the quote is open or what follows is SQL.
 */
async function afterLostQuote(parser: SqlParser, text: string, piece: TextPiece): Promise<number | null> {
  for (const quote of piece.longQuotes) {
    const end = /;[ \t]*(?=[\r\n])/.exec(text.slice(quote.start, quote.end));
    if (!end) continue;
    const resumeAt = quote.start + end.index + 1;
    if (!quote.closed) return resumeAt;
    const following = cutStatement(text, resumeAt);
    if (following && (await parser.parse(text.slice(following.start, following.end))).kind === "parsed") return resumeAt;
  }
  return null;
}
