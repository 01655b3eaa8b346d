import { jsonValues } from "./json-values.ts";
import { mutateText, oddTexts } from "./text-values.ts";
import { looksLikeInterval, oddTimes, timesAround, timesShifted } from "./time-values.ts";

/** What values are made for: `pg_type` of the type below any domain. */
export interface ValueType {
  /** As a cast writes it, with modifiers: `character varying(40)`. */
  readonly name: string;
  /** `typname`: int4, text, _int4, jsonb. */
  readonly base: string;
  /** `typname` of an array's element. */
  readonly element: string | null;
  /** Labels of an enum, in order; empty for other types. */
  readonly labels: readonly string[];
}

/** Values of a type: those the statements name, those next to them, and those that are odd for the type itself. */
export interface TypeValues {
  /** The constants themselves, where they are values of the type: what makes predicates true. */
  readonly named: readonly string[];
  /** Constants bent a little. */
  readonly near: readonly string[];
  readonly base: readonly string[];
  /** Ends of the type, where arithmetic overflows. */
  readonly extremes?: readonly string[];
  /** Many more, of which most tell nothing: for the caller to sort by what conditions make of them. */
  readonly sweep?: readonly string[];
}

/** As text, unchecked: the caller asks PostgreSQL which of them are valid input. */
export function typeValues(type: ValueType, constants: readonly string[]): TypeValues {
  const aimed = constants.slice(0, 60);
  if (type.element !== null) return arrayValues(type.element, aimed);
  if (type.labels.length > 0) return { named: aimed, near: [], base: type.labels.slice(0, 12) };
  switch (type.base) {
    case "int2":
    case "int4":
    case "int8":
    case "oid":
      return {
        named: aimed.filter(isWhole),
        near: [...new Set(numbersNear(aimed, 1).map(rounded))],
        base: ["1", "2", "3", "0", "-1", "4", "10"],
        extremes: extremes[type.base] ?? [],
        sweep: wholeSweep(aimed),
      };
    case "numeric":
    case "money":
      return {
        named: aimed,
        near: [...numbersNear(aimed, 0.01), ...roundedNear(aimed)],
        base: ["1", "2", "0", "-1", "0.5", "1.50", "10", "NaN", "3"],
      };
    case "float4":
    case "float8":
      return {
        named: aimed,
        near: [...sumsOf(aimed), ...numbersNear(aimed, 0.1)],
        base: ["1", "2", "0", "-1", "0.1", "0.3", "NaN", "Infinity", "-Infinity", "-0", "1e16"],
      };
    case "bool":
      return { named: [], near: [], base: ["true", "false"] };
    case "date":
    case "timestamp":
    case "timestamptz":
      return { named: aimed, near: timesNear(aimed), base: [...oddTimes, "2024-06-15 12:00:00", "infinity", "-infinity"] };
    case "time":
    case "timetz":
      return { named: aimed, near: [], base: ["00:00:00", "12:00:00", "23:59:59.999999", "24:00:00", "06:30:00"] };
    case "interval":
      return {
        named: aimed.filter(looksLikeInterval),
        near: aimed.filter(looksLikeInterval).map((each) => `-${each}`),
        base: ["0", "1 day", "24 hours", "1 mon", "30 days", "-1 day", "1 mon 1 day", "1 hour"],
      };
    case "json":
    case "jsonb":
      return { ...jsonValues(aimed), base: ["{}", "[]", "null", '{"a":1}', '"a"', "1"] };
    case "uuid":
      return {
        named: aimed,
        near: [],
        base: ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
      };
    case "bytea":
      return { named: aimed, near: [], base: ["", "\\x00", "\\x61", "\\x6162", "\\xff"] };
    case "inet":
    case "cidr":
      return { named: aimed, near: [], base: ["10.0.0.0/8", "10.1.2.3", "10.0.0.0/16", "192.168.0.1", "::1"] };
    case "macaddr":
    case "macaddr8":
      return { named: aimed, near: [], base: ["08:00:2b:01:02:03", "08:00:2b:01:02:04"] };
    case "hstore":
      return { named: aimed, near: hstoreNear(aimed), base: ["", "a=>1", "a=>NULL", "b=>1", "a=>1,b=>2"] };
    case "bit":
    case "varbit":
      return { named: aimed, near: [], base: ["0", "1", "01", "10"] };
    case "tsvector":
      return { named: [], near: aimed, base: ["'a':1", "'a':1 'b':2", "", "'b':1"] };
    case "point":
      return { named: aimed, near: [], base: ["(0,0)", "(1,1)", "(1,0)", "(-1,2)"] };
    default:
      if (type.base.endsWith("range")) return rangeValues(type.base, aimed);
      return { named: aimed, near: inTurns(aimed.map(mutateText)), base: oddTexts };
  }
}

/** The first of each list, then the second of each: what tells most stands first, of whichever constant. */
function inTurns(lists: readonly (readonly string[])[]): string[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return [...new Set(Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat())];
}

function isWhole(text: string): boolean {
  return /^-?\d+$/.test(text);
}

/** Manual, 8.1.1: the ranges of the integer types. */
const extremes: Readonly<Record<string, readonly string[]>> = {
  int2: ["32767", "-32768"],
  int4: ["2147483647", "-2147483648"],
  int8: ["9223372036854775807", "-9223372036854775808"],
};

/** Small numbers one by one, and around products of constants: where `a / 3 = 7` begins and ends, and what lies far beyond. */
function wholeSweep(constants: readonly string[]): string[] {
  const numbers = [...new Set(constants.filter(isWhole).map(Number))].filter((each) => Math.abs(each) < 1e5).slice(0, 6);
  const products = numbers.flatMap((a) =>
    numbers.flatMap((b) => [a * b, a * b + a, a * b - a].flatMap((each) => [each - 1, each, each + 1])),
  );
  const small = Array.from({ length: 64 }, (_, at) => at - 14);
  const far = numbers.flatMap((each) => [each * 10 + 7, -each * 10 - 7]);
  return [...new Set([...products, ...small, ...far, 1000, -1000].map(String))].slice(0, 220);
}

function rounded(text: string): string {
  return /\./.test(text) ? String(Math.round(Number(text))) : text;
}

/** Each number ± a step, halves, negations; and what sums, products and quotients of two of them come to: `a + 5 > 100`, `a / 3 = 7`. */
function numbersNear(constants: readonly string[], step: number): string[] {
  const numbers = constants
    .filter((text) => /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text))
    .map(Number)
    .filter((each) => Math.abs(each) < 1e15);
  const near = numbers.flatMap((each) => [
    each - 1,
    each + 1,
    each - step,
    each + step,
    Math.floor(each),
    Math.ceil(each),
    each + 0.5,
    -each,
  ]);
  const few = numbers.slice(0, 8);
  for (const [at, a] of few.entries())
    for (const [other, b] of few.entries())
      if (at !== other) {
        for (const whole of [a + b, a - b, a * b]) near.push(whole, whole - 1, whole + 1);
        if (b !== 0) near.push(Math.trunc(a / b), Math.trunc(a / b) + 1, Math.trunc(a / b) - 1);
      }
  const written = near.filter((each) => Math.abs(each) < 1e9).map((each) => String(Number(each.toFixed(6))));
  return [...new Set(written)].slice(0, 80);
}

/** What rounds to the number at two, one or no decimals, and what differs from it beyond any double: `round(x, 2) = 1.5`, `x / 3 > 1`. */
function roundedNear(constants: readonly string[]): string[] {
  const numbers = constants.filter((text) => /^\d{1,12}(\.\d{1,6})?$/.test(text)).slice(0, 6);
  const few = [
    ...numbers,
    ...numbers.flatMap((a) => numbers.filter((b) => b !== a).map((b) => String(Number((Number(a) * Number(b)).toFixed(6))))),
  ];
  return [...new Set(few)].slice(0, 12).flatMap((text) => {
    const [whole = "0", decimals = ""] = text.split(".");
    const value = Number(text);
    return [
      ...[0.004, -0.004, 0.04, 0.4].map((by) => String(Number((value + by).toFixed(6)))),
      `${whole}.${decimals.padEnd(6, "0")}00000000000001`,
    ];
  });
}

/** Sums and differences as doubles make them, rounding and all: `x + 0.1 = 0.3`. */
function sumsOf(constants: readonly string[]): string[] {
  const numbers = constants
    .filter((text) => /^-?\d+(\.\d+)?$/.test(text))
    .map(Number)
    .slice(0, 6);
  return numbers.flatMap((a) => numbers.flatMap((b) => [a - b, a + b, a / (b || 1)].flatMap(neighbours))).map(String);
}

/** The number and the doubles beside it: several of them may sum to one. */
function neighbours(value: number): number[] {
  const step = Math.abs(value) * Number.EPSILON;
  return [value, value - step / 2, value + step / 2, value - step, value + step];
}

function timesNear(constants: readonly string[]): string[] {
  const spans = constants.filter(looksLikeInterval).slice(0, 3);
  const shifted = spans.flatMap((span) => constants.flatMap((text) => timesShifted(text, span)));
  return [...new Set([...shifted, ...constants.flatMap(timesAround)])].slice(0, 140);
}

function arrayValues(element: string, constants: readonly string[]): TypeValues {
  const inner = typeValues({ name: element, base: element, element: null, labels: [] }, constants);
  const lists = constants.filter((text) => /^\{.*\}$/.test(text));
  const [first, second, ...rest] = [...inner.named, ...inner.base].filter((each) => each !== "NaN").map(quotedElement);
  const [a, b] = [first ?? '"1"', second ?? '"2"'];
  const singles = [a, b, ...rest.slice(0, 8), ...inner.near.slice(0, 10).map(quotedElement)];
  const named = [...lists, ...inner.named.map((each) => `{${quotedElement(each)}}`)];
  const near = singles.flatMap((each) => [`{${each}}`, `{${each},NULL}`, `{${each},${a}}`, `{${b},${each}}`]);
  return { named, near, base: ["{}", "{NULL}", `{${a},${a}}`, `{${a},${b}}`, `{${b},NULL}`, `{{${a},${b}},{${b},NULL}}`] };
}

function quotedElement(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

function rangeValues(base: string, constants: readonly string[]): TypeValues {
  const multi = base.endsWith("multirange");
  const isTime = /^(ts|date)/.test(base);
  const plain = constants.filter((text) => !/^[[({]/.test(text));
  const ends = isTime
    ? [...plain, ...plain.flatMap(timesAround).slice(0, 12), "2024-01-01", "2024-02-01", "2024-03-01"]
    : [...plain.filter((text) => /^-?\d/.test(text)), ...numbersNear(plain, 1).slice(0, 12), "1", "2", "5", "10"];
  const ranges = ["empty", "(,)"];
  for (const [at, end] of ends.slice(0, 10).entries()) {
    const other = ends[(at + 1) % ends.length]!;
    ranges.push(`[${end},)`, `(,${end})`, `(,${end}]`, `[${end},${end}]`, `[${end},${other})`, `(${end},${other}]`);
  }
  const written = multi ? ranges.map((each) => (each === "empty" ? "{}" : `{${each}}`)) : ranges;
  return { named: constants.filter((text) => /^[[({]|^empty$/.test(text)), near: written.slice(2), base: written.slice(0, 8) };
}

function hstoreNear(constants: readonly string[]): string[] {
  const words = constants
    .filter((text) => !text.includes("=>"))
    .slice(0, 6)
    .map((each) => `"${each.replaceAll('"', '\\"')}"`);
  return words.flatMap((key) => [...words.map((value) => `${key}=>${value}`), `${key}=>NULL`, `${key}=>""`, `${key}=>"x"`]);
}
