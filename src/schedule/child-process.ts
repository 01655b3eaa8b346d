import { fork } from "node:child_process";
import { AdvisorError } from "../errors.ts";
import { advisorError, type ChildAnswer, type ChildRequest } from "./child-messages.ts";

export interface ChildOptions {
  /** The program of the child: a JavaScript file. */
  readonly program: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onStage?: (stage: string) => void;
}

/** A child that was told to end may still close its connections and remove its files. */
const graceMs = 5_000;

type FinalAnswer = Exclude<ChildAnswer, { kind: "stage" }>;

/**
 * Asks a new process for one thing and ends it. An audit computes for minutes and cannot be interrupted between two statements of ours:
 * only a process of its own can be ended whatever it does. Throws what the child threw, CONNECTION_FAILED after `timeoutMs`, ABORTED,
 * and INTERNAL for a child that dies.
 */
export async function askChild(request: ChildRequest, options: ChildOptions): Promise<FinalAnswer> {
  const child = fork(options.program, [], {
    // Nothing but the answer comes back: what libraries print is not the schedule's output.
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
    execArgv: [],
  });
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk.toString("utf8")}`.slice(-2_000);
  });
  const gone = new Promise<void>((done) => {
    child.once("exit", () => done());
    child.once("error", () => done()); // could not be started
  });
  let kill: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill("SIGTERM");
    kill ??= setTimeout(() => child.kill("SIGKILL"), graceMs);
  };
  try {
    return await new Promise<FinalAnswer>((resolve, reject) => {
      const timeout = setTimeout(() => reject(tookTooLong(options.timeoutMs)), options.timeoutMs);
      const abort = () => reject(new AdvisorError("ABORTED", "The run was stopped."));
      options.signal.addEventListener("abort", abort, { once: true });
      const settle = () => {
        clearTimeout(timeout);
        options.signal.removeEventListener("abort", abort);
      };
      child.on("message", (message) => {
        const answer = message as ChildAnswer; // our own program's
        if (answer.kind === "stage") return options.onStage?.(answer.stage);
        settle();
        if (answer.kind === "failed") reject(advisorError(answer.error));
        else resolve(answer);
      });
      void gone.then(() => {
        settle();
        reject(died(child.exitCode, child.signalCode, lastWords));
      });
      if (options.signal.aborted) return abort();
      // A child that is gone already is told of by its exit.
      child.send(request, () => undefined);
    });
  } finally {
    end();
    await gone;
    clearTimeout(kill);
  }
}

function tookTooLong(timeoutMs: number): AdvisorError {
  return new AdvisorError("CONNECTION_FAILED", `The run took longer than ${timeoutMs / 1000} s and was ended.`, {
    hint: 'Give the target a longer "timeout", or its audit a "timeBudgetMs" within which it reports what it has.',
  });
}

function died(code: number | null, signal: string | null, lastWords: string): AdvisorError {
  const said = lastWords.trim().split("\n").at(-1) ?? "";
  return new AdvisorError(
    "INTERNAL",
    `The process of the audit ended ${signal === null ? `with ${code ?? "an error at its start"}` : `by ${signal}`}${said === "" ? "" : `: ${said.slice(0, 300)}`}.`,
    { hint: "Ended by SIGKILL it had too little memory; else this is a bug in Plansmith." },
  );
}
