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
const mostTries = 3;
/** A server that asks to wait longer is not waited for. */
const longestWaitMs = 30_000;
/** Then 1 s: a server that restarts is back, one that is gone is soon given up. */
const firstWaitMs = 250;

/** What `work` gives, tried again where it throws TryAgain. Throws MODEL_UNAVAILABLE naming the server when it stays so, ABORTED when told. */
export async function persistently<T>(work: () => Promise<T>, server: string, signal?: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw new AdvisorError("ABORTED", "The model was told to stop.");
      if (!(error instanceof TryAgain)) throw error;
      const waitMs = error.afterMs ?? firstWaitMs * 4 ** (tries - 1);
      if (tries === mostTries || waitMs > longestWaitMs)
        throw new AdvisorError("MODEL_UNAVAILABLE", `The model server at ${server} did not answer: ${error.message}.`, {
          hint: "Check that it runs and has the model: plansmith models --check",
          cause: error,
        });
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

/** Ms that a `Retry-After` header asks for: seconds, or a date. Null without one. RFC 9110, 10.2.3. */
export function retryAfterMs(headers: Headers): number | null {
  const header = headers.get("retry-after");
  if (header === null) return null;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null;
}

/** A failed `fetch` in a few words: the system's code where there is one. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : null;
  return code ?? (error instanceof Error ? (error.message.split("\n")[0] ?? "").slice(0, 120) : "unknown error");
}
