/** Lines around a change. */
const context = 3;

/** The difference of two texts in unified format, without file names; empty when they are equal. */
export function unifiedDiff(before: string, after: string): string {
  if (before === after) return "";
  const [old, made] = [before.split("\n"), after.split("\n")];
  const steps = lineSteps(old, made);
  const out: string[] = [];
  let at = 0;
  while (at < steps.length) {
    const first = steps.findIndex((step, place) => place >= at && step.sign !== " ");
    if (first < 0) break;
    let last = first;
    for (let each = first; each < steps.length && each - last <= 2 * context; each++) if (steps[each]!.sign !== " ") last = each;
    const from = Math.max(at, first - context);
    const hunk = steps.slice(from, last + 1 + context);
    const size = (sign: string) => hunk.filter((step) => step.sign !== sign).length;
    out.push(`@@ -${hunk[0]!.old},${size("+")} +${hunk[0]!.made},${size("-")} @@`, ...hunk.map((step) => step.sign + step.line));
    at = last + 1 + context;
  }
  return out.join("\n");
}

interface Step {
  readonly sign: " " | "-" | "+";
  readonly line: string;
  /** Line numbers, from 1, where the step stands in either text. */
  readonly old: number;
  readonly made: number;
}

/** Longest common subsequence; statements have few lines. Very long ones are shown as one change between their common ends. */
function lineSteps(old: readonly string[], made: readonly string[]): Step[] {
  let head = 0;
  while (head < old.length && head < made.length && old[head] === made[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < made.length - head && old.at(-1 - tail) === made.at(-1 - tail)) tail++;
  const [a, b] = [old.slice(head, old.length - tail), made.slice(head, made.length - tail)];
  const signs: ["-" | "+" | " ", string][] = [
    ...old.slice(0, head).map((line): [" ", string] => [" ", line]),
    ...(a.length * b.length > 1_000_000 ? plainChange(a, b) : commonSteps(a, b)),
    ...old.slice(old.length - tail).map((line): [" ", string] => [" ", line]),
  ];
  let [oldLine, madeLine] = [1, 1];
  return signs.map(([sign, line]) => ({ sign, line, old: sign === "+" ? oldLine : oldLine++, made: sign === "-" ? madeLine : madeLine++ }));
}

function plainChange(a: readonly string[], b: readonly string[]): ["-" | "+", string][] {
  return [...a.map((line): ["-", string] => ["-", line]), ...b.map((line): ["+", string] => ["+", line])];
}

function commonSteps(a: readonly string[], b: readonly string[]): ["-" | "+" | " ", string][] {
  const longest = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  const steps: ["-" | "+" | " ", string][] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      steps.push([" ", a[i]!]);
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || longest[i + 1]![j]! >= longest[i]![j + 1]!)) steps.push(["-", a[i++]!]);
    else steps.push(["+", b[j++]!]);
  }
  return steps;
}
