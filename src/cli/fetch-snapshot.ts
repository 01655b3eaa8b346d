import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { withDeadline } from "../deadline.ts";
import { AdvisorError } from "../errors.ts";
import { existingFile } from "./read-flags.ts";

/** A snapshot as a local file, and what the report calls it. */
export interface SnapshotFile {
  readonly path: string;
  readonly name: string;
  /** Removes what was fetched. */
  remove(): Promise<void>;
}

export interface SnapshotPlace {
  /** A file, or an http(s) URL. */
  readonly snapshot?: string | undefined;
  /** A shell command of the caller's that writes the snapshot to stdout. */
  readonly command?: string | undefined;
  /** For the URL, as a bearer token; null: none. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

/** As much as a saved snapshot may have. */
const mostBytes = 256 * 1024 * 1024;
const longestMs = 120_000;

/** Null when no snapshot is asked for. Throws INPUT_INVALID for two, CONNECTION_FAILED for one that cannot be fetched; no message repeats a URL's query or password. */
export async function fetchSnapshot(place: SnapshotPlace): Promise<SnapshotFile | null> {
  const { snapshot, command } = place;
  if (snapshot !== undefined && command !== undefined)
    throw new AdvisorError("INPUT_INVALID", "--snapshot and --snapshot-command exclude each other.", { hint: "Give one of them." });
  if (command !== undefined) return intoFile("snapshot of a command", (path) => runCommand(command, path, place.signal));
  if (snapshot === undefined) return null;
  if (/^https?:\/\//i.test(snapshot)) {
    const url = new URL(snapshot);
    // A signed URL's secret is in its query.
    return intoFile(`${url.origin}${url.pathname}`, (path) => download(url, path, place));
  }
  return { path: await existingFile("snapshot", snapshot), name: snapshot, remove: async () => {} };
}

async function intoFile(name: string, fill: (path: string) => Promise<void>): Promise<SnapshotFile> {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-snapshot-")); // mode 0700: it holds values of rows
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, "snapshot.json");
  try {
    await fill(path);
    return { path, name, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function download(url: URL, path: string, { token, signal }: SnapshotPlace): Promise<void> {
  const failed = (why: string, cause?: unknown) =>
    new AdvisorError("CONNECTION_FAILED", `The snapshot at ${url.origin}${url.pathname} cannot be fetched: ${why}.`, {
      hint: "Check the URL; PLANSMITH_SNAPSHOT_TOKEN is sent as a bearer token.",
      cause,
    });
  // A password in a URL goes into the header that it stands for, never into a message.
  const basic =
    url.username === "" ? null : Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64");
  const authorization = token !== null ? `Bearer ${token}` : basic === null ? null : `Basic ${basic}`;
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  try {
    await withDeadline(signal, longestMs, async (deadline) => {
      const response = await fetch(bare, {
        headers: { "user-agent": "plansmith", ...(authorization === null ? {} : { authorization }) },
        signal: deadline,
      });
      if (!response.ok || response.body === null) throw failed(`HTTP ${response.status}`);
      let length = 0;
      const limited = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          length += chunk.length;
          done(length > mostBytes ? failed("it is larger than a snapshot may be") : null, chunk);
        },
      });
      await pipeline(Readable.fromWeb(response.body), limited, createWriteStream(path, { mode: 0o600 }));
    });
  } catch (error) {
    if (error instanceof AdvisorError || signal.aborted) throw error;
    throw failed("no answer", error);
  }
}

async function runCommand(command: string, path: string, signal: AbortSignal): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", command], {
      signal,
      timeout: longestMs,
      maxBuffer: mostBytes,
      encoding: "buffer",
    });
    await writeFile(path, stdout, { mode: 0o600 });
  } catch (cause) {
    if (signal.aborted) throw cause;
    // The command's own text may hold a secret: only what it said is told.
    const { code, stderr } = cause as { code?: number | string; stderr?: Buffer }; // execFile's error
    const said = stderr?.toString("utf8").trim().split("\n").at(-1)?.slice(0, 200);
    throw new AdvisorError("CONNECTION_FAILED", `--snapshot-command ended with ${code ?? "an error"}${said ? `: ${said}` : ""}.`, {
      hint: "It is to write the snapshot to stdout; try it in a shell.",
    });
  }
}
