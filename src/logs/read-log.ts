import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import { AdvisorError } from "../errors.ts";
import { csvRecords } from "./csv-records.ts";
import { jsonRecords } from "./json-records.ts";
import { type LogRecord, longestRecord, type RecordReader } from "./log-record.ts";
import { stderrRecords } from "./stderr-records.ts";

const chunkBytes = 1 << 20;

/**
 * Gives the records of one log file in order, in the memory of a few chunks however long the file is. The format is told by its first
 * lines: csvlog, jsonlog or a Cloud Logging export, else the text log; `.gz` is unpacked. Throws INPUT_INVALID when it cannot be read,
 * and what `stop` throws.
 */
export async function readLog(path: string, give: (record: LogRecord) => void, stop: () => void = () => {}): Promise<void> {
  const file = createReadStream(path, { highWaterMark: chunkBytes });
  const stream = path.endsWith(".gz") ? file.on("error", (error) => unpacked.destroy(error)).pipe(createGunzip()) : file;
  const unpacked = stream;
  const decoder = new StringDecoder("utf8");
  let reader: RecordReader | null = null;
  let rest = "";
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      stop();
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      // A line without end: what is kept of it must have one.
      if (rest.length > 2 * longestRecord) rest = rest.slice(0, longestRecord);
      reader ??= lines.length === 0 ? null : readerFor(lines, give);
      if (reader) for (const line of lines) reader.line(line.endsWith("\r") ? line.slice(0, -1) : line);
    }
  } catch (cause) {
    if (cause instanceof AdvisorError) throw cause;
    throw new AdvisorError("INPUT_INVALID", `The log "${path}" cannot be read.`, {
      hint: "Check the path, and that it is a log file.",
      cause,
    });
  }
  rest += decoder.end();
  reader ??= readerFor([rest], give);
  if (rest !== "") reader.line(rest);
  reader.end();
}

function readerFor(lines: readonly string[], give: (record: LogRecord) => void): RecordReader {
  const first = lines.find((line) => line.trim() !== "") ?? "";
  // A prefix may begin with a bracket, too.
  if (/^\s*(?:\{|\[\s*(?:\{|$))/.test(first)) return jsonRecords(give);
  // Time, then user and database, quoted or not, in unbroken columns.
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [\w+-]+,/.test(first)) return csvRecords(give);
  return stderrRecords(give);
}
