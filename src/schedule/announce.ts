import type { FleetDestination } from "../config/fleet.ts";
import { type Notice, noticeParcel } from "../deliver/notice-parcel.ts";
import { send } from "../deliver/send.ts";
import type { AttemptTools, ReadyTarget } from "./attempt.ts";
import type { Ended, Run } from "./run.ts";
import type { Notices } from "./state.ts";

export interface Announcement {
  readonly run: Run;
  readonly target: ReadyTarget;
  /** Of the run's last try. */
  readonly outcome: Ended;
  readonly tools: AttemptTools;
  readonly notices: Notices;
  readonly signal: AbortSignal;
}

/**
 * Tells each place of a target when its runs begin to fail and when they work again, once each. A place that the notice did not reach is
 * told at the next run. Nothing is thrown for that, only for notices that cannot be read or written.
 */
export async function announce(announcement: Announcement): Promise<void> {
  const places = announcement.target.destinations.filter(({ notifyFailures }) => notifyFailures);
  await Promise.all(places.map((place) => tell(place, announcement)));
}

async function tell({ key, destination }: FleetDestination, { run, target, outcome, tools, notices, signal }: Announcement): Promise<void> {
  const since = await notices.failingSince(target.name, key);
  const notice = noticeOf(outcome, { since, attempts: run.attempt, mask: tools.mask });
  if (notice === null) return;
  const occasion = { target: target.name, dueAt: run.dueAt, timeZone: target.timeZone };
  const say = (level: "info" | "error", event: string, message: string) =>
    tools.log({
      level,
      event,
      target: target.name,
      dueAt: run.dueAt.toISOString(),
      message,
      facts: { to: destination.to, destination: key },
    });
  try {
    const parcel = noticeParcel(occasion, key, notice);
    const sent = await send(destination, parcel, { signal, print: tools.print, wait: tools.clock.wait });
    if (!sent.ok) return say("error", "notice failed", `notice of ${notice.kind} not delivered to ${destination.to}: ${sent.why}`);
    say("info", "notice", `notice of ${notice.kind} delivered to ${destination.to}: ${sent.where}`);
  } catch (error) {
    if (!signal.aborted) throw error;
    return say("error", "notice failed", `notice of ${notice.kind} not delivered to ${destination.to}: the schedule was stopped`);
  }
  await notices.recordNotice(target.name, key, notice.kind === "failure" ? run.dueAt : null);
}

interface Known {
  readonly since: Date | null;
  readonly attempts: number;
  readonly mask: (text: string) => string;
}

/** Null: the place knows it already. */
function noticeOf(outcome: Ended, { since, attempts, mask }: Known): Notice | null {
  if (outcome.kind === "done") return since === null ? null : { kind: "recovery", since };
  if (since !== null) return null;
  const { code, message, hint } = outcome.error;
  // What a bug says may hold anything that the audit had read.
  if (code === "INTERNAL")
    return {
      kind: "failure",
      code,
      why: "The audit ended in a way that was not foreseen.",
      remedy: "The schedule's log has more.",
      attempts,
    };
  return { kind: "failure", code, why: mask(message), remedy: hint === null ? null : mask(hint), attempts };
}
