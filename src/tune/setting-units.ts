/** Factors to bytes and ms, as `pg_settings.unit` spells them. */
export const unitFactors: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  "8kB": 8192,
  "16kB": 16_384,
  "32kB": 32_768,
  MB: 1024 ** 2,
  "16MB": 16 * 1024 ** 2,
  GB: 1024 ** 3,
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A setting's value in bytes or ms; −1 (a disabled or derived setting) stays −1. Null for text. */
export function amountOf(value: string, unit: string | null): number | null {
  const number = Number(value);
  if (value === "" || !Number.isFinite(number)) return null;
  return unit === null || number === -1 ? number : number * (unitFactors[unit] ?? 1);
}
