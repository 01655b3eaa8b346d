import { createHash } from "node:crypto";
import type { ReportFormat } from "../render/index.ts";
import type { Message } from "./message.ts";
import type { Occasion } from "./place.ts";

/** What is on its way to a place: a report, or a notice that a target's runs fail or that they work again. */
export interface Parcel {
  readonly kind: "report" | "failure" | "recovery";
  readonly occasion: Occasion;
  readonly message: Message;
  /** For programs: bounded, names and figures, no SQL text but in titles. */
  readonly facts: object;
  /** The same when the same run is delivered to the same place again: receivers can tell repeats by it. */
  readonly id: string;
  render(format: ReportFormat): string;
}

/** How one try ended. */
export type Sent =
  | { readonly ok: true; readonly where: string }
  /** `retryAfterMs`: the receiver's own wish; null: none. */
  | { readonly ok: false; readonly why: string; readonly mayRetry: boolean; readonly retryAfterMs: number | null };

/** For `Parcel.id`: 32 hex digits. */
export function parcelId({ target, dueAt }: Occasion, destination: string, kind: Parcel["kind"]): string {
  return createHash("sha256")
    .update(JSON.stringify([target, dueAt.toISOString(), destination, ...(kind === "report" ? [] : [kind])]))
    .digest("hex")
    .slice(0, 32);
}
