import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * How long a run waits for another worker when its own is killed (`SIGKILL`) or told to stop (`SIGTERM`, no grace): whole processes of
 * `plansmith schedule --queue-url`, from the signal to the other's "run started". The audited server accepts and never answers, so that
 * the run is in the middle of an audit whenever the signal comes.
 *
 * npm run bench:takeover -- postgres://postgres@localhost/jobs [rounds]
 */
const [queueUrl, roundsText = "5"] = process.argv.slice(2);
if (queueUrl === undefined) throw new Error("Name a database for the queue: npm run bench:takeover -- postgres://…");
const rounds = Number(roundsText);
const program = join(import.meta.dirname, "../src/cli/main.js");
const folder = await mkdtemp(join(tmpdir(), "plansmith-takeover-"));
const sockets = new Set<Socket>();
const silent = createServer((socket) => {
  sockets.add(socket);
  socket.on("error", () => undefined);
});
await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
const address = silent.address();
if (address === null || typeof address === "string") throw new Error("no port");

const workers = new Set<ChildProcess>();
try {
  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round += 1) seconds.push(await handover(signal, `${signal}-${process.pid}-${round}`));
    const sorted = seconds.toSorted((a, b) => a - b);
    const shown = sorted.map((each) => each.toFixed(1)).join(" ");
    console.log(
      `${signal}: median ${sorted[Math.floor(rounds / 2)]!.toFixed(1)} s, longest ${sorted.at(-1)!.toFixed(1)} s of ${rounds} (${shown})`,
    );
  }
} finally {
  for (const worker of workers) worker.kill("SIGKILL");
  for (const socket of sockets) socket.destroy();
  silent.close();
  await rm(folder, { recursive: true, force: true });
}

/** Seconds from the signal until the other worker begins the run. */
async function handover(signal: NodeJS.Signals, fleet: string): Promise<number> {
  const config = join(folder, `${fleet}.json`);
  const port = (address as { port: number }).port; // checked above
  const url = `postgres://postgres@127.0.0.1:${port}/x?connect_timeout=3600`;
  await writeFile(config, JSON.stringify({ name: fleet, defaults: { retries: 0 }, targets: [{ name: "silent", url }] }));
  const first = start(config);
  await said(first, "run started");
  const second = start(config);
  await said(second, "started");
  const at = performance.now();
  first.kill(signal);
  await said(second, "run started");
  const seconds = (performance.now() - at) / 1000;
  second.kill("SIGKILL");
  return seconds;
}

function start(config: string): ChildProcess {
  const flags = ["schedule", "--config", config, "--once", "--log", "json", "--grace", "1ms", "--queue-url", queueUrl!];
  const child = spawn(process.execPath, [program, ...flags], { stdio: ["ignore", "ignore", "pipe"] });
  workers.add(child);
  let text = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      if (line.startsWith("{")) child.emit((JSON.parse(line) as { event: string }).event);
      else process.stderr.write(`${line}\n`);
    }
  });
  return child;
}

async function said(child: ChildProcess, event: string): Promise<void> {
  await once(child, event);
}
