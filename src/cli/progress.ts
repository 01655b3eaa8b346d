import type { OnProgress } from "../contract/progress.ts";

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  readonly onProgress: OnProgress;
  /** Clears the line that was being updated. */
  end(): void;
}

/** Least time between two updates of the line. */
const intervalMs = 80;

/** One updating line on a terminal, else one plain line per stage; nothing when `silent` and not on a terminal. */
export function showProgress(stream: ProgressStream, options: { readonly silent: boolean; readonly now: () => number }): Progress {
  if (stream.isTTY) return onTerminal(stream, options.now);
  if (options.silent) return { onProgress: () => {}, end: () => {} };
  const seen = new Set<string>();
  return {
    onProgress: (stage) => {
      if (seen.has(stage)) return;
      seen.add(stage);
      stream.write(`plansmith: ${stage}\n`);
    },
    end: () => {},
  };
}

function onTerminal(stream: ProgressStream, now: () => number): Progress {
  let last: { readonly stage: string; readonly at: number } | null = null;
  const started = new Map<string, { readonly at: number; readonly done: number }>();
  return {
    onProgress: (stage, done, total) => {
      const start = started.get(stage);
      // A stage that counts from the beginning again is timed from there.
      if (!start || done < start.done || done === 0) started.set(stage, { at: now(), done });
      if (last && last.stage === stage && now() - last.at < intervalMs && done !== total) return;
      last = { stage, at: now() };
      const count = total === null ? (done > 0 ? ` ${done}` : "") : ` ${done}/${total}`;
      const left = total === null || !start ? "" : timeLeft(now() - start.at, done - start.done, total - done);
      stream.write(`\r\u001b[K${`${stage}${count}${left}`.slice(0, (stream.columns || 80) - 1)}`);
    },
    end: () => {
      if (last) stream.write("\r\u001b[K");
      last = null;
    },
  };
}

/** A rate over less than this says nothing yet. */
const leastElapsedMs = 2_000;

/** `, about 40 s left` at the rate so far; "" as long as that is a guess. */
function timeLeft(elapsedMs: number, done: number, missing: number): string {
  if (elapsedMs < leastElapsedMs || done <= 0 || missing <= 0) return "";
  const seconds = Math.ceil(((elapsedMs / done) * missing) / 1000);
  return `, about ${seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`} left`;
}
