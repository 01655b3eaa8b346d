import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ownedPrefix, sweepAbandoned } from "../../src/native/abandoned.ts";
import { installations } from "../../src/native/find-postgres.ts";

const [installation] = installations();
const usual = process.env.TMPDIR;
const root = join(import.meta.dirname, "../..");
let own: string;
let program: string;

/** JavaScript of the sources, for other processes: Node 20 runs no TypeScript. */
function compiled(): string {
  const folder = mkdtempSync(join(tmpdir(), "plansmith-built-"));
  const options = "--ignoreConfig --module nodenext --target es2023 --rewriteRelativeImportExtensions --skipLibCheck --types node";
  const source = join(root, "src/native/throwaway-cluster.ts");
  execFileSync(join(root, "node_modules/.bin/tsc"), [...options.split(" "), "--rootDir", root, "--outDir", folder, source], { cwd: root });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

beforeAll(() => {
  program = compiled();
  own = mkdtempSync(join(tmpdir(), "plansmith-sweep-"));
  chmodSync(own, 0o755);
  process.env.TMPDIR = own;
});
afterAll(() => {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  rmSync(own, { recursive: true });
  rmSync(program, { recursive: true });
});

/** Another process with a cluster; resolved once it says that the cluster is up. */
async function withCluster(): Promise<{ readonly child: ChildProcess; readonly ended: Promise<unknown> }> {
  const script = `
    import { startThrowawayCluster } from ${JSON.stringify(join(program, "src/native/throwaway-cluster.js"))};
    await startThrowawayCluster(${JSON.stringify(installation)});
    process.stdout.write("up");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: own },
  });
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  await Promise.race([
    new Promise((resolve) => child.stdout!.once("data", resolve)),
    ended.then((how) => Promise.reject(new Error(`ended before the cluster was up: ${how}`))),
  ]);
  return { child, ended };
}

const shadows = () => readdirSync(own).filter((name) => name.startsWith("plansmith-shadow-"));

describe.skipIf(!installation)(installation ? "a cluster whose process ends" : "no PostgreSQL is installed here", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s takes its directory along, and ends by that signal", async (signal) => {
    const { child, ended } = await withCluster();
    expect(shadows()).toHaveLength(1);
    child.kill(signal);
    expect(await ended).toBe(signal);
    expect(shadows()).toEqual([]);
  });

  test("by SIGKILL leaves both behind: the next start ends the server and erases the directory", async () => {
    const { child, ended } = await withCluster();
    child.kill("SIGKILL");
    await ended;
    const [left] = shadows();
    const server = Number(readFileSync(join(own, left!, "data", "postmaster.pid"), "utf8").split("\n")[0]);
    expect(() => process.kill(server, 0)).not.toThrow();
    expect(await sweepAbandoned()).toEqual([join(own, left!)]);
    expect(shadows()).toEqual([]);
    expect(() => process.kill(server, 0)).toThrow();
  });
});

describe("a sweep", () => {
  /** The number of a process that has ended. */
  async function deadProcess(): Promise<number> {
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.once("exit", resolve));
    return child.pid!;
  }
  const named = (change: (parts: string[]) => string[]) => {
    const parts = ownedPrefix().split("/").at(-1)!.split("-");
    return join(own, `${change(parts).join("-")}abcdef`);
  };
  const made = (directory: string) => {
    mkdirSync(directory, { recursive: true });
    return directory;
  };

  test("takes what a dead process of this machine left, with whatever is in it", async () => {
    const pid = (await deadProcess()).toString(36);
    const left = made(named(([a, b, , marks, end]) => [a!, b!, pid, marks!, end!]));
    made(join(left, "data", "base"));
    expect(await sweepAbandoned()).toEqual([left]);
    expect(existsSync(left)).toBe(false);
  });

  test("takes what an earlier process of the same number left", async () => {
    const earlier = made(
      named(([a, b, pid, marks, end]) => [a!, b!, pid!, `${marks!.slice(0, 4)}${marks!.slice(4) === "fff" ? "eee" : "fff"}`, end!]),
    );
    const canTell = existsSync("/proc/self/stat");
    expect(await sweepAbandoned()).toEqual(canTell ? [earlier] : []);
    rmSync(earlier, { recursive: true, force: true });
  });

  test("leaves a living process's, another machine's, and names it did not give", async () => {
    const pid = (await deadProcess()).toString(36);
    const kept = [
      made(named((parts) => parts)),
      made(named(([a, b, , marks, end]) => [a!, b!, pid, `${marks!.startsWith("0000") ? "1111" : "0000"}${marks!.slice(4)}`, end!])),
      made(join(own, "plansmith-shadow-AbCdEf")),
    ];
    expect(await sweepAbandoned()).toEqual([]);
    for (const directory of kept) expect(existsSync(directory), directory).toBe(true);
  });
});
