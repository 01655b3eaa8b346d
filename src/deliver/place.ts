/** What a delivery is about. */
export interface Occasion {
  readonly target: string;
  readonly dueAt: Date;
  readonly timeZone: string;
}

/** A path or an argument with `{target}`, `{date}` (2026-11-21) and `{time}` (0230) filled in, in the target's time zone. */
export function fillPlace(template: string, { target, dueAt, timeZone }: Occasion): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone,
    calendar: "iso8601",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(dueAt);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  const values: Readonly<Record<string, string>> = {
    target,
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}${part("minute")}`,
  };
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
