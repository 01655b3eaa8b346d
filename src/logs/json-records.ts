import { type LogRecord, longestRecord, type RecordReader, tellsOfExecution } from "./log-record.ts";
import { stderrRecords } from "./stderr-records.ts";

/**
 * jsonlog (PostgreSQL 15), one object a line; and what Cloud Logging exports, objects with a line of the text log in `textPayload`,
 * one a line or spread over several.
 */
export function jsonRecords(give: (record: LogRecord) => void): RecordReader {
  const text = stderrRecords(give);
  const payload = (value: string) => {
    for (const line of value.split("\n")) text.line(line);
  };
  return {
    line(line) {
      if (line.length > longestRecord) return;
      const spread = /^\s*"textPayload": ?("(?:[^"\\]|\\.)*"),?\s*$/.exec(line);
      if (spread) return payload(String(parsed(spread[1]!)));
      // A DETAIL of an export comes as an entry of its own.
      if (!tellsOfExecution(line) && !line.includes('"textPayload"')) return;
      const entry = parsed(line.trim().replace(/,$/, ""));
      if (typeof entry !== "object" || entry === null) return;
      // An object that JSON.parse made: its keys are strings, its values are looked at one by one.
      const fields = entry as Readonly<Record<string, unknown>>;
      if (typeof fields.textPayload === "string") return payload(fields.textPayload);
      if (fields.error_severity !== "LOG" || typeof fields.message !== "string") return;
      give({
        message: fields.message,
        detail: textOf(fields.detail),
        session: textOf(fields.session_id) ?? textOf(fields.pid),
        database: textOf(fields.dbname),
      });
    },
    end: () => text.end(),
  };
}

function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : null;
}

/** Null for a line that was cut off. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
