/** What a failed exchange over HTTP says: whether it may pass, when, and why it failed. */

/** Milliseconds that a `Retry-After` header asks to wait, a number of seconds or a date; null without one. RFC 9110, 10.2.3. */
export function retryAfterMs(headers: Headers): number | null {
  const header = headers.get("retry-after")?.trim() ?? "";
  if (header === "") return null;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : null;
}

/** True for an answer that another try may change: the server is busy, restarts, or met a time limit of its own. RFC 9110, 15; RFC 6585, 4; RFC 8470, 5.2. */
export function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** Why a `fetch` failed, in a few words: the system's code where there is one (`fetch failed` says nothing), never the address. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "no connection";
  return `not reached (${code})`;
}
