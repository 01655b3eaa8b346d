import type { Destination } from "../config/fleet-schema.ts";
import { AdvisorError, errorLine } from "../errors.ts";
import type { Parcel, Sent } from "./parcel.ts";
import { sendCommand } from "./send-command.ts";
import { sendEmail } from "./send-email.ts";
import { sendFile } from "./send-file.ts";
import { sendWebhook } from "./send-webhook.ts";

export interface SendOptions {
  readonly signal: AbortSignal;
  /** Standard output. */
  readonly print: (text: string) => void;
  /** Waits between two tries. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Before the second try; each later one waits four times as long. */
const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

/** True where a repeat replaces what came first. */
export function isRepeatable({ to }: Destination): boolean {
  return to === "file" || to === "command";
}

/**
 * Sends a parcel to one place, with further tries where the place says that it may yet work. An error of a place is a failure to reach it:
 * one place does not keep the others from theirs. Rejects only when the signal ends it.
 */
export async function send(destination: Destination, parcel: Parcel, options: SendOptions): Promise<Sent> {
  try {
    return await sendWithRetries(destination, parcel, options);
  } catch (error) {
    if (options.signal.aborted || !(error instanceof AdvisorError)) throw error;
    return { ok: false, why: errorLine(error), mayRetry: false, retryAfterMs: null };
  }
}

async function sendWithRetries(destination: Destination, parcel: Parcel, options: SendOptions): Promise<Sent> {
  const retries = "retries" in destination ? destination.retries : 0;
  for (let attempt = 0; ; attempt += 1) {
    const sent = await sendOnce(destination, parcel, options);
    if (sent.ok || !sent.mayRetry || attempt >= retries) return sent;
    await options.wait(sent.retryAfterMs ?? Math.min(firstDelayMs * 4 ** attempt, longestDelayMs), options.signal);
    options.signal.throwIfAborted();
  }
}

async function sendOnce(destination: Destination, parcel: Parcel, { signal, print }: SendOptions): Promise<Sent> {
  switch (destination.to) {
    case "file":
      return sendFile(destination, parcel);
    case "stdout":
      print(parcel.render(destination.format));
      return { ok: true, where: "standard output" };
    case "webhook":
      return sendWebhook(destination, parcel, signal);
    case "email":
      return sendEmail(destination, parcel);
    case "command":
      return sendCommand(destination, parcel, signal);
    default:
      return destination satisfies never;
  }
}
