import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { openParserHost, type ParserHost } from "../../src/syntax/parser-host.ts";
import { workerSource } from "../../src/syntax/worker-source.ts";

const everything = { tree: true, fingerprint: true, normalized: true };

describe("a parser that meets its limits", () => {
  // Takes several hundred milliseconds on a fast machine.
  const slow = `select * from t where a in (${Array.from({ length: 140_000 }, (_, at) => at).join(",")})`;
  let parser: SqlParser;
  beforeAll(async () => {
    parser = await openParser({ timeoutMs: 200 });
  });
  afterAll(() => parser.close());

  test("gives up after its time and answers the next statement in a new worker", async () => {
    expect(await parser.parse(slow)).toMatchObject({ kind: "failed", reason: "timeout", position: null });
    expect(await parser.fingerprint("select 1")).toBe("50fde20626009aba");
  });

  test("does not take its caller's own work for a timeout", async () => {
    const patient = await openParser({ timeoutMs: 200 });
    const answer = patient.parse("select 1");
    const until = performance.now() + 500;
    while (performance.now() < until);
    expect((await answer).kind).toBe("parsed");
    await patient.close();
  });
});

describe("a parser whose engine dies", () => {
  let host: ParserHost;
  beforeAll(async () => {
    host = await openParserHost({ timeoutMs: 5000, maxLevels: 1_000_000 });
  });
  afterAll(() => host.close());

  test("reports it, and later questions get a whole engine", async () => {
    // 300,000 levels overflow even 16 MB.
    const deep = `select ${Array.from({ length: 300_000 }, () => "1").join("+")}`;
    for (let round = 0; round < 2; round++) {
      const outcome = await host.ask({ text: deep, compact: deep, ...everything });
      expect(outcome.kind === "answered" ? outcome.reply.broken : outcome.kind).not.toBeNull();
      const next = await host.ask({ text: "select 1", compact: "select 1", ...everything });
      expect(next).toMatchObject({ kind: "answered", reply: { fingerprint: "50fde20626009aba", normalized: "select $1", broken: null } });
    }
  });

  test("answers in the order asked, however many at once", async () => {
    const asked = Array.from({ length: 50 }, (_, at) => `select ${"a".repeat(at + 1)}`);
    const outcomes = await Promise.all(
      asked.map((sql) => host.ask({ text: sql, compact: sql, tree: false, fingerprint: false, normalized: true })),
    );
    expect(outcomes.map((outcome) => outcome.kind === "answered" && outcome.reply.normalized)).toEqual(asked);
  });

  test("says so after it is closed", async () => {
    const closing = await openParser();
    await closing.close();
    expect(await closing.parse("select 1")).toMatchObject({ reason: "crashed", message: "the parser is closed" });
  });
});

test("the worker program imports nothing but the two grammars it is given", () => {
  expect(workerSource()).not.toMatch(/__vi_|__vite|import\.meta/);
});

test("3,000 statements leave no memory behind", async () => {
  const parser = await openParser();
  const one = async () => {
    for (let at = 0; at < 1000; at++)
      await parser.analyze(`select a${at % 50}, '${"x".repeat(200)}' from t where b = ${at} and c in (1, 2, 3)`);
    return process.memoryUsage.rss();
  };
  const warm = await one();
  await one();
  expect((await one()) - warm).toBeLessThan(60 * 1024 * 1024);
  // 125 queries of this size kill the published wrappers.
  expect(await parser.fingerprint("select 1")).toBe("50fde20626009aba");
  await parser.close();
});

test("an idle parser does not keep the process alive, a busy one does", async () => {
  const holding = () => process.getActiveResourcesInfo().filter((name) => name === "Worker" || name === "MessagePort").length;
  const before = holding();
  const parser = await openParser();
  expect(holding()).toBe(before);
  const answer = parser.parse("select 1");
  await Promise.resolve();
  expect(holding()).toBeGreaterThan(before);
  await answer;
  expect(holding()).toBe(before);
  await parser.close();
});
