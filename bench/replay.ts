/**
 * `npm run bench:replay`: a history of 240 migrations over 60 tables and more, reviewed file by file from an empty database, and its
 * last file alone with the others as context. Prints seconds on the clock and of processor, statements,
 * findings and refusals; the first row is boot and little else.
 */
import { parseConfig } from "../src/config/load.ts";
import { assumedMachine } from "../src/domain/machine.ts";
import type { Report } from "../src/domain/report.ts";
import { openParser } from "../src/syntax/parse-sql.ts";
import { runReview } from "../src/wire-review.ts";
import { migrationHistory } from "./replay-history.ts";

const files = migrationHistory(240, 60);
const parser = await openParser();
const hooks = { onProgress: () => {}, signal: new AbortController().signal };
const config = parseConfig("{}", "bench");

interface Timed {
  readonly report: Report;
  readonly seconds: number;
  readonly processorSeconds: number;
}

async function review(isNew: (at: number) => boolean, count = files.length): Promise<Timed> {
  const start = performance.now();
  const processor = process.cpuUsage();
  const report = await runReview(
    {
      files: files.slice(0, count).map((file, at) => ({ path: file.path, content: Buffer.from(file.text), isNew: isNew(at) })),
      ground: { kind: "none" },
      runner: null,
      placeholders: {},
      postgres: 17,
      levels: config.levels,
      ruleOptions: {},
      baseline: new Set(),
      machine: assumedMachine,
      added: [],
      notices: [],
      now: "2026-01-01T00:00:00.000Z",
      scratch: true,
    },
    hooks,
    parser,
  );
  const { user, system } = process.cpuUsage(processor);
  return { report, seconds: (performance.now() - start) / 1000, processorSeconds: (user + system) / 1e6 };
}

function row(name: string, { report, seconds, processorSeconds }: Timed): void {
  const statements = report.review?.files.reduce((sum, file) => sum + file.statementCount, 0) ?? 0;
  const refused = report.findings.filter((each) => each.rule === "migration/fails-to-apply").length;
  const observed = report.review?.statements.filter((each) => each.basis === "observed").length ?? 0;
  console.log(
    [
      name.padEnd(34),
      `${seconds.toFixed(1)} s`,
      `${processorSeconds.toFixed(1)} s processor`,
      `${statements} statements`,
      `${observed} observed`,
      `${report.findings.length} findings`,
      `${refused} refused`,
      report.review?.basis.kind,
    ].join("  "),
  );
}

await review((at) => at === 0, 1); // the boot template, once
row("the first file alone", await review((at) => at === 0, 1));
row(`all ${files.length} files reviewed`, await review(() => true));
row("the last file, others as context", await review((at) => at === files.length - 1));
await parser.close();
