import type { Line } from "./script.ts";

/** Statements with their notes, one below the other. */
export function sqlLines(lines: readonly Line[]): string {
  return lines.map(({ sql, note }) => `${note === null ? "" : `-- ${note}\n`}${sql};\n`).join("");
}

/** The head as SQL comments. */
export function comments(head: readonly string[]): string {
  return head.map((line) => `-- ${line}\n`).join("");
}

/**
 * The way back as a tool takes it that sends a file as one string: several statements that refuse a transaction cannot stand in it, and
 * are left as comments to run by hand.
 */
export function oneStringDown(down: readonly Line[], marker = ""): string {
  if (down.length > 1 && down.some((line) => line.alone))
    return `${marker}-- This tool sends a file as one string, which makes it one transaction. Run each of these by itself:\n${down
      .flatMap((line) => `${line.sql};`.split("\n"))
      .map((line) => `-- ${line}\n`)
      .join("")}`;
  return `${marker}${down.length === 0 ? "-- Nothing to take back.\n" : sqlLines(down)}`;
}

/** `BEGIN` and `COMMIT` around what wants one transaction, for tools that open none. */
export function ownTransaction(lines: readonly Line[], outside: boolean): string {
  return outside || lines.length < 2 ? sqlLines(lines) : `BEGIN;\n${sqlLines(lines)}COMMIT;\n`;
}
