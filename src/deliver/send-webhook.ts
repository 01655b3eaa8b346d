import type { Destination } from "../config/fleet-schema.ts";
import { withDeadline } from "../deadline.ts";
import { mayPass, networkReason, retryAfterMs } from "../http-retry.ts";
import type { Parcel, Sent } from "./parcel.ts";
import { slackPayload } from "./slack.ts";

type WebhookPlace = Extract<Destination, { to: "webhook" }>;

/** A receiver may not put us off for longer than this. */
const longestWishMs = 300_000;

/** Posts the main figures and changes. The URL is a secret: of it, only the host is ever told. */
export async function sendWebhook(place: WebhookPlace, parcel: Parcel, signal: AbortSignal): Promise<Sent> {
  if (!URL.canParse(place.url) || !/^https?:$/.test(new URL(place.url).protocol))
    return { ok: false, why: "the webhook's address is no http(s) URL", mayRetry: false, retryAfterMs: null };
  const { host } = new URL(place.url);
  const body = JSON.stringify(place.payload === "slack" ? slackPayload(parcel.message) : parcel.facts);
  let response: Response;
  try {
    response = await withDeadline(signal, place.timeout, async (deadline) => {
      const answer = await fetch(place.url, {
        method: "POST",
        headers: { "user-agent": "plansmith", ...place.headers, "content-type": "application/json", "idempotency-key": parcel.id },
        body,
        // A redirect would send the report, and the headers, somewhere that nobody named.
        redirect: "manual",
        signal: deadline,
      });
      await answer.body?.cancel();
      return answer;
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const why =
      error instanceof Error && error.name === "TimeoutError" ? `no answer within ${place.timeout / 1000} s` : networkReason(error);
    return { ok: false, why: `${host}: ${why}`, mayRetry: true, retryAfterMs: null };
  }
  if (response.ok) return { ok: true, where: host };
  const { status } = response;
  const wishMs = retryAfterMs(response.headers);
  return {
    ok: false,
    why: `${host} answered HTTP ${status}`,
    mayRetry: mayPass(status),
    retryAfterMs: wishMs === null ? null : Math.min(wishMs, longestWishMs),
  };
}
