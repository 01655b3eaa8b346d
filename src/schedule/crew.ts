import { plural } from "../domain/units.ts";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** A run at work in this process. */
export interface Member {
  readonly target: string;
  readonly database: string;
}

/** The runs at work in this process, and the waiting for them. */
export interface Crew {
  readonly size: number;
  readonly members: readonly Member[];
  /** `work` answers for its errors; one that escapes ends the schedule at the next `wait`. */
  begin(member: Member, work: (signal: AbortSignal) => Promise<void>): void;
  /** Resolves after `ms`, when a run ends or when the schedule is told to stop. */
  wait(ms: number): Promise<void>;
  /** Lets runs end within the grace, then aborts them, and says so. */
  windDown(): Promise<void>;
}

export interface CrewOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: AbortSignal;
  readonly graceMs: number;
}

/** An empty crew. */
export function openCrew({ clock, log, stop, graceMs }: CrewOptions): Crew {
  const working = new Map<Member, AbortController>();
  /** Aborted when a run ends, or when it is time to stop. */
  let ended = new AbortController();
  let fault: { readonly error: unknown } | null = null;

  stop.addEventListener("abort", () => ended.abort(), { once: true });

  const sleep = async (ms: number) => {
    await clock.wait(ms, ended.signal);
    if (ended.signal.aborted) ended = new AbortController();
    if (fault !== null) throw fault.error;
  };
  const names = () => [...working.keys()].map(({ target }) => target).sort();

  return {
    get size() {
      return working.size;
    },
    get members() {
      return [...working.keys()];
    },
    begin(member, work) {
      const controller = new AbortController();
      working.set(member, controller);
      void work(controller.signal)
        .catch((error: unknown) => {
          fault = { error };
        })
        .finally(() => {
          working.delete(member);
          ended.abort();
        });
    },
    wait: sleep,
    async windDown() {
      if (working.size > 0)
        log({
          level: "info",
          event: "stopping",
          message: `${plural(working.size, "run")} may take up to ${graceMs / 1000} s more: ${names().join(", ")}`,
        });
      const until = clock.now().getTime() + graceMs;
      let aborted = false;
      while (working.size > 0) {
        const left = until - clock.now().getTime();
        if (left <= 0 && !aborted) {
          log({ level: "warning", event: "stopping", message: `the time is over; aborting ${names().join(", ")}` });
          for (const controller of working.values()) controller.abort();
          aborted = true;
        }
        await sleep(aborted ? 1_000 : left);
      }
    },
  };
}
