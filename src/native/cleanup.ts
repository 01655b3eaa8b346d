import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { rmSync } from "node:fs";

/** Programs on one directory, which goes with them: on `stop`, when this process ends, and when a signal tells it to. */
export interface Cleanup {
  /** In a session of its own: Ctrl-C reaches every process of the terminal's group, and the partial report still needs the planner. */
  start(program: string, arguments_: readonly string[], options: SpawnOptions): ChildProcess;
  stop(): Promise<void>;
}

const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What to end and erase when this process ends: state of the process, as its signal handlers are. */
const open = new Set<() => void>();

/** Nothing in the directory is worth an orderly end. */
export function cleanedUp(directory: string): Cleanup {
  let child: ChildProcess | null = null;
  let ended: Promise<void> = Promise.resolve();
  const erase = () => rmSync(directory, { recursive: true, force: true });
  const atOnce = () => {
    child?.kill("SIGQUIT"); // immediate shutdown
    erase();
  };
  listen(atOnce);
  return {
    start(program, arguments_, options) {
      const started = spawn(program, [...arguments_], { ...options, detached: true });
      child = started;
      ended = new Promise((resolve) => {
        started.once("exit", () => resolve());
        started.once("error", () => resolve());
      });
      return started;
    },
    async stop() {
      child?.kill("SIGQUIT");
      await ended;
      erase();
      forget(atOnce);
    },
  };
}

function listen(atOnce: () => void): void {
  if (open.size === 0) {
    process.on("exit", endAll);
    for (const signal of endingSignals) process.on(signal, onSignal);
  }
  open.add(atOnce);
}

function forget(atOnce: () => void): void {
  open.delete(atOnce);
  if (open.size > 0) return;
  process.off("exit", endAll);
  for (const signal of endingSignals) process.off(signal, onSignal);
}

function endAll(): void {
  for (const each of open) {
    each();
    forget(each);
  }
}

function onSignal(signal: NodeJS.Signals): void {
  // Somebody else listens and decides when this process ends.
  if (process.listenerCount(signal) > 1) return;
  endAll();
  process.kill(process.pid, signal); // as if nobody had listened
}
