/** What every property starts from unless it names a seed of its own, so that a run passes or fails by the code alone. */
export const usualSeed = 20_260_101;

/**
 * The seed that `FC_SEED` asks for: a whole number, as a failed property prints it; `random` gives null, and each property draws its own.
 * Empty or absent: `usualSeed`. Throws for anything else.
 */
export function propertySeed(asked: string | undefined): number | null {
  if (asked === undefined || asked === "") return usualSeed;
  if (asked === "random") return null;
  const seed = Number(asked);
  if (!/^-?\d+$/.test(asked) || (seed | 0) !== seed)
    throw new Error(`FC_SEED is "${asked}": give "random", or a whole number of 32 bits as a failed property prints it.`);
  return seed;
}
