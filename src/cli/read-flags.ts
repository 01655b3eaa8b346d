import { readFile, stat } from "node:fs/promises";
import { parseBytes, parseDuration } from "../config/sizes.ts";
import { AdvisorError } from "../errors.ts";

// Each reads one flag's text; absent stays undefined, so that the configuration file's value holds.

/** A whole number of at least `least`. */
export function wholeNumber(flag: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw wrong(flag, text, `a whole number of at least ${least}`);
}

/** A count, or null for `none`. */
export function countOrNone(flag: string, text: string | undefined): number | null | undefined {
  return text === "none" ? null : wholeNumberOr(flag, text, "a whole number or none");
}

/** A percentage such as `10` or `10%`, or null for `none`. */
export function percentOrNone(flag: string, text: string | undefined): number | null | undefined {
  if (text === undefined || text === "none") return text === undefined ? undefined : null;
  return percentNumber(flag, text, "a percentage such as 10, or none");
}

/** Bytes from `500MB`, or null for `none`. */
export function sizeOrNone(flag: string, text: string | undefined): number | null | undefined {
  if (text === undefined || text === "none") return text === undefined ? undefined : null;
  const bytes = parseBytes(text);
  if (bytes !== null) return bytes;
  throw wrong(flag, text, "a size such as 500MB, or none");
}

/** Milliseconds from `30s`; a bare number is milliseconds, as in PostgreSQL. */
export function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== null && ms >= 1) return ms;
  throw wrong(flag, text, "a duration such as 500ms, 30s or 2min");
}

/** As `duration`, or null for `none`. */
export function durationOrNone(flag: string, text: string | undefined): number | null | undefined {
  return text === "none" ? null : duration(flag, text);
}

/** `none`, `any` or a percentage. */
export function failOn(text: string | undefined): "none" | "any" | number | undefined {
  if (text === undefined || text === "none" || text === "any") return text;
  const wanted = "none, any or a percentage from 0 to 100";
  const value = percentNumber("fail-on", text, wanted);
  if (value <= 100) return value;
  throw wrong("fail-on", text, wanted);
}

/** A connection URL. Never repeats it in a message: it may hold a password. */
export function connectionUrl(text: string | undefined): string | undefined {
  if (text === undefined || /^postgres(?:ql)?:\/\//i.test(text)) return text;
  const hint = /\.json(?:\.gz)?$/i.test(text)
    ? "To advise on a saved snapshot: plansmith audit --snapshot FILE"
    : /\.sql$/i.test(text)
      ? "To advise on a schema file: plansmith audit --schema schema.sql --statements queries.sql"
      : "Write postgres://user@host:port/database, or leave it out to use PG* variables.";
  throw new AdvisorError("INPUT_INVALID", "The argument is not a connection URL.", { hint });
}

/** A connection URL given by a flag. Never repeats it in a message: it may hold a password. */
export function serverUrl(flag: string, text: string | undefined): string | undefined {
  if (text === undefined || /^postgres(?:ql)?:\/\//i.test(text)) return text;
  throw new AdvisorError("INPUT_INVALID", `--${flag} is not a connection URL.`, {
    hint: `Example: --${flag} postgres://user@host:port/database`,
  });
}

/** Throws INPUT_INVALID unless the file is there and is no directory. */
export async function existingFile(flag: string, path: string): Promise<string> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => cause.code ?? "unknown error");
  if (typeof found !== "string" && !found.isDirectory()) return path;
  const reason = typeof found === "string" ? (found === "ENOENT" ? "there is no such file" : found) : "it is a directory";
  throw new AdvisorError("INPUT_INVALID", `Cannot read --${flag} "${path}": ${reason}.`, { hint: `Name an existing file with --${flag}.` });
}

/** Text of a file with SQL; `-` is standard input. Throws INPUT_INVALID for what cannot be read or holds nothing. */
export async function sqlFile(flag: string, path: string): Promise<string> {
  const text = await readFile(path === "-" ? "/dev/stdin" : await existingFile(flag, path), "utf8");
  if (text.trim() !== "") return text;
  throw new AdvisorError("INPUT_INVALID", `--${flag} "${path}" holds no statement.`, { hint: "Put one SQL statement into it." });
}

/** Words or SQL to search for; `-` is standard input. Throws INPUT_INVALID for nothing. */
export async function searchQuery(text: string): Promise<string> {
  const query = text === "-" ? await readFile("/dev/stdin", "utf8") : text;
  if (/[\p{L}\d]/u.test(query)) return query.trim();
  throw new AdvisorError("INPUT_INVALID", "There is nothing to search for.", { hint: 'Example: plansmith search "jsonb containment"' });
}

function wholeNumberOr(flag: string, text: string | undefined, wanted: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text))) return Number(text);
  throw wrong(flag, text, wanted);
}

function percentNumber(flag: string, text: string, wanted: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(text);
  if (match) return Number(match[1]);
  throw wrong(flag, text, wanted);
}

function wrong(flag: string, text: string, wanted: string): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `--${flag} "${text}" is not ${wanted}.`, {
    hint: `Example: --${flag} ${examples[flag] ?? "10"}`,
  });
}

const examples: Readonly<Record<string, string>> = {
  "max-bytes": "500MB",
  "time-budget": "2min",
  "statement-timeout": "10s",
  "lock-timeout": "5s",
  "max-result": "20000",
  "fail-on": "any",
  top: "200",
};
