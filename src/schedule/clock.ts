import { setTimeout as pause } from "node:timers/promises";

/** Time as an argument, so that tests can turn it. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms`, or as soon as the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  wait: (ms, signal) =>
    pause(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    }),
};
