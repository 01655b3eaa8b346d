import { AdvisorError } from "../errors.ts";

/** Something at a server that may be over soon. */
export class TryAgain extends Error {
  /** What the server asks to wait; null: it did not say. Infinity: waiting is no use. */
  readonly afterMs: number | null;

  constructor(message: string, afterMs: number | null, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.afterMs = afterMs;
  }
}

/** Tries of one request that the server fails or puts off. */
export const mostTries = 3;
/** A server that asks to wait longer is not waited for. */
const longestWaitMs = 30_000;
/** Then four times as long: a server that restarts is back, one that is gone is soon given up. */
const usualFirstWaitMs = 250;

export interface Persistence {
  /** What is thrown when it stays so; `tries`: how often it was tried. */
  readonly gaveUp: (last: TryAgain, tries: number) => AdvisorError;
  readonly signal?: AbortSignal | undefined;
  readonly firstWaitMs?: number | undefined;
}

/** What `work` gives, tried again where it throws TryAgain. Throws what `gaveUp` says, and ABORTED when told to stop. */
export async function persistently<T>(work: () => Promise<T>, { gaveUp, signal, firstWaitMs = usualFirstWaitMs }: Persistence): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw new AdvisorError("ABORTED", "The model was told to stop.");
      if (!(error instanceof TryAgain)) throw error;
      const waitMs = error.afterMs ?? firstWaitMs * 4 ** (tries - 1);
      if (tries === mostTries || waitMs > longestWaitMs) throw gaveUp(error, tries);
      await pause(waitMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => [clearTimeout(timer), resolve()], { once: true });
  });
}
