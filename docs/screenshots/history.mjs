// A report with a history, for pictures: node docs/screenshots/history.mjs report.json report.html
// The report is the demo's; ten days before it are made up: each statement keeps its time within a few percent, but on the last
// three days one takes four times as long, one is new and one is called no more. Needs `npm run build`, in dist or in the folder named third.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [from, to, built = join(import.meta.dirname, "../../dist")] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error("Say which: node docs/screenshots/history.mjs report.json report.html");
const load = (path) => import(pathToFileURL(resolve(built, "src", path)).href);
const { compareReports } = await load("history/compare-reports.js");
const { renderHtml } = await load("render/html/render-html.js");
const { readAssets } = await load("render/html/assets.js");

const days = 10;
const report = JSON.parse(readFileSync(from, "utf8"));
const dayMs = 86_400_000;
const end = Date.parse(report.generatedAt);
const at = (day) => new Date(end - (days - day) * dayMs).toISOString();
const noise = (family, day) => 1 + 0.06 * Math.sin(Number.parseInt(family.slice(0, 6), 16) * (day + 1));
const [slow, , fresh, gone] = report.families.map(({ id }) => id);

const plans = [
  { id: "000000000001", outline: "Nested Loop(Index Scan …, Index Scan …)" },
  { id: "000000000002", outline: "Hash Join(Seq Scan …, Hash(Seq Scan …))" },
];

function counted(family, day) {
  if (family.id === fresh && day < days) return [];
  const means = Array.from({ length: day + 1 }, (_, each) => {
    const mean = (family.meanTimeMs ?? 1) * noise(family.id, each);
    return family.id === slow && each > days - 3 ? 4 * mean : mean;
  });
  const callsADay = family.calls * 400;
  const called = family.id === gone ? means.slice(0, days) : family.id === fresh ? means.slice(days) : means;
  const totalMs = called.reduce((sum, mean) => sum + mean * callsADay, 0);
  const calls = called.length * callsADay;
  const squaresMs2 = called.reduce((sum, mean) => sum + 1.02 * mean * mean * callsADay, 0);
  const counters = { calls, totalMs, squaresMs2, rows: calls, blocks: calls * 12, countingSince: at(-1) };
  const plan = family.id === slow && day > days - 3 ? plans[1] : plans[0];
  return [{ ...family, plan, calls, meanTimeMs: totalMs / calls, counters }];
}

const reports = Array.from({ length: days + 1 }, (_, day) => ({
  ...report,
  generatedAt: at(day),
  state: { planner: "shadow", relations: [] },
  server: { ...report.server, databaseBytes: Math.round(report.server.databaseBytes * (0.8 + 0.02 * day)), countingSince: at(-1) },
  summary: { ...report.summary, weightedRatio: Math.min(1, report.summary.weightedRatio * (1 + 0.1 * Math.cos(day))) },
  families: report.families.flatMap((family) => counted(family, day)),
}));
const earlier = reports.slice(0, -1);
const last = reports[days];
writeFileSync(to, renderHtml({ ...last, comparison: compareReports(earlier, last) }, readAssets(), { earlier }));
