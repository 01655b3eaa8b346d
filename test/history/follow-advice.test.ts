import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { runAudit } from "../../src/wire.ts";
import { chooseSeries, keepReport, listHistory, targetFor } from "../../src/wire-history.ts";
import { schemaErrors } from "../render/report-schema.ts";
import { auditInput } from "../support/audit-input.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const postgres = await nativePostgres();
const usable = postgres?.hasStatements === true;

describe.skipIf(!usable)(`advice that is followed on a real server${usable ? "" : `: ${noNativePostgres}`}`, () => {
  const server = postgres as NativePostgres;
  let folder: string;
  let client: pg.Client;

  const work = async (times: number) => {
    for (let call = 0; call < times; call += 1) {
      await client.query("select id, total from orders where customer_id = $1 order by placed_at desc limit 10", [
        1 + ((call * 37) % 5000),
      ]);
      await client.query("select note from orders where id = $1", [1 + call * 11]);
    }
  };
  const audit = async () => {
    const input = auditInput({ kind: "url", url: server.url("shop") }, { top: 100, minCalls: 1, planner: "shadow" });
    const report = await runAudit(input, { onProgress: () => {}, signal: new AbortController().signal });
    return keepReport(report, { place: join(folder, "store") }, await targetFor(report, input.source));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plansmith-history-"));
    await server.run("postgres", "create database shop");
    await server.run(
      "shop",
      "create extension pg_stat_statements",
      `create table orders as select i::bigint as id, (1 + i * 7919::bigint % 5000) as customer_id, (i % 997)::numeric as total, md5(i::text) as note,
         timestamptz '2026-01-01' + i * interval '1 minute' as placed_at from generate_series(1, 200000) i`,
      "alter table orders add primary key (id)",
      "vacuum analyze orders",
    );
    client = new pg.Client({ connectionString: server.url("shop") });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("the index made under another name is found, its statement is faster, and it paid", async () => {
    await client.query("select pg_stat_statements_reset()");
    await work(60);
    const first = await audit();
    expect(first.report.comparison).toBeUndefined();
    const lookup = first.report.families.find(({ sql }) => sql.includes("customer_id"))!;
    expect(lookup.counters).toMatchObject({ calls: 60, countingSince: expect.any(String) });
    expect(lookup.plan!.outline).toContain("Seq Scan orders");
    const [advice] = first.report.recommendations;
    const made = advice!.apply.join(";\n").replace(/INDEX CONCURRENTLY \S+ ON/, "INDEX CONCURRENTLY somebody_s_own ON");
    expect(made).toContain("somebody_s_own");
    for (const statement of made.split(";\n")) await client.query(statement);
    await client.query("analyze orders");
    await work(300);
    const second = await audit();
    const comparison = second.report.comparison!;
    expect(comparison.applied).toMatchObject([
      {
        id: advice!.id,
        kind: "create-index",
        as: "somebody_s_own",
        isNew: true,
        verdict: "paid",
        between: [first.report.generatedAt, second.report.generatedAt],
      },
    ]);
    const { predictedRatio, observedRatio } = comparison.applied[0]!;
    expect(predictedRatio).toBeLessThan(0.2);
    expect(observedRatio).toBeLessThan(0.5);
    expect(comparison.indexes).toEqual({ made: [{ schema: "public", name: "somebody_s_own" }], dropped: [] });
    expect(comparison.recommendations.gone).toEqual([]);
    expect(comparison.statements.plans).toMatchObject([{ family: lookup.id, verdict: "better" }]);
    expect(comparison.statements.plans[0]!.after).toContain("somebody_s_own");
    expect(comparison.notes).toEqual([]);
    expect(schemaErrors(JSON.stringify(second.report))).toEqual([]);

    const text = renderReport(second.report, "terminal", { color: false, width: 100 });
    expect(text).toContain("Since last time");
    expect(text.replaceAll(/\s+/g, " ")).toMatch(/done as somebody_s_own between .* it paid as promised/);

    await client.query("select pg_stat_statements_reset()");
    await work(60);
    await client.query("drop index somebody_s_own");
    await work(60);
    const third = await audit();
    expect(third.report.comparison!.notes).toEqual([expect.stringMatching(/^The counters were reset at /)]);
    expect(third.report.comparison!.indexes.dropped).toEqual([{ schema: "public", name: "somebody_s_own" }]);
    expect(third.report.comparison!.statements.plans).toMatchObject([{ family: lookup.id }]);
  });

  test("the store lists the reports, and gives them to a comparison by id and by place", async () => {
    const place = { place: join(folder, "store") };
    const listed = (await listHistory(place, { limit: 10 }))!;
    expect(listed.map(({ id }) => id)).toEqual(["3", "2", "1"]);
    expect(new Set(listed.map(({ target }) => target))).toEqual(new Set([expect.stringMatching(/^\d+\/shop$/)]));
    // No comparison reads plans.
    expect(listed.flatMap(({ report }) => report.recommendations.flatMap(({ proofs }) => proofs))).toEqual([]);
    const times = (reports: readonly Report[]) => reports.map(({ generatedAt }) => generatedAt);
    const [third, second, first] = times(listed.map(({ report }) => report));
    const last = await chooseSeries([], { place, target: null });
    expect([times(last.earlier), last.now.generatedAt]).toEqual([[first, second], third]);
    const older = await chooseSeries(["1", "2"], { place, target: null });
    expect([times(older.earlier), older.now.generatedAt]).toEqual([[first], second]);
    for (const [refs, message] of [
      [["2", "1"], /not later/],
      [["9"], /no report 9/],
      [["last", "previous"], /not later/],
    ] as const)
      await expect(chooseSeries(refs, { place, target: null })).rejects.toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringMatching(message),
      });
    await expect(chooseSeries([], { place, target: "other" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      hint: expect.stringContaining("/shop"),
    });
  });
});
