/** Fewer numbers of one kind do not show how far they reach. */
const fewestNumbers = 5;

/**
 * How many values there can be, where all are a whole number, or a few texts around one: `17`, `job-17`, `/v1/api/17`. Keys are
 * mostly numbered without large gaps, so that what lies between the least and the greatest bounds them. k values evenly drawn from a
 * run of n reach (k − 1) / (k + 1) of it on average. Null when most values are no such texts.
 */
export function numberSpan(values: readonly string[]): number | null {
  const kinds = new Map<string, Set<number>>();
  for (const value of values) {
    const found = /^(.*?)(-?\d{1,15})(\D*)$/s.exec(value);
    if (!found) continue;
    const kind = `${found[1]}#${found[3]}`;
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(Number(found[2])));
  }
  let covered = 0;
  let span = 0;
  for (const numbers of kinds.values()) {
    const k = numbers.size;
    if (k < fewestNumbers) continue;
    covered += k;
    const sorted = [...numbers].sort((a, b) => a - b);
    span += ((sorted.at(-1)! - sorted[0]!) * (k + 1)) / (k - 1) + 1;
  }
  return covered >= new Set(values).size * 0.8 ? span : null;
}

/**
 * Sampled values of a number, in order, with ends moved out: a sample of k leaves 1 / (k + 1) of the rows beyond each of its ends, and
 * on average as far out as the values next to it lie apart. The sign stays. Texts that are no numbers are given back.
 */
export function withReach(values: readonly (string | null)[], isWhole: boolean): readonly (string | null)[] {
  const numbers = values.map((value) => (value === null ? Number.NaN : Number(value)));
  if (values.length < 2 * fewestNumbers || numbers.some((each) => !Number.isFinite(each))) return values;
  const last = numbers.length - 1;
  const gapBelow = (numbers[fewestNumbers - 1]! - numbers[0]!) / (fewestNumbers - 1);
  const gapAbove = (numbers[last]! - numbers[last - fewestNumbers + 1]!) / (fewestNumbers - 1);
  const low = numbers[0]! >= 0 ? Math.max(0, numbers[0]! - gapBelow) : numbers[0]! - gapBelow;
  const high = numbers[last]! + gapAbove;
  const text = (value: number) => String(isWhole ? Math.round(value) : value);
  return [text(low), ...values.slice(1, -1), text(high)];
}
