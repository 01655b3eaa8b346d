import { type LogRecord, longestRecord, type RecordReader, tellsOfExecution } from "./log-record.ts";

/** Columns of log_destination = csvlog, from 0; later versions only add some behind (runtime-config-logging.html). */
const databaseColumn = 2;
const processColumn = 3;
const severityColumn = 11;
const messageColumn = 13;
const detailColumn = 14;

/** csvlog: a record may reach over several lines inside quotes. */
export function csvRecords(give: (record: LogRecord) => void): RecordReader {
  let open = "";
  return {
    line(text) {
      const record = open === "" ? text : `${open}\n${text}`;
      if (hasOpenQuote(record)) {
        // Too long to be kept: what follows starts anew, and its first half lines are no records.
        open = record.length > longestRecord ? "" : record;
        return;
      }
      open = "";
      if (!tellsOfExecution(record)) return;
      const fields = fieldsOf(record);
      const message = fields[messageColumn];
      if (fields[severityColumn] !== "LOG" || message === undefined) return;
      give({
        message,
        detail: fields[detailColumn] || null,
        session: fields[processColumn] || null,
        database: fields[databaseColumn] || null,
      });
    },
    end: () => undefined,
  };
}

function hasOpenQuote(text: string): boolean {
  let isOpen = false;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) isOpen = !isOpen;
  return isOpen;
}

/** Fields of one record; a quote inside quotes is doubled. */
function fieldsOf(record: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= record.length) {
    if (record[at] === '"') {
      let end = at + 1;
      while (end < record.length && (record[end] !== '"' || record[end + 1] === '"')) end += record[end] === '"' ? 2 : 1;
      fields.push(record.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 2;
    } else {
      const comma = record.indexOf(",", at);
      const end = comma < 0 ? record.length : comma;
      fields.push(record.slice(at, end));
      at = end + 1;
    }
  }
  return fields;
}
