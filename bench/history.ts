import { comparisonParts } from "../src/render/comparison-wording.ts";
import { falseAlarms, power } from "./history/rates.ts";
import { type Noise, noises } from "./history/simulated-server.ts";
import { type Story, twoWeeks } from "./history/story.ts";

/**
 * How often the history is wrong and what it finds. Two weeks with a planted regression, a planted fix, a reset and a table that swells: the lines
 * that the report has for them; then false alarms per week where nothing changes, and how many slowdowns are found.
 * Run: npm run bench:history -- [weeks of noise, default 200] [story|noise|power, default all] [kinds of noise, with commas] [first seed]
 * Seeds from 1,001 (noise) and 5,001 (power) are those that the test's constants were chosen on; the default, 90,001, they had never met.
 */
const [weeksGiven = "200", partGiven = "story,noise,power", kindsGiven = Object.keys(noises).join(), seedGiven = "90001"] =
  process.argv.slice(2);
const weeks = Number(weeksGiven);
const firstSeed = Number(seedGiven);
const parts = partGiven.split(",");
const kinds = Object.entries<Noise>(noises).filter(([name]) => kindsGiven.split(",").includes(name));
const print = (text: string) => process.stdout.write(`${text}\n`);

if (parts.includes("story")) tellStories();
if (parts.includes("noise")) countFalseAlarms();
if (parts.includes("power")) findSlowdowns();

function tellStories(): void {
  print("Two weeks, 300 statements, usual noise: what was planted, and the report that says it first");
  print("seed  every  regression   its causes  fix     promised/seen  reset  bloat   false slower  false faster");
  for (const hoursBetween of [6, 24])
    for (const seed of [1, 2, 3, 4, 5]) print(storyLine(twoWeeks(seed, hoursBetween), seed, hoursBetween));
  print("\nThe report that first says the regression of seed 1, every 6 h:");
  for (const line of firstReport(twoWeeks(1, 6))) print(line);
}

function countFalseAlarms(): void {
  print(`False alarms where nothing changes, 300 statements, seeds from ${firstSeed}`);
  print("noise     every  resets   weeks  audits  slower  faster  a week  a week and statement");
  for (const [name, noise] of kinds)
    for (const hoursBetween of [24, 6])
      for (const resets of name === "usual" ? [false, true] : [false]) {
        const found = falseAlarms({ noise, hoursBetween, statements: 300, weeks, resets, firstSeed });
        const rate = (found.slower + found.faster) / found.weeks;
        const counts = [found.weeks.toFixed(0), found.audits, found.slower, found.faster].map((cell) => String(cell).padStart(7));
        print(
          `${name.padEnd(8)} ${`${hoursBetween} h`.padStart(6)}  ${resets ? "yes" : "no "}   ${counts.join("")}  ${rate.toFixed(3)}  ${(rate / 300).toExponential(1)}`,
        );
      }
}

const horizons = [24, 36, 72, 168];

function findSlowdowns(): void {
  print(`Slowdowns found within ${horizons.join(" / ")} h, of 40 each (ranks 0 to 14 of 300 by time), seeds from ${firstSeed}`);
  print("noise     every   1.3×             2×               5×");
  for (const [name, noise] of kinds)
    for (const hoursBetween of [24, 6]) {
      const cells = [1.3, 2, 5].map((factor) => {
        const { delays } = power({ noise, hoursBetween, factor, firstSeed });
        return horizons
          .map((hours) => delays.filter((delay) => delay <= hours).length)
          .join(" / ")
          .padEnd(17);
      });
      print(`${name.padEnd(8)} ${`${hoursBetween} h`.padStart(6)}  ${cells.join("")}`);
    }
}

function storyLine({ slowed, mended, comparisons }: Story, seed: number, hoursBetween: number): string {
  const day = (position: number) => (position < 0 ? "–" : `day ${((position + 2) * hoursBetween) / 24}`);
  const first = (isSaid: (each: Story["comparisons"][number]) => boolean) => day(comparisons.findIndex(isSaid));
  const last = comparisons.at(-1)!;
  const regression = comparisons.flatMap(({ statements }) => statements.slower).find(({ fingerprint }) => fingerprint === slowed);
  const [applied] = last.applied;
  const wrong = (direction: "slower" | "faster") =>
    comparisons
      .flatMap(({ statements }) => statements[direction])
      .filter(({ isNew, fingerprint }) => isNew && fingerprint !== slowed && fingerprint !== mended).length;
  const cells = [
    String(seed).padEnd(5),
    `${hoursBetween} h`.padStart(5),
    first(({ statements }) => statements.slower.some(({ fingerprint }) => fingerprint === slowed)).padEnd(12),
    (regression?.causes.map(({ kind }) => kind).join(",") ?? "–").padEnd(11),
    first((each) => each.applied.some(({ verdict }) => verdict === "paid")).padEnd(7),
    `${applied?.predictedRatio?.toFixed(2) ?? "–"}/${applied?.observedRatio?.toFixed(2) ?? "–"}`.padEnd(14),
    String(comparisons.filter(({ notes }) => notes.some((note) => note.startsWith("The counters were reset"))).length).padEnd(6),
    first(({ sizes }) => sizes.length > 0).padEnd(7),
    String(wrong("slower")).padStart(12),
    String(wrong("faster")).padStart(13),
  ];
  return cells.join(" ");
}

function firstReport({ slowed, comparisons }: Story): string[] {
  const found = comparisons.find(({ statements }) => statements.slower.some(({ fingerprint }) => fingerprint === slowed));
  if (!found) return ["it never is"];
  return comparisonParts(found).flatMap(({ title, lines }) => [
    `  ${title}`,
    ...lines.flatMap(({ text, details }) => [`    ${text}`, ...details.map((each) => `      ${each}`)]),
  ]);
}
