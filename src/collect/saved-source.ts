import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import type { SnapshotSource } from "../contract/snapshot-source.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { AdvisorError } from "../errors.ts";
import { snapshotSchema } from "./snapshot-schema.ts";

const schemaVersion = 1;
/** Half of what a JavaScript string can hold; a snapshot of 1000 tables takes about 20 MB. */
const largestBytes = 256 * 1024 * 1024;

/**
 * Writes the snapshot where only its owner can read it (mode 0600), gzipped when the name ends in .gz; the file is whole or not
 * there at all. Gives the bytes written. Throws INPUT_INVALID when it cannot be written.
 */
export async function saveSnapshot(path: string, snapshot: Snapshot): Promise<number> {
  const json = Buffer.from(`${JSON.stringify(snapshot)}\n`);
  if (json.length > largestBytes) throw tooLarge(path);
  const bytes = path.endsWith(".gz") ? await promisify(gzip)(json) : json;
  try {
    if (await isSpecial(path)) await writeFile(path, bytes);
    else await writeWhole(path, bytes);
    return bytes.length;
  } catch (cause) {
    throw new AdvisorError("INPUT_INVALID", `Cannot write the snapshot to "${path}" (${systemCode(cause)}).`, {
      hint: `Check that the folder "${dirname(path)}" exists and may be written to.`,
      cause,
    });
  }
}

/** A pipe or device (/dev/stdout) is written to, not replaced. */
async function isSpecial(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A snapshot that saveSnapshot wrote, plain or gzipped whatever its name. INPUT_INVALID for anything else. */
export function savedSource(path: string): SnapshotSource {
  return { read: () => readSnapshot(path) };
}

async function readSnapshot(path: string): Promise<Snapshot> {
  const text = await readText(path);
  const value = parseJson(path, text);
  checkVersion(path, value);
  const parsed = snapshotSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(path, `is not a whole snapshot: ${firstProblem(parsed.error)}`, collectAgain, parsed.error);
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw invalid(path, `cannot be read (${systemCode(cause)})`, "Check the path.", cause);
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > largestBytes) throw tooLarge(path);
    return bytes.toString("utf8");
  }
  try {
    return (await promisify(gunzip)(bytes, { maxOutputLength: largestBytes })).toString("utf8");
  } catch (cause) {
    if (systemCode(cause) === "ERR_BUFFER_TOO_LARGE") throw tooLarge(path);
    const why = systemCode(cause) === "Z_BUF_ERROR" ? "is cut short: its gzip data does not end" : "is damaged: it does not unpack";
    throw invalid(path, why, collectAgain, cause);
  }
}

function parseJson(path: string, text: string): unknown {
  if (text.trim() === "") throw invalid(path, "is empty", collectAgain);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const cut = text.startsWith("{") && !text.trimEnd().endsWith("}");
    throw invalid(path, cut ? "is cut short: its JSON does not end" : "is not JSON", collectAgain, cause);
  }
}

function checkVersion(path: string, value: unknown): void {
  const version = typeof value === "object" && value !== null && "schemaVersion" in value ? value.schemaVersion : undefined;
  const isOurs = typeof value === "object" && value !== null && "catalog" in value && "server" in value;
  if (typeof version !== "number" || !isOurs) throw invalid(path, "is JSON, and no snapshot", collectAgain);
  if (version > schemaVersion)
    throw invalid(path, `was written by a newer Plansmith (format ${version}, this one reads ${schemaVersion})`, "Upgrade Plansmith here.");
  if (version < schemaVersion)
    throw invalid(path, `was written by an older Plansmith (format ${version}, this one reads ${schemaVersion})`, collectAgain);
}

const collectAgain = "Collect again: plansmith collect <url> -o snapshot.json.gz";

/** Where in the file, and what; never the value found there, which may be a row's. */
function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${z.core.toDotPath(issue.path)} is not as expected` : "its shape is unknown";
}

function tooLarge(path: string): AdvisorError {
  return invalid(path, `is larger than ${largestBytes / 1024 / 1024} MB`, "Collect fewer schemas: --include-schema or --exclude-schema.");
}

function invalid(path: string, why: string, hint: string, cause?: unknown): AdvisorError {
  return new AdvisorError("INPUT_INVALID", `The snapshot file "${path}" ${why}.`, { hint, cause });
}

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}
