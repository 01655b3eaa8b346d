import { AdvisorError } from "../errors.ts";

/** Decides when a run must end early: Ctrl-C or the time budget. */
export interface Stop {
  /** Throws AdvisorError ABORTED once the run should end. */
  check(): void;
  /** Lets what was proved so far be chosen from and written down: stopping again takes this many ms more. */
  grace(ms: number): void;
}

export function stopWhen(signal: AbortSignal, timeBudgetMs: number | null): Stop {
  let deadline = timeBudgetMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeBudgetMs;
  let graceUntil = 0;
  return {
    check() {
      const now = performance.now();
      if (now < graceUntil) return;
      if (signal.aborted) throw new AdvisorError("ABORTED", "Stopped by the user.");
      if (now > deadline)
        throw new AdvisorError("ABORTED", `The time budget of ${Math.round((timeBudgetMs ?? 0) / 1000)} s is used up.`, {
          hint: "Give more with --time-budget, or look at fewer statements with --top.",
        });
    },
    grace(ms) {
      graceUntil = performance.now() + ms;
      deadline = graceUntil;
    },
  };
}
