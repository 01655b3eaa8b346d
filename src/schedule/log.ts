/** What a schedule tells while it runs. */
export interface FleetEvent {
  readonly level: "info" | "warning" | "error";
  /** One word or two, the same for every event of a kind: what a log search asks for. */
  readonly event: string;
  readonly target?: string;
  /** ISO 8601. */
  readonly dueAt?: string;
  readonly message: string;
  /** More of it, for programs. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}
export type Log = (event: FleetEvent) => void;

export interface LogOptions {
  readonly format: "text" | "json";
  readonly now: () => Date;
  /** Hides secrets in a text. */
  readonly mask: (text: string) => string;
  readonly write: (line: string) => void;
}

/** One line per event: words for people, or one JSON object. */
export function lineLog({ format, now, mask, write }: LogOptions): Log {
  return ({ level, event, target, dueAt, message, facts }) => {
    const time = now().toISOString();
    if (format === "json") return write(mask(JSON.stringify({ time, level, event, target, dueAt, message, ...facts })));
    const words = [time, ...(level === "info" ? [] : [`${level}:`]), ...(target === undefined ? [] : [`${target}:`]), message];
    // An event is one line, whatever a driver's message holds.
    write(mask(words.join(" ").replaceAll(/\s*\n\s*/g, " ")));
  };
}
