/** Dates at which something ends or clocks are moved (New York and Berlin, 2024; leap day; ISO week 53). */
export const oddTimes = [
  "2024-03-10 02:30:00",
  "2024-03-10 00:00:00",
  "2024-03-11 00:00:00",
  "2024-11-03 01:30:00",
  "2024-11-03 23:30:00",
  "2024-11-04 00:00:00",
  "2024-03-31 02:30:00",
  "2024-02-29 12:00:00",
  "2024-01-31 23:59:59.999999",
  "2024-02-01 00:00:00",
  "2021-01-03 08:00:00",
  "2023-12-31 23:59:59.999999",
  "2024-01-01 00:00:00",
];

const dayMs = 86_400_000;
const stamp = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?/;

/** Milliseconds since 1970 of a written date or time, zones ignored; null when it is none. */
export function timeOf(text: string): number | null {
  const found = stamp.exec(text);
  if (!found) return null;
  const [, year, month, day = "1", hour = "0", minute = "0", second = "0"] = found;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return Number.isFinite(time) ? time : null;
}

/** What tells `= day`, `between`, `< next day` and their like apart: the moment itself, just before it, and the units around it. */
export function timesAround(text: string): string[] {
  if (/^\d{4}$/.test(text)) return yearEdges(Number(text));
  const time = timeOf(text);
  if (time === null) return [];
  const midnight = Math.floor(time / dayMs) * dayMs;
  const date = new Date(time);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const edges = [time, midnight, midnight + dayMs, Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
  const hour = Math.floor(time / 3_600_000) * 3_600_000;
  return [
    ...edges.flatMap((edge) => [written(edge), justBefore(edge)]),
    written(midnight + 43_200_000),
    written(time + 1000),
    written(time - 1000),
    written(hour + 3_600_000),
    written(midnight - dayMs),
    written(Date.UTC(year + 1, month, date.getUTCDate())),
    written(Date.UTC(year - 1, month, date.getUTCDate())),
    ...yearEdges(year),
  ];
}

/** `extract(year …) = 2024`, and months of it. */
function yearEdges(year: number): string[] {
  if (year < 1900 || year > 2200) return [];
  return [
    `${year}-01-01 00:00:00`,
    `${year - 1}-12-31 23:59:59.999999`,
    `${year}-12-31 00:00:00`,
    `${year}-12-31 12:00:00`,
    `${year}-12-31 23:59:59.999999`,
    `${year + 1}-01-01 00:00:00`,
  ];
}

/** A moment moved by an interval, both ways, and the days after it: months are of unequal length. */
export function timesShifted(text: string, interval: string): string[] {
  const time = timeOf(text);
  const found = /^\s*([+-]?\d+)\s*([a-z]+)/i.exec(interval);
  if (time === null || !found) return [];
  const [count, unit] = [Number(found[1]), (found[2] ?? "").toLowerCase()];
  return [-count, count].flatMap((by) => {
    const moved = new Date(time);
    if (unit.startsWith("mon")) moved.setUTCMonth(moved.getUTCMonth() + by);
    else if (unit.startsWith("y")) moved.setUTCFullYear(moved.getUTCFullYear() + by);
    else moved.setTime(time + by * (spanMs.find(([name]) => unit.startsWith(name))?.[1] ?? 0));
    const at = moved.getTime();
    if (!Number.isFinite(at)) return [];
    return [
      written(at),
      justBefore(at),
      written(at + 1000),
      written(at + dayMs),
      written(at + 2 * dayMs),
      written(at - dayMs),
      written(at + 3_600_000),
    ];
  });
}

const spanMs: readonly (readonly [string, number])[] = [
  ["w", 7 * dayMs],
  ["d", dayMs],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
];

function written(time: number): string {
  return new Date(time).toISOString().slice(0, 19).replace("T", " ");
}

/** One microsecond, the least step of timestamp. */
function justBefore(time: number): string {
  return `${written(time - 1000)}.999999`;
}

/** `30 days`, `1 hour`, `2 mons 3 days`: something an interval input takes. */
export function looksLikeInterval(text: string): boolean {
  return /^[+-]?\d+(\.\d+)?\s*(us|ms|s|sec|second|m|min|minute|h|hour|d|day|week|w|mon|month|y|year)s?\b/i.test(text) || /^P\d/.test(text);
}
