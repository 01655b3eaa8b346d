/** SQL that a line of code stands for. */
export interface CodeSql {
  /** Line of its first character in the file, from 1. */
  readonly line: number;
  readonly sql: string;
}

/** A migration written in code, as far as it was read. */
export interface CodeMigration {
  readonly statements: readonly CodeSql[];
  /** Lines that were not understood, with what stands there. */
  readonly open: readonly { readonly line: number; readonly message: string }[];
  /** The file says that its tool shall open no transaction. */
  readonly outsideTransaction: boolean;
}

/** `{offset → line}`, both as counted in the text: lines from 1. */
export function linesIn(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** A line that was not read, as the report says it. */
export function notRead(line: number, text: string): { readonly line: number; readonly message: string } {
  const short = text.replaceAll(/\s+/g, " ").trim();
  return { line, message: `not reviewed: ${short.length > 70 ? `${short.slice(0, 69)}…` : short}` };
}

/**
 * The SQL as a text in which each statement stands on the line of the code it comes from, so that places in it are places in the
 * file. Comments that accept findings (`# plansmith: allow …`) stay, as SQL comments.
 */
export function alignedSql(source: string, statements: readonly CodeSql[]): string {
  const lines = source.split(/\r\n|\n|\r/).map((line) => {
    const accepted = /^\s*(?:#|\/\/|\*)\s*(plansmith:.*)$/.exec(line)?.[1];
    return accepted === undefined ? "" : `-- ${accepted}`;
  });
  for (const [position, { line, sql }] of statements.entries()) {
    const room = (statements[position + 1]?.line ?? lines.length + 1) - line;
    for (const [offset, piece] of fitted(sql.replace(/;\s*$/, ""), room).entries()) {
      const at = Math.min(line - 1 + offset, lines.length - 1);
      lines[at] += lines[at] === "" ? piece : ` ${piece}`;
    }
  }
  return lines.join("\n");
}

/** The statement's lines with its semicolon; on one line where there is no room for them before the next one. */
function fitted(sql: string, room: number): string[] {
  const lines = sql.trimEnd().split(/\r\n|\n|\r/);
  // A comment at the end would swallow the semicolon, and one in the middle the rest of the only line.
  const bare = (line: string) => (line.includes("'") || line.includes("$") ? line : line.replace(/\s*--.*$/, ""));
  if (lines.length > Math.max(1, room)) return [`${lines.map(bare).join(" ")};`];
  return [...lines.slice(0, -1), `${bare(lines.at(-1)!)};`];
}
