/** A number as a text says it, in the unit that figures are compared in: ms, bytes, percent, times; null for a bare one. */
export interface Figure {
  readonly value: number;
  readonly unit: "ms" | "bytes" | "percent" | "times" | null;
  /** What rounding may have taken: half a unit of the last digit that is written. */
  readonly tolerance: number;
  readonly written: string;
}

type Factor = readonly [unit: Figure["unit"], factor: number];

/** Units that follow a number. Sizes are powers of 1024, as in domain/units.ts. */
const units: readonly (readonly [RegExp, Factor])[] = [
  [/^\s*(?:%|percent\b|per cent\b)/, ["percent", 1]],
  [/^\s*(?:µs|us|microseconds?)\b/, ["ms", 0.001]],
  [/^\s*(?:ms|milliseconds?)\b/, ["ms", 1]],
  [/^\s*(?:s|sec|seconds?)\b/, ["ms", 1000]],
  [/^\s*(?:min|minutes?)\b/, ["ms", 60_000]],
  [/^\s*(?:h|hours?)\b/, ["ms", 3_600_000]],
  [/^\s*(?:kB|KB|KiB)\b/, ["bytes", 1024]],
  [/^\s*(?:MB|MiB)\b/, ["bytes", 1024 ** 2]],
  [/^\s*(?:GB|GiB)\b/, ["bytes", 1024 ** 3]],
  [/^\s*(?:TB|TiB)\b/, ["bytes", 1024 ** 4]],
  [/^\s*bytes?\b/, ["bytes", 1]],
  [/^(?:\s*(?:×|x\b|times\b)|[\s-]?fold\b)/, ["times", 1]],
  [/^\s*(?:thousand|k)\b/i, [null, 1e3]],
  [/^\s*(?:million|M)\b/, [null, 1e6]],
  [/^\s*billion\b/i, [null, 1e9]],
];

const number = /(?<![\w$.])(×)?([-−]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(e[+-]?\d+)?/gi;

/** Numbers that are written as words, and what they are. */
const words: Readonly<Record<string, Factor>> = {
  half: ["percent", 50],
  halved: ["percent", 50],
  halves: ["percent", 50],
  quarter: ["percent", 25],
  twice: ["times", 2],
  double: ["times", 2],
  doubles: ["times", 2],
  doubled: ["times", 2],
  thrice: ["times", 3],
  triple: ["times", 3],
  triples: ["times", 3],
  tenfold: ["times", 10],
  hundredfold: ["times", 100],
  thousandfold: ["times", 1000],
  two: [null, 2],
  three: [null, 3],
  four: [null, 4],
  five: [null, 5],
  six: [null, 6],
  seven: [null, 7],
  eight: [null, 8],
  nine: [null, 9],
  ten: [null, 10],
  eleven: [null, 11],
  twelve: [null, 12],
  twenty: [null, 20],
  hundred: [null, 100],
};

/** Every number of a text, in digits or in words, with its unit; those that are part of a name or a `$1` are none. */
export function readFigures(text: string): readonly Figure[] {
  const found: Figure[] = [];
  for (const match of text.matchAll(number)) {
    const [written, times, sign, whole = "", fraction = "", exponent = ""] = match;
    const rest = text.slice(match.index + written.length);
    // `2024_01` and `3rd` are no figures; `12ms` is one.
    const unit = units.find(([pattern]) => pattern.test(rest));
    if (/^[A-Za-z_]/.test(rest) && !unit) continue;
    const [kind, factor] = unit?.[1] ?? [times ? "times" : null, 1];
    const digits = whole.replaceAll(",", "");
    const scale = 10 ** Number(exponent.slice(1) || 0);
    const value = Number(`${digits}${fraction}`) * scale * factor * (sign ? -1 : 1);
    const zeros = fraction === "" ? (/0*$/.exec(digits)?.[0].length ?? 0) : 0;
    const last = fraction === "" ? 10 ** Math.min(zeros, digits.length - 1) : 10 ** -(fraction.length - 1);
    // Rounded to fewer than two digits, a number says little: one part in twenty at most.
    const tolerance = Math.min((last / 2) * scale * factor, Math.max(Math.abs(value) / 20, fraction === "" ? factor / 2 : 0));
    found.push({
      value,
      unit: kind,
      tolerance,
      written: `${times ?? ""}${written.replace(/^×/, "")}${unit?.[0].exec(rest)?.[0] ?? ""}`.trim(),
    });
  }
  for (const [word] of text.matchAll(/\b[a-z]+\b/gi)) {
    const said = words[word.toLowerCase()];
    if (said) found.push({ unit: said[0], value: said[1], tolerance: said[1] / 20, written: word });
  }
  return found;
}
