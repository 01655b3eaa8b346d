/** A seeded source of chance: the same seed makes the same data on every machine. */
export interface Chance {
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number from low to high, both included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  /** `count` different ones, in random order. */
  some<T>(from: readonly T[], count: number): T[];
  /** True this often. */
  often(probability: number): boolean;
  /** A number between low and high, evenly over its magnitudes. */
  magnitude(low: number, high: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, enough for data. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    pick: (from) => from[between(0, from.length - 1)]!,
    some(from, count) {
      const left = [...from];
      return Array.from({ length: Math.min(count, left.length) }, () => left.splice(between(0, left.length - 1), 1)[0]!);
    },
    often: (probability) => next() < probability,
    magnitude: (low, high) => Math.round(Math.exp(Math.log(low) + next() * (Math.log(high) - Math.log(low)))),
  };
}
