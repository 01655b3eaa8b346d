/**
 * Figures as a person reads them. The one place where shares become percentages.
 * Output never depends on the machine's locale.
 */

const minus = "−";

/** `12.3 MB`, in powers of 1024 as PostgreSQL's pg_size_pretty; negative sizes keep their sign. */
export function bytes(count: number): string {
  const size = Math.abs(count);
  const sign = count < 0 ? minus : "";
  const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
  let power = 0;
  let value = size;
  // 1023.95 would round up to 1024.0 of a unit: go on to the next one.
  while (value >= 1023.95 && power < units.length - 1) {
    value /= 1024;
    power += 1;
  }
  return power === 0
    ? `${sign}${plural(Math.round(size), "byte")}`
    : `${sign}${value < 100 ? value.toFixed(1) : grouped(value)} ${units[power]}`;
}

/** `850 µs`, `3.50 ms`, `12.3 s`, `4 min 10 s`, `3 h 20 min`. */
export function milliseconds(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 99.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${grouped(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

/** Planner cost units: `8.46` below a thousand, as EXPLAIN prints them; `12,345` above; `1.23e+15` when nobody counts digits any more. */
export function cost(units: number): string {
  const size = Math.abs(units);
  if (size >= 1e15) return units.toExponential(2);
  if (size >= 999.995) return grouped(units);
  return units.toFixed(2);
}

/** A share (0–1) as `41.2 %`; what is there but below a tenth reads `<0.1 %`, and what is nearly all never reads as all: `99.97 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  if (share < 1 && share >= 0.9995) return `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
  const value = share * 100;
  return `${value < 0 ? minus : ""}${Math.abs(value) >= 999.95 ? grouped(Math.abs(value)) : Math.abs(value).toFixed(1)} %`;
}

/** From `before` to `after` as `−99.9 %` or `+3.0 %`; `±0 %` when equal; `new` when there was nothing before. */
export function change(before: number, after: number): string {
  if (before === after) return "±0 %";
  if (before === 0) return "new";
  const share = (after - before) / Math.abs(before);
  return share < 0 ? `${minus}${percent(-share)}`.replace(`${minus}<`, `<${minus}`) : `+${percent(share)}`;
}

/** Whole number with thousands separators: `1,234,567`. */
export function grouped(count: number): string {
  const whole = Math.round(Math.abs(count)).toString();
  const digits = whole.includes("e") ? whole : whole.replaceAll(/\B(?=(\d{3})+$)/g, ",");
  return `${count < 0 && digits !== "0" ? minus : ""}${digits}`;
}

/** `1 index`, `3 indexes`: the count grouped, the noun in its number. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `×0.56`, `×1.02`: a ratio of costs. */
export function ratio(value: number): string {
  return `×${value >= 0.01 || value === 0 ? value.toFixed(2) : value.toPrecision(1)}`;
}
