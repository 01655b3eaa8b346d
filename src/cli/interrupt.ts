import { AdvisorError } from "../errors.ts";

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  end(): void;
}

/** 128 + SIGINT, as a shell reports a process that Ctrl-C killed. */
const killedByInterrupt = 130;

/** The first Ctrl-C (or SIGTERM) aborts the signal, so that what is proved can still be printed; the second ends the process at once. */
export function listenForInterrupt(): Interrupt {
  return listenForStop(() => {
    process.stderr.write("\nplansmith: stopping; press Ctrl-C again to quit at once\n");
    return new AdvisorError("ABORTED", "Interrupted before anything could be reported.", {
      hint: "Run it again, or give it a --time-budget.",
    });
  });
}

/** The same for a command that stops in its own way: `onFirst` is told the first signal's name and gives the reason to abort with. */
export function listenForStop(onFirst: (name: NodeJS.Signals) => unknown): Interrupt {
  const controller = new AbortController();
  const listener = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(killedByInterrupt);
    controller.abort(onFirst(name));
  };
  const names = ["SIGINT", "SIGTERM"] as const;
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    end: () => {
      for (const name of names) process.off(name, listener);
    },
  };
}
