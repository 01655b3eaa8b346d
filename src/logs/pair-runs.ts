import type { LogRecord } from "./log-record.ts";
import { type RunRecord, toldBy } from "./read-run.ts";

/** Sessions whose last message may still be completed by the next one. */
const openSessions = 1000;

interface Waiting {
  /** What is known of the execution by now. */
  readonly kind: "text" | "plan" | "run";
  readonly run: RunRecord;
}

/**
 * Executions out of messages, each once. log_statement writes the text before, its duration behind; auto_explain writes its plan when
 * the executor ends, which is before the duration in the simple protocol and behind it in the extended one. What gets no other half is
 * given as it is; `end` gives the rest.
 */
export function pairedRuns(give: (run: RunRecord) => void): { take(record: LogRecord): void; end(): void } {
  const waiting = new Map<string, Waiting>();
  const settle = (session: string) => {
    const left = waiting.get(session);
    waiting.delete(session);
    if (left) give(left.run);
  };
  const wait = (session: string, next: Waiting) => {
    settle(session);
    waiting.set(session, next);
    // The one that waits longest is never completed: its session ended.
    if (waiting.size > openSessions) settle(waiting.keys().next().value!);
  };
  return {
    take(record) {
      const told = toldBy(record);
      if (told.kind === "nothing") return;
      const session = record.session ?? "";
      const before = waiting.get(session);
      if (told.kind === "duration") {
        if (before?.kind !== "text") return;
        waiting.delete(session);
        give({ ...before.run, durationMs: told.durationMs });
        return;
      }
      if (!before || !isOtherHalf(before.kind, told.kind) || before.run.sql !== told.run.sql) {
        wait(session, told);
        return;
      }
      const run = told.kind === "plan" ? joined(before.run, told.run) : joined(told.run, before.run);
      waiting.delete(session);
      // Its duration is still to come.
      if (before.kind === "text") waiting.set(session, { kind: "text", run });
      else give(run);
    },
    end() {
      for (const session of waiting.keys()) settle(session);
    },
  };
}

function isOtherHalf(before: Waiting["kind"], after: Waiting["kind"]): boolean {
  return before === "plan" ? after === "run" : after === "plan";
}

/** Two messages of one execution: the plan is in one of them, and the values in one or both. */
function joined(execution: RunRecord, explained: RunRecord): RunRecord {
  const { parameters } = Object.keys(execution.parameters ?? {}).length > 0 ? execution : explained;
  return { ...execution, durationMs: execution.durationMs ?? explained.durationMs, parameters, plan: explained.plan };
}
