/** One message of a server's log, whatever format it was written in. */
export interface LogRecord {
  /** Text after `LOG:`, lines joined. */
  readonly message: string;
  /** Text after `DETAIL:`; null when there is none. */
  readonly detail: string | null;
  /** Process or session, to tell which messages follow each other; null when the log does not say. */
  readonly session: string | null;
  readonly database: string | null;
}

/** Takes lines of one format and gives records. */
export interface RecordReader {
  line(text: string): void;
  /** After the last line. */
  end(): void;
}

/** A record longer than this is left out: its statement could not be planned anyway. */
export const longestRecord = 1_000_000;

/** Whether a record can be about an execution: everything else in a log is skipped before it is taken apart. */
export function tellsOfExecution(text: string): boolean {
  return text.includes("duration: ") || text.includes("statement: ") || text.includes("execute ");
}
