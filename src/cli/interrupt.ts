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
  const controller = new AbortController();
  const listener = () => {
    if (controller.signal.aborted) process.exit(killedByInterrupt);
    process.stderr.write("\nplansmith: stopping; press Ctrl-C again to quit at once\n");
    controller.abort(
      new AdvisorError("ABORTED", "Interrupted before anything could be reported.", { hint: "Run it again, or give it a --time-budget." }),
    );
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
