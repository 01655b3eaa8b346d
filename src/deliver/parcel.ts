import { createHash } from "node:crypto";
import type { Report } from "../domain/report.ts";
import type { ReportFormat } from "../render/index.ts";
import type { Changes } from "./changes.ts";
import type { Message } from "./message.ts";
import type { Occasion } from "./place.ts";

/** A report on its way, with all that a place may want of it. */
export interface Parcel {
  readonly occasion: Occasion;
  readonly report: Report;
  readonly changes: Changes;
  readonly message: Message;
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
export function parcelId({ target, dueAt }: Occasion, destination: string): string {
  return createHash("sha256")
    .update(JSON.stringify([target, dueAt.toISOString(), destination]))
    .digest("hex")
    .slice(0, 32);
}
