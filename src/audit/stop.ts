import { AdvisorError } from "../errors.ts";

/** Decides when a run must end early: Ctrl-C or the time budget. */
export interface Stop {
  /** Throws AdvisorError ABORTED once the run should end. */
  check(): void;
  /** From now on what was found so far is chosen from and written down: `check` throws only this many ms after the stop. */
  allowAfter(ms: number): void;
  /** Ms since the run should have ended; 0 while it need not. */
  overdueMs(): number;
  /** Why the run should end, null while it need not. */
  reason(): AdvisorError | null;
}

export function stopWhen(signal: AbortSignal, timeBudgetMs: number | null): Stop {
  const deadline = timeBudgetMs === null ? Number.POSITIVE_INFINITY : performance.now() + timeBudgetMs;
  let allowedMs = 0;
  let abortedAt: number | null = null;
  const overdueMs = () => {
    const now = performance.now();
    if (signal.aborted) abortedAt ??= now;
    // Aborted this very moment is overdue too.
    return Math.max(signal.aborted ? Number.MIN_VALUE : 0, now - Math.min(deadline, abortedAt ?? Number.POSITIVE_INFINITY));
  };
  const reason = () => {
    if (overdueMs() === 0) return null;
    if (signal.aborted) return new AdvisorError("ABORTED", "Stopped by the user.");
    return new AdvisorError("ABORTED", `The time budget of ${Math.round((timeBudgetMs ?? 0) / 1000)} s is used up.`, {
      hint: "Give more with --time-budget, or look at fewer statements with --top.",
    });
  };
  return {
    check() {
      const why = overdueMs() > allowedMs ? reason() : null;
      if (why) throw why;
    },
    allowAfter(ms) {
      // Counted from now, not from a stop that came earlier.
      allowedMs = overdueMs() + ms;
    },
    overdueMs,
    reason,
  };
}
