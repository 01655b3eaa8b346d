import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planNodes } from "../../src/domain/plan.ts";
import { readWorkload } from "../../src/logs/logged-source.ts";
import { readParameters } from "../../src/logs/parameters.ts";
import { readTextPlan } from "../../src/logs/text-plan.ts";
import { planShape } from "../../src/parse/read-plan.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plansmith-logs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(text: string | Buffer, name = "postgresql.log", database: string | null = null) {
  writeFileSync(join(folder, name), text);
  return readWorkload(join(folder, name), database);
}

describe("the text log", () => {
  test("RDS: prefix with user@database, DETAIL of the same process, lines broken by tabs", async () => {
    const { statements } = await read(
      [
        "2025-03-01 10:00:00 UTC:10.0.0.7(51234):app@shop:[4711]:LOG:  duration: 12.500 ms  execute <unnamed>: select *",
        "\tfrom orders",
        "\twhere id = $1 and note = $2",
        "2025-03-01 10:00:00 UTC:10.0.0.7(51234):app@shop:[4711]:DETAIL:  parameters: $1 = '42', $2 = 'it''s",
        "\tLOG:  not a line of its own'",
        "2025-03-01 10:00:01 UTC:10.0.0.7(51234):app@other:[4712]:LOG:  duration: 99.000 ms  statement: select 1",
      ].join("\n"),
      "rds.log",
      "shop",
    );
    expect(statements).toEqual([
      {
        sql: "select *\nfrom orders\nwhere id = $1 and note = $2",
        calls: 1,
        totalMs: 12.5,
        runs: [
          {
            sql: "select *\nfrom orders\nwhere id = $1 and note = $2",
            durationMs: 12.5,
            parameters: { 1: "42", 2: "it's\nLOG:  not a line of its own" },
            plan: null,
          },
        ],
      },
    ]);
  });

  test("a DETAIL of another process is nobody's", async () => {
    const { statements } = await read(
      "1 [10] LOG:  duration: 1.0 ms  execute a: select $1\n1 [11] DETAIL:  Parameters: $1 = 'x'\n1 [10] DETAIL:  Parameters: $1 = 'y'\n",
    );
    expect(statements[0]!.runs[0]!.parameters).toEqual({ 1: "y" });
  });

  test("text, plan and duration of one execution are one call", async () => {
    const plan =
      "Query Text: select * from t where a = $1\n\tQuery Parameters: $1 = '7'\n\tSeq Scan on t  (cost=0.00..1.00 rows=5 width=4)";
    const { statements } = await read(
      [
        "[1] LOG:  execute s1: select * from t where a = $1",
        "[1] DETAIL:  Parameters: $1 = '7'",
        `[1] LOG:  duration: 2.000 ms  plan:\n\t${plan}`,
        "[1] LOG:  duration: 3.000 ms",
        "[2] LOG:  statement: select * from t where a = 8",
        "[1] LOG:  duration: 0.5 ms  parse s1: select * from t where a = $1",
      ].join("\n"),
    );
    const runs = statements.flatMap((each) => each.runs);
    expect(statements.map(({ sql, calls, totalMs }) => ({ sql, calls, totalMs }))).toEqual([
      { sql: "select * from t where a = $1", calls: 1, totalMs: 3 },
      { sql: "select * from t where a = 8", calls: 1, totalMs: 0 },
    ]);
    expect(runs[0]).toMatchObject({ durationMs: 3, parameters: { 1: "7" } });
    expect(planShape(runs[0]!.plan!)).toBe("Seq Scan on t");
  });

  test("literals make no other statement, and the slowest execution stays", async () => {
    const lines = Array.from(
      { length: 5000 },
      (_, n) => `[1] LOG:  duration: ${n === 3210 ? 999 : 1}.000 ms  statement: select * from t where a = ${n} and b in ('x', '${n}')`,
    );
    const { statements } = await read(lines.join("\n"));
    expect(statements).toHaveLength(1);
    expect(statements[0]!.calls).toBe(5000);
    expect(statements[0]!.runs.length).toBeLessThanOrEqual(5);
    expect(statements[0]!.runs[0]).toMatchObject({ durationMs: 999, sql: expect.stringContaining("a = 3210") });
  });

  test("values cut short are no values, and said", async () => {
    const { statements, clippedCalls } = await read(
      "[1] LOG:  duration: 1.0 ms  execute a: select $1\n[1] DETAIL:  parameters: $1 = 'abc...'\n",
    );
    expect(clippedCalls).toBe(1);
    expect(statements).toMatchObject([{ calls: 1, runs: [] }]);
  });

  test("what tells of no execution gives nothing", async () => {
    const { statements } = await read(
      "[1] LOG:  checkpoint complete\n[1] ERROR:  duration: 5 ms  statement: select 1\n\tmore\n\u0000\u0001binary\n",
    );
    expect(statements).toEqual([]);
  });
});

describe("exports", () => {
  const text =
    "2025-03-01 10:00:00.123 UTC [77]: [3-1] db=shop,user=app LOG:  duration: 4.000 ms  execute <unnamed>: select * from orders where id = $1";
  const detail = "2025-03-01 10:00:00.123 UTC [77]: [4-1] db=shop,user=app DETAIL:  Parameters: $1 = '9'";
  const expected = [{ sql: "select * from orders where id = $1", calls: 1, totalMs: 4, runs: [{ parameters: { 1: "9" } }] }];

  test("Cloud SQL, an entry a line", async () => {
    const entries = [text, detail].map((textPayload) => JSON.stringify({ insertId: "x", severity: "INFO", textPayload }));
    expect((await read(entries.join("\n"), "cloud.json", "shop")).statements).toMatchObject(expected);
    expect((await read(entries.join("\n"), "cloud.json", "other")).statements).toEqual([]);
  });

  test("Cloud SQL, as a list spread over lines", async () => {
    const entries = [text, detail].map((textPayload) => ({ insertId: "x", textPayload, timestamp: "2025-03-01T10:00:00Z" }));
    expect((await read(JSON.stringify(entries, null, 2), "list.json", "shop")).statements).toMatchObject(expected);
  });

  test("a packed file", async () => {
    expect((await read(gzipSync(`${text}\n${detail}\n`), "rds.log.gz", "shop")).statements).toMatchObject(expected);
  });

  test("a packed file that is none is refused", async () => {
    await expect(read("not packed", "broken.log.gz")).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(readWorkload(join(folder, "missing.log"), null)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(readWorkload(join(folder, "missing.log.gz"), null)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});

describe("parameters", () => {
  test("any values come back as PostgreSQL wrote them (BuildParamLogString, params.c)", () => {
    const value = fc.option(
      fc.string().filter((text) => !text.endsWith("...")),
      { nil: null },
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), fc.constantFrom("parameters: ", "Parameters: ", ""), (values, head) => {
        const text = values.map((each, at) => `$${at + 1} = ${each === null ? "NULL" : `'${each.replaceAll("'", "''")}'`}`).join(", ");
        expect(readParameters(head + text)).toEqual(Object.fromEntries(values.map((each, at) => [at + 1, each])));
      }),
    );
  });

  test("another detail is none", () => expect(readParameters("prepare: PREPARE p AS select $1")).toEqual({}));
});

test("a plan in text has the nodes, figures and conditions of the one in JSON", () => {
  const plan = readTextPlan(
    [
      "Limit  (cost=0.85..12.40 rows=10 width=8) (actual time=0.021..0.090 rows=10 loops=1)",
      "  ->  Nested Loop Left Join  (cost=0.85..99.00 rows=86 width=8) (actual time=0.020..0.088 rows=10 loops=1)",
      "        ->  Parallel Index Only Scan Backward using orders_pkey on shop.orders o  (cost=0.42..8.44 rows=1 width=4) (actual rows=3 loops=2)",
      "              Index Cond: (id > 5)",
      "              Heap Fetches: 0",
      '        ->  Bitmap Heap Scan on "Odd Table" t  (cost=4.30..20.00 rows=7 width=4) (never executed)',
      "              Filter: (a = 1)",
      "              ->  Bitmap Index Scan on odd_index  (cost=0.00..4.29 rows=7 width=0) (actual time=0.010..0.010 rows=7.5 loops=10)",
      "Planning Time: 0.1 ms",
      "Execution Time: 1.250 ms",
    ].map((line) => line),
  )!;
  expect(plan.executionTimeMs).toBe(1.25);
  expect(planShape(plan)).toBe(
    "Limit(Nested Loop Left(Parallel Index Only Scan Backward orders_pkey on shop.orders, Bitmap Heap Scan on Odd Table(Bitmap Index Scan odd_index)))",
  );
  const [, , scan, heap, bitmap] = [...planNodes(plan)];
  expect(scan).toMatchObject({ indexCondition: "(id > 5)", actual: { rowsPerLoop: 3, loops: 2 }, planRows: 1 });
  expect(heap).toMatchObject({ filter: "(a = 1)", actual: null, totalCost: 20 });
  expect(bitmap).toMatchObject({ actual: { rowsPerLoop: 7.5, loops: 10, timeMsPerLoop: 0.01 } });
  expect(readTextPlan(["no plan"])).toBeNull();
});
