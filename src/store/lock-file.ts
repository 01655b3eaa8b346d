import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { AdvisorError } from "../errors.ts";

const retryMs = 100;

/**
 * Holds `path` for this process alone until the returned function is called. A lock whose process, on this machine, has ended is taken
 * over. Throws CONNECTION_FAILED when another holds it longer than `waitMs`, and ABORTED.
 */
export async function holdLock(path: string, waitMs: number, signal?: AbortSignal): Promise<() => Promise<void>> {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  const until = Date.now() + waitMs;
  while (!(await create(path, own))) {
    const holder = await readFile(path, "utf8").catch(() => null);
    if (holder !== null && isDead(holder) && (await takeAway(path, holder))) continue;
    if (signal?.aborted) throw new AdvisorError("ABORTED", "Stopped while waiting for the store.");
    if (Date.now() > until)
      throw new AdvisorError("CONNECTION_FAILED", `Another run is using the store: ${path} (${wordsOf(holder)}).`, {
        hint: "Wait for it to end, or name another store with --store.",
      });
    await sleep(retryMs);
  }
  return async () => {
    if ((await readFile(path, "utf8").catch(() => null)) === own) await rm(path, { force: true });
  };
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(text);
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** A process of another machine (a shared folder) is taken to live. */
function isDead(holder: string): boolean {
  const { pid, host } = parsed(holder);
  if (pid === null || host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Of two that find the same dead lock one renames it; the other finds another text, or nothing, and looks again. */
async function takeAway(path: string, holder: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return true; // gone meanwhile: look again
  }
  const taken = await readFile(aside, "utf8");
  if (taken === holder) {
    await rm(aside, { force: true });
    return true;
  }
  // A living holder's lock was moved: put it back unless somebody has made a new one.
  await rename(aside, path);
  return false;
}

function parsed(holder: string): { readonly pid: number | null; readonly host: string | null } {
  try {
    const { pid, host } = JSON.parse(holder) as { pid?: unknown; host?: unknown };
    return { pid: typeof pid === "number" ? pid : null, host: typeof host === "string" ? host : null };
  } catch {
    return { pid: null, host: null }; // half written: its process is still at it
  }
}

function wordsOf(holder: string | null): string {
  const { pid, host } = parsed(holder ?? "");
  return pid === null ? "holder unknown" : `process ${pid} on ${host}`;
}
