import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noises, simulateServer } from "../../bench/history/simulated-server.ts";
import { twoWeeks } from "../../bench/history/story.ts";
import type { Store } from "../../src/contract/store.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { compareReports } from "../../src/history/compare-reports.ts";
import { fromSummary, summarised } from "../../src/store/history-summary.ts";
import { openServerStore } from "../../src/store/server-store.ts";
import { storeVersions } from "../../src/store/versions.ts";
import { literalReport } from "../render/literal-report.ts";

let database: EmbeddedDatabase;
let store: Store;
beforeAll(async () => {
  database = await bootEmbedded();
  database.provideExtension("vector");
  // A store as the first release made it, with a report in it.
  await database.run("create extension vector");
  await database.run(
    "create schema plansmith; create table plansmith.version (version int not null); insert into plansmith.version values (1)",
  );
  await database.run(storeVersions[0]!.sql);
  await database.session.query("insert into plansmith.report (target, generated_at, body) values ('old', $1, $2)", [
    literalReport.generatedAt,
    JSON.stringify(literalReport),
  ]);
  store = await openServerStore(database.session, "a server");
});
afterAll(() => store.close());

test("a comparison with what the history keeps is the one with the reports themselves", () => {
  const { reports, comparisons } = twoWeeks(7, 24);
  const kept = reports.map((report) => {
    const { summary, texts } = summarised(report);
    return fromSummary(JSON.parse(JSON.stringify(summary)), texts); // as the store gives it back
  });
  expect(comparisons.length).toBeGreaterThan(10);
  for (const [position, comparison] of comparisons.entries())
    expect(compareReports(kept.slice(0, position + 1), reports[position + 1]!)).toEqual(comparison);
});

test("a summary is small whatever the proofs, refusals and words of a report are", () => {
  const [first] = literalReport.recommendations;
  const swollen = {
    ...literalReport,
    recommendations: [{ ...first!, proofs: Array.from({ length: 500 }, () => first!.proofs[0]!), undo: ["x".repeat(100_000)] }],
    rejected: Array.from({ length: 500 }, () => literalReport.rejected[0]!),
  };
  expect(JSON.stringify(summarised(swollen).summary).length).toBeLessThan(JSON.stringify(summarised(literalReport).summary).length + 100);
});

describe("a store of version 1", () => {
  test("is upgraded in place; its reports are read as before, whole and as history", async () => {
    const [old] = await store.readHistory({ target: "old", limit: 5 });
    expect(old!.report.families).toEqual(JSON.parse(JSON.stringify(literalReport.families)));
    expect(old!.report.recommendations.map(({ proofs }) => proofs)).toEqual(literalReport.recommendations.map(() => []));
    expect((await store.readReport(old!.id))!.report).toEqual(JSON.parse(JSON.stringify(literalReport)));
  });

  test("takes new reports beside them, whose statements' texts are kept once", async () => {
    const server = simulateServer({ seed: 3, statements: 50, hoursBetween: 24, noise: noises.calm });
    const reports = [server.audit(), server.audit(), server.audit()];
    for (const report of reports) await store.saveReport({ target: "old", report });
    const history = await store.readHistory({ target: "old", limit: 10 });
    expect(history).toHaveLength(4);
    const latest = history.find(({ generatedAt }) => generatedAt === reports[2]!.generatedAt)!;
    expect(latest.report.families.map(({ sql }) => sql)).toEqual(reports[2]!.families.map(({ sql }) => sql));
    const texts = new Set(reports.flatMap(({ families }) => families.map(({ sql }) => sql)));
    expect(await database.scalar("select count(*)::int from plansmith.statement_text")).toBe(texts.size);
    // The whole report is still there.
    expect((await store.readReport(latest.id))!.report).toEqual(JSON.parse(JSON.stringify(reports[2])));
  });
});
