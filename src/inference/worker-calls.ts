import type { Worker } from "node:worker_threads";

interface Numbered {
  readonly id: number;
}
/** What stands for the reply of a worker that is gone. */
export type Lost = Numbered & { readonly kind: "error"; readonly message: string };

/**
 * Questions to a worker that answers each by its number. `ask` gives the reply, or Lost when the worker fails or ends first; the worker
 * keeps the process alive only while a reply is waited for.
 */
export function workerCalls<Reply extends Numbered>(worker: Worker): { ask(request: object): Promise<Reply | Lost> } {
  let next = 0;
  const waiting = new Map<number, (reply: Reply | Lost) => void>();
  worker.on("message", (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  // A message to a worker that is gone is never answered.
  let lost: string | null = null;
  const fail = (message: string) => {
    lost ??= message;
    for (const [id, answer] of waiting) answer({ id, kind: "error", message });
    waiting.clear();
  };
  worker.on("error", (error) => fail(error.message));
  worker.on("exit", () => fail("the worker ended"));
  worker.unref();
  return {
    async ask(request) {
      const id = next++;
      if (lost !== null) return { id, kind: "error", message: lost };
      worker.ref();
      try {
        return await new Promise<Reply | Lost>((resolve) => {
          waiting.set(id, resolve);
          worker.postMessage({ id, ...request });
        });
      } finally {
        if (waiting.size === 0) worker.unref();
      }
    },
  };
}

/** A worker's first message, or why there is none. Its listeners go one by one: removing all would take the worker's own, and no message would come again. */
export function firstMessage<Ready extends { readonly kind: string }>(
  worker: Worker,
  timeoutMs: number,
): Promise<Ready | { readonly kind: "refused"; readonly message: string }> {
  return new Promise((resolve) => {
    const settle = (ready: Ready | { readonly kind: "refused"; readonly message: string }) => {
      clearTimeout(timer);
      worker.off("message", settle).off("error", failed).off("exit", ended);
      resolve(ready);
    };
    const failed = (error: Error) => settle({ kind: "refused", message: (error.message.split("\n")[0] ?? "").slice(0, 200) });
    const ended = () => settle({ kind: "refused", message: "the worker ended" });
    const timer = setTimeout(() => settle({ kind: "refused", message: `not loaded within ${timeoutMs / 1000} s` }), timeoutMs);
    worker.on("message", settle).on("error", failed).on("exit", ended);
  });
}
