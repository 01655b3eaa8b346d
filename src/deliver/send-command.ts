import { spawn } from "node:child_process";
import type { Destination } from "../config/fleet-schema.ts";
import { withDeadline } from "../deadline.ts";
import type { Parcel, Sent } from "./parcel.ts";
import { fillPlace } from "./place.ts";

type CommandPlace = Extract<Destination, { to: "command" }>;

const mostWords = 2_000;

/** Gives the report or the notice, told apart by PLANSMITH_EVENT, to a program on its standard input. The program is run by its name and arguments; there is no shell between. */
export async function sendCommand(place: CommandPlace, parcel: Parcel, signal: AbortSignal): Promise<Sent> {
  const [program = "", ...words] = place.command.map((each) => fillPlace(each, parcel.occasion));
  const text = parcel.render(place.format);
  const run = (deadline: AbortSignal) =>
    new Promise<{ readonly why: string | null }>((resolve) => {
      const child = spawn(program, words, {
        stdio: ["pipe", "ignore", "pipe"],
        shell: false,
        env: { ...process.env, PLANSMITH_EVENT: parcel.kind },
        signal: deadline,
        killSignal: "SIGKILL",
      });
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => {
        said = `${said}${chunk.toString("utf8")}`.slice(-mostWords);
      });
      child.once("error", (error: NodeJS.ErrnoException) =>
        resolve({
          why:
            error.name === "AbortError" ? `took longer than ${place.timeout / 1000} s` : `cannot be run (${error.code ?? "unknown error"})`,
        }),
      );
      child.once("close", (code, killed) => {
        const words = said.trim().split("\n").at(-1) ?? "";
        resolve({ why: code === 0 ? null : `ended with ${killed ?? code}${words === "" ? "" : `: ${words.slice(0, 200)}`}` });
      });
      // A program that does not read to the end is judged by its exit code.
      child.stdin.on("error", () => undefined);
      child.stdin.end(text);
    });
  const ended = await withDeadline(signal, place.timeout, run);
  if (signal.aborted) throw signal.reason;
  if (ended.why === null) return { ok: true, where: program };
  return { ok: false, why: `${program} ${ended.why}`, mayRetry: true, retryAfterMs: null };
}
