/**
 * Runs `work` with a signal that is aborted with the given one (null: none), or with a TimeoutError after `ms`. Not by AbortSignal.any and
 * AbortSignal.timeout: in Node 20 the garbage collector may take the timeout's signal, and the time never comes (met under load).
 */
export async function withDeadline<T>(signal: AbortSignal | null, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException(`It took longer than ${ms} ms.`, "TimeoutError")), ms);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
