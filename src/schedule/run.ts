import type { Report } from "../domain/report.ts";
import { AdvisorError, type ErrorCode } from "../errors.ts";
import type { KeptReport } from "./child-messages.ts";

/** One run of a target: what is due, since when, and which try it is. */
export interface Run {
  readonly target: string;
  readonly dueAt: Date;
  /** From 1. */
  readonly attempt: number;
}

/** A run that came to its own end. */
export type Ended =
  /** The report was made. `faults`: places it did not reach, and whether it could not be stored; each is in the log. */
  | { readonly kind: "done"; readonly faults: number }
  | { readonly kind: "failed"; readonly error: AdvisorError; readonly mayRetry: boolean };

/** How a run ended. */
export type Outcome =
  | Ended
  /** We were told to stop. */
  | { readonly kind: "aborted" }
  /** Another worker has taken the run over. */
  | { readonly kind: "lost" };

/** What a retry cannot mend: somebody has to change something first. */
const lasting: readonly ErrorCode[] = [
  "CONFIG_INVALID",
  "INPUT_INVALID",
  "PERMISSION_DENIED",
  "EXTENSION_MISSING",
  "DEPENDENCY_MISSING",
  "BACKEND_UNSUPPORTED",
];

/** The outcome that an error stands for. */
export function failure(error: unknown): Ended {
  const known = error instanceof AdvisorError ? error : unexpected(error);
  return { kind: "failed", error: known, mayRetry: !lasting.includes(known.code) };
}

function unexpected(cause: unknown): AdvisorError {
  return new AdvisorError("INTERNAL", cause instanceof Error ? cause.message : String(cause), { cause });
}

/** How long to wait before a further try: `delayMs`, then twice as long each time, at most an hour; null: there is none. */
export function retryDelay(attempt: number, target: { readonly retries: number; readonly retryDelayMs: number }): number | null {
  if (attempt > target.retries) return null;
  return Math.min(target.retryDelayMs * 2 ** (attempt - 1), 3_600_000);
}

/**
 * Runs the audit of a target in a process of its own. `timeoutMs` and the signal end that process. Throws AdvisorError.
 */
export type RunAudit = (
  target: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly onStage: (stage: string) => void },
) => Promise<Report>;

/** Compares a target's report with earlier ones and keeps it. Throws AdvisorError. */
export type KeepReport = (target: string, report: Report, signal: AbortSignal) => Promise<KeptReport>;
