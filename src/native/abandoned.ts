import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const prefix = "plansmith-shadow-";
/** An immediate shutdown takes milliseconds; a machine under load some seconds. */
const endTimeoutMs = 10_000;

/**
 * Beginning of the name of a cluster's directory, to be ended by random letters. It tells whose it is from the moment it is there:
 * process, machine (or container: another one may share the folder and not its processes) and when the process began, since numbers
 * of processes come again. Short, because a socket's path may have 103 bytes on macOS.
 */
export function ownedPrefix(): string {
  return join(tmpdir(), `${prefix}${process.pid.toString(36)}-${machineMark()}${beganMark(process.pid) ?? unknownStart}-`);
}

/**
 * Removes what processes of this machine left behind when they were killed: their servers are ended, their directories erased. Those
 * of a process that lives, of another machine or of another user stay. Two may sweep at once. Gives the directories removed.
 */
export async function sweepAbandoned(): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(tmpdir()).sort()) {
    if (!isAbandoned(name)) continue;
    const directory = join(tmpdir(), name);
    try {
      await endServer(directory);
      rmSync(directory, { recursive: true, force: true });
      removed.push(directory);
    } catch (error) {
      // Another user's, or just swept by somebody else: not ours to insist on.
      if (!["EPERM", "EACCES", "ENOENT", "ENOTEMPTY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  return removed;
}

const unknownStart = "000";

function isAbandoned(name: string): boolean {
  const found = /^plansmith-shadow-([0-9a-z]+)-([0-9a-f]{4})([0-9a-f]{3})-\w+$/.exec(name);
  if (!found || found[2] !== machineMark()) return false;
  const pid = Number.parseInt(found[1]!, 36);
  if (!lives(pid)) return true;
  const began = beganMark(pid);
  return began !== null && found[3] !== unknownStart && began !== found[3];
}

/** Only a server whose own words name the directory: the number in a stale file may be anybody's by now. */
async function endServer(directory: string): Promise<void> {
  const data = join(directory, "data");
  const pid = postmaster(data);
  if (pid === null || !commandOf(pid).includes(data)) return;
  process.kill(pid, "SIGQUIT"); // immediate shutdown
  const deadline = Date.now() + endTimeoutMs;
  while (lives(pid) && Date.now() < deadline) await pause(20);
}

function postmaster(data: string): number | null {
  try {
    return Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]) || null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return ""; // gone
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and is somebody else's.
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Of the machine since it booted, or of the container: process numbers of another one say nothing here. */
function machineMark(): string {
  const parts = [
    hostname(),
    read(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    read(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return mark(parts.join(" "), 4);
}

/** When the process began; null where that cannot be asked, so that only its life counts. */
function beganMark(pid: number): string | null {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  // The 22nd field; the second, the command in parentheses, may hold blanks.
  const ticks = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return ticks === undefined ? null : mark(ticks, 3);
}

function mark(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** Null where there is no such file, as on systems without /proc. */
function read(from: () => string): string | null {
  try {
    return from();
  } catch (error) {
    if (["ENOENT", "EACCES", "EPERM", "ENOTDIR", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
