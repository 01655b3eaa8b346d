import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Calibration } from "../calibrate/measure-machine.ts";
import { configFileName } from "../config/load.ts";
import { type MachineConfig, withMachine } from "../config/save-machine.ts";
import { bytes } from "../domain/units.ts";
import { AdvisorError } from "../errors.ts";
import type { ExitCode } from "./errors.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { duration, serverUrl, sizeOrNone } from "./read-flags.ts";
import { openOutput } from "./write-output.ts";

export interface CalibrateFlags {
  readonly url: string;
  readonly time?: string | undefined;
  readonly size?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly config?: string | undefined;
}

const defaultTimeMs = 30_000;
const defaultBytes = 64 * 1024 * 1024;
/** A larger table says nothing more, and takes room that the server's other users may need. */
const mostBytes = 1024 ** 3;

/** Asks, measures, and writes the rates into the configuration file. */
export async function calibrateRun(flags: CalibrateFlags, print: (line: string) => void): Promise<ExitCode> {
  const url = serverUrl("url", flags.url)!; // the flag is required
  const timeMs = duration("time", flags.time) ?? defaultTimeMs;
  const tableBytes = sizeOrNone("size", flags.size) ?? defaultBytes;
  if (tableBytes > mostBytes)
    throw new AdvisorError("INPUT_INVALID", `--size is at most ${bytes(mostBytes)}.`, { hint: "Leave it out: 64 MB say enough." });
  const path = resolve(flags.config ?? configFileName);
  if (!(await agreed(flags, url, { timeMs, tableBytes }))) {
    print("Nothing was done.");
    return 0;
  }
  const interrupt = listenForInterrupt();
  try {
    const { runCalibrate } = await import("../wire-calibrate.ts");
    const stop = () => {
      if (interrupt.signal.aborted) throw new AdvisorError("ABORTED", "The calibration was interrupted; nothing is left on the server.");
    };
    const measured = await runCalibrate(url, { timeMs, tableBytes, clock: () => performance.now(), stop });
    const machine = machineConfig(measured, new Date());
    await (await openOutput(path)).write(await withMachine(path, machine));
    for (const line of calibrationLines(measured, machine)) print(line);
    print(`Saved to ${flags.config ?? configFileName} as review.machine.`);
    return 0;
  } finally {
    interrupt.end();
  }
}

/** A person says yes at the terminal, or `--yes` did. Throws INPUT_INVALID where nobody can be asked. */
async function agreed(flags: CalibrateFlags, url: string, limits: { timeMs: number; tableBytes: number }): Promise<boolean> {
  if (flags.yes) return true;
  const { host, pathname, username } = new URL(url);
  const what = `Make temporary tables of up to ${bytes(4 * limits.tableBytes)} in ${host}${pathname}${username === "" ? "" : ` as ${decodeURIComponent(username)}`} and load it for up to ${limits.timeMs / 1000} s?`;
  if (!process.stdin.isTTY)
    throw new AdvisorError("INPUT_INVALID", "Calibrating loads the server, and nobody is there to ask.", {
      hint: `Say --yes to agree: ${what}`,
    });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${what} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function machineConfig({ rates, serverVersion, tableBytes }: Calibration, now: Date): MachineConfig {
  const rounded = Object.fromEntries(Object.entries(rates).map(([work, rate]) => [work, Number((rate / 1e6).toPrecision(3))]));
  return {
    measured: `measured ${now.toISOString().slice(0, 10)} on PostgreSQL ${serverVersion.split(" ")[0]}, a temporary table of ${bytes(tableBytes)}`,
    megabytesPerSecond: { scan: rates.scan / 1e6, ...rounded },
  };
}

function calibrationLines({ unmeasured }: Calibration, machine: MachineConfig): string[] {
  return [
    `Durations as ${machine.measured}:`,
    ...Object.entries(machine.megabytesPerSecond).map(
      ([work, rate]) => `  ${work.padEnd(18)} ${String(rate).padStart(8)} MB of table a second`,
    ),
    ...(unmeasured.length === 0
      ? []
      : [`Not measured: ${unmeasured.join(", ")}. The usual proportion to a scan is taken; more --time may measure it.`]),
    "A temporary table writes no WAL and is built by one process: builds and rewrites of ordinary tables may be slower or faster.",
  ];
}
