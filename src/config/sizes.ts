const unitBytes: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 };
const unitMs: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** `500MB`, `1.5 GB`, `8192` → bytes, in powers of 1024 as PostgreSQL reads them; null when it is no size. */
export function parseBytes(text: string): number | null {
  return parseUnit(text, unitBytes);
}

/** `30s`, `2min`, `500` → milliseconds, with PostgreSQL's unit names; null when it is no duration. */
export function parseDuration(text: string): number | null {
  return parseUnit(text, unitMs);
}

function parseUnit(text: string, units: Readonly<Record<string, number>>): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = units[(match?.[2] ?? "?").toLowerCase()];
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit) : null;
}
