import { describe, expect, test } from "vitest";
import { noises, simulateServer } from "../../bench/history/simulated-server.ts";
import { historyOf } from "../../src/history/history.ts";
import { timeChanges } from "../../src/history/time-changes.ts";

const judged = (reports: Parameters<typeof historyOf>[0]) => timeChanges(historyOf(reports));
const server = (seed: number, rest: Partial<Parameters<typeof simulateServer>[0]> = {}) =>
  simulateServer({ seed, statements: 120, hoursBetween: 24, noise: noises.usual, ...rest });
const audits = (from: ReturnType<typeof server>, count: number) => Array.from({ length: count }, () => from.audit());

describe("times", () => {
  test("a statement three times as slow is found with its factor and its beginning, and a mended one among the faster", () => {
    const simulated = server(11);
    const before = audits(simulated, 14);
    simulated.slow(1, 3);
    simulated.slow(2, 0.25);
    const after = audits(simulated, 3);
    const { slower, faster } = judged([...before, ...after]);
    expect(slower.map(({ fingerprint }) => fingerprint)).toEqual([simulated.statement(1)]);
    expect(slower[0]!.ratio).toBeGreaterThan(2);
    expect(slower[0]!.ratio).toBeLessThan(4.5);
    expect(slower[0]!.from).toBe(before.at(-1)!.generatedAt);
    expect(slower[0]!.now.intervals).toBe(3);
    expect(faster.map(({ fingerprint }) => fingerprint)).toEqual([simulated.statement(2)]);
  });

  test("one slow day is no change", () => {
    const simulated = server(12);
    const before = audits(simulated, 14);
    simulated.slow(1, 3);
    const slow = simulated.audit();
    simulated.slow(1, 1 / 3);
    const reports = [...before, slow, ...audits(simulated, 3)];
    for (let end = 15; end <= reports.length; end += 1) expect(judged(reports.slice(0, end)).slower).toEqual([]);
  });

  test("a change that stays keeps its beginning", () => {
    const simulated = server(13);
    const before = audits(simulated, 14);
    simulated.slow(1, 3);
    const after = audits(simulated, 6);
    expect(judged([...before, ...after]).slower[0]!.from).toBe(before.at(-1)!.generatedAt);
  });

  test("a reset in between hides no change and makes none", () => {
    const simulated = server(14);
    const before = audits(simulated, 12);
    simulated.reset();
    const quiet = audits(simulated, 3);
    expect(judged([...before, ...quiet]).slower).toEqual([]);
    simulated.slow(1, 3);
    const after = audits(simulated, 3);
    expect(judged([...before, ...quiet, ...after]).slower.map(({ fingerprint }) => fingerprint)).toEqual([simulated.statement(1)]);
  });

  test("what makes all statements slow is said of the server and of none of them", () => {
    const simulated = server(15);
    const before = audits(simulated, 14);
    for (let rank = 0; rank < 80; rank += 1) simulated.slow(rank, 2);
    const { slower, serverWide } = judged([...before, ...audits(simulated, 3)]);
    expect(serverWide!.ratio).toBeGreaterThan(1.5);
    expect(serverWide!.statements).toBeGreaterThan(60);
    expect(slower).toEqual([]);
  });

  test("two reports are enough for a large change", () => {
    const simulated = server(16, { noise: noises.calm });
    const first = simulated.audit();
    simulated.slow(1, 8);
    expect(judged([first, simulated.audit()]).slower.map(({ fingerprint }) => fingerprint)).toContain(simulated.statement(1));
  });

  test("a statement that takes next to none of the time is not worth a line, however much slower", () => {
    const simulated = server(17, { noise: noises.calm });
    const before = audits(simulated, 14);
    simulated.slow(70, 4);
    const { slower, judged: count } = judged([...before, ...audits(simulated, 3)]);
    expect(count).toBeGreaterThan(80);
    expect(slower).toEqual([]);
  });

  test("one report, or reports without counters, tell nothing and throw nothing", () => {
    const simulated = server(18);
    const one = simulated.audit();
    expect(judged([one])).toEqual({ slower: [], faster: [], serverWide: null, judged: 0 });
    const bare = [one, simulated.audit()].map((report) => ({
      ...report,
      families: report.families.map(({ counters: _counters, ...family }) => family),
    }));
    expect(judged(bare).judged).toBe(0);
  });
});
