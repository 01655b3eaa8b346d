import type { Measured, Pair } from "./measure.ts";

/** Median size error allowed, by kind of index; issue 3. */
const sizeTarget: Readonly<Record<string, number>> = { btree: 0.1, hash: 0.1, brin: 0.1 };
const looseSizeTarget = 0.25;

/** The table of one server: a row for each kind of index, one for all, and one for statements without a new index. */
export function printTable(title: string, plain: readonly Pair[], measured: readonly Measured[]): void {
  console.log(`\n## ${title}\n`);
  console.log(
    "| index | pairs | same shape | same indexes | cost within 5 % | cost ratio min p5 p50 p95 max | indexes | size ratio min p50 max | median error | said uncertain |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|");
  console.log(row("none", plain, []));
  const kinds = [...new Set(measured.map((each) => each.kind))].sort();
  for (const kind of kinds) {
    const own = measured.filter((each) => each.kind === kind);
    console.log(
      row(
        kind,
        own.flatMap((each) => each.pairs),
        own,
      ),
    );
  }
  console.log(
    row(
      "all",
      measured.flatMap((each) => each.pairs),
      measured,
    ),
  );
  const repeated = measured.flatMap((each) => each.pairs).filter((pair) => pair.selfRatio !== null);
  const alike = repeated.filter((pair) => Math.abs(pair.selfRatio! - 1) <= 0.05).length;
  if (repeated.length > 0)
    console.log(`\nproduction against itself after another ANALYZE of the expressions: ${alike} of ${repeated.length} within 5 %`);
  const prepare = measured.map((each) => each.prepareMs).sort((a, b) => a - b);
  console.log(
    `\nprepare in the shadow: median ${quantile(prepare, 0.5).toFixed(1)} ms, p95 ${quantile(prepare, 0.95).toFixed(1)} ms, max ${quantile(prepare, 1).toFixed(1)} ms`,
  );
}

function row(name: string, pairs: readonly Pair[], indexes: readonly Measured[]): string {
  const costs = pairs.map((each) => each.costRatio).sort((a, b) => a - b);
  const sizes = indexes.map(sizeRatio).sort((a, b) => a - b);
  const errors = indexes.map((each) => Math.abs(sizeRatio(each) - 1)).sort((a, b) => a - b);
  const share = (count: number) => `${count} (${((100 * count) / Math.max(1, pairs.length)).toFixed(1)} %)`;
  return `| ${[
    name,
    pairs.length,
    share(pairs.filter((each) => each.sameShape).length),
    share(pairs.filter((each) => each.sameIndexes).length),
    share(pairs.filter((each) => Math.abs(each.costRatio - 1) <= 0.05).length),
    [0, 0.05, 0.5, 0.95, 1].map((at) => quantile(costs, at).toFixed(3)).join(" "),
    indexes.length,
    indexes.length === 0 ? "" : [0, 0.5, 1].map((at) => quantile(sizes, at).toFixed(2)).join(" "),
    indexes.length === 0 ? "" : `${(100 * quantile(errors, 0.5)).toFixed(1)} %`,
    indexes.length === 0 ? "" : indexes.filter((each) => each.uncertain !== null).length,
  ].join(" | ")} |`;
}

/** Every pair of another shape or over 5 % off, and every size over its target, one by one. */
export function printMisses(plain: readonly Pair[], measured: readonly Measured[]): void {
  console.log("\nMisses:");
  for (const pair of plain) printPair(pair, "no new index", null);
  for (const each of measured) {
    const ratio = sizeRatio(each);
    const target = sizeTarget[each.kind] ?? looseSizeTarget;
    if (Math.abs(ratio - 1) > target)
      console.log(
        `- size ${ratio.toFixed(2)} (${each.shadowBytes / 8192} for ${each.trueBytes / 8192} pages) ${each.set}: ${each.index}${said(each.uncertain)}`,
      );
    for (const pair of each.pairs) printPair(pair, `${each.set}: ${each.index}`, each.uncertain);
  }
  const isFar = (ratio: number) => ratio > 2 || ratio < 0.5;
  const silent = measured.flatMap((each) => {
    if (each.uncertain !== null) return [];
    return [...(isFar(sizeRatio(each)) ? ["size"] : []), ...each.pairs.filter((pair) => isFar(pair.costRatio) && pair.doubts.length === 0)];
  });
  const pairs = measured.flatMap((each) => each.pairs.map((pair) => ({ pair, said: each.uncertain !== null || pair.doubts.length > 0 })));
  console.log(`\noff by more than 2x without having said so: ${silent.length}`);
  const saidOf = (far: boolean) => pairs.filter(({ pair, said }) => said && isFar(pair.costRatio) === far).length;
  console.log(`plans with a doubt: ${saidOf(true)} that are off by more than 2x, ${saidOf(false)} that are not, of ${pairs.length}`);
}

function printPair(pair: Pair, where: string, uncertain: string | null): void {
  if (pair.sameShape && Math.abs(pair.costRatio - 1) <= 0.05) return;
  const self = pair.selfRatio === null ? "" : ` (itself ${pair.selfRatio.toFixed(3)})`;
  const doubts = [...(uncertain === null ? [] : [uncertain]), ...pair.doubts];
  console.log(
    `- cost ${pair.costRatio.toFixed(3)}${self} ${where}${said(doubts.length === 0 ? null : doubts.join("; "))}\n    ${pair.sql.replaceAll(/\s+/g, " ").slice(0, 200)}`,
  );
  if (!pair.sameShape) console.log(`    production ${pair.production}\n    shadow     ${pair.shadow}`);
}

const said = (uncertain: string | null) => (uncertain === null ? "" : ` [said: ${uncertain}]`);
const sizeRatio = (each: Measured) => each.shadowBytes / each.trueBytes;

function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.round(at * (sorted.length - 1)))] ?? Number.NaN;
}
