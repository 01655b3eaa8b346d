import { type LogRecord, longestRecord, type RecordReader } from "./log-record.ts";

/** `log_line_prefix` may be anything, RDS and Cloud SQL have their own: a line begins a message where a severity stands. */
const header =
  /^(.{0,400}?)(?<![\w"'])(LOG|STATEMENT|DETAIL|ERROR|WARNING|FATAL|PANIC|NOTICE|INFO|HINT|CONTEXT|QUERY|LOCATION|DEBUG[1-5]?): {1,2}(.*)$/s;
const belongsToLast = new Set(["DETAIL", "HINT", "CONTEXT", "QUERY", "STATEMENT", "LOCATION"]);

/**
 * The text log. A message's further lines begin with a tab (elog.c, append_with_tabs), its DETAIL follows it at once; a line that
 * has neither tab nor severity, as some exports leave them, belongs to what is before it.
 */
export function stderrRecords(give: (record: LogRecord) => void): RecordReader {
  let current: { prefix: string; message: string; detail: string | null } | null = null;
  let field: "message" | "detail" | null = null;

  const flush = () => {
    if (current !== null) give({ message: current.message, detail: current.detail, ...identity(current.prefix) });
    current = null;
    field = null;
  };
  return {
    line(text) {
      const found = text.startsWith("\t") ? null : header.exec(text);
      if (!found) {
        if (current === null || field === null) return;
        const more = `\n${text.startsWith("\t") ? text.slice(1) : text}`;
        const before: string = current[field] ?? "";
        if (before.length + more.length > longestRecord) current = null;
        else current[field] = before + more;
        return;
      }
      const [, prefix = "", severity = "", rest = ""] = found;
      if (!belongsToLast.has(severity)) {
        flush();
        if (severity === "LOG") current = { prefix, message: rest, detail: null };
        field = severity === "LOG" ? "message" : null;
        return;
      }
      field = null;
      if (severity !== "DETAIL" || current === null || sessionOf(prefix) !== sessionOf(current.prefix)) return;
      current.detail = rest;
      field = "detail";
    },
    end: flush,
  };
}

/** `[1234]`, as every usual prefix writes the process. */
function sessionOf(prefix: string): string | null {
  return /\[(\d+)(?:-\d+)?\]/.exec(prefix)?.[1] ?? null;
}

/** `db=shop`, or `user@shop` as RDS has it. */
function identity(prefix: string): Pick<LogRecord, "session" | "database"> {
  const database = /\b(?:db|dbname|database)=([^,\s\]]+)/.exec(prefix)?.[1] ?? /[\w.$-]+@([\w$-]+)/.exec(prefix)?.[1] ?? null;
  return { session: sessionOf(prefix), database };
}
