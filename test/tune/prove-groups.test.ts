import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTuningRules } from "../../rules/index.ts";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { Snapshot, StatementStats } from "../../src/domain/snapshot.ts";
import { noHardware } from "../../src/domain/tuning.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { group } from "../../src/group/group.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { tuningContext } from "../../src/tune/context.ts";
import { withShapes } from "../../src/tune/families.ts";
import type { Verdict } from "../../src/tune/prove-advice.ts";
import { proveGroups } from "../../src/tune/prove-groups.ts";
import { runRules } from "../../src/tune/run-rules.ts";

/** City follows from zip: 900 zips in 90 cities; and with its street each row is a place of its own. */
const schema = `
create table address (id bigint primary key, city text not null, zip text not null, street text not null, total numeric not null);
insert into address select i, 'city ' || i % 900 / 10, 'zip ' || i % 900, 'street ' || i % 701, i from generate_series(1, 120000) i;
set default_statistics_target = 100;
analyze address;
`;
const byPlace = "select city, zip, sum(total) from address group by city, zip order by city, zip";
const byStreet = "select zip, street, sum(total) from address group by zip, street";

describe("groups of columns that go together", () => {
  let database: EmbeddedDatabase;
  let parser: SqlParser;
  let read: Snapshot;

  const withSample = (sql: string, rows: readonly string[] | null): Snapshot => {
    const stats: StatementStats = {
      queryId: "1",
      sql,
      calls: 100,
      totalExecTimeMs: 100_000,
      rows: 100,
      sharedBlocksRead: null,
      sharedBlocksHit: null,
      tempBlocksWritten: 0,
      countingSince: null,
      place: null,
    };
    return { ...read, statements: [stats], ...(rows === null ? {} : { rowSamples: [{ schema: "public", name: "address", rows }] }) };
  };
  /** A seventh of the rows, from all over. */
  const sampled = async () =>
    (await database.session.query<{ row: string }>("select a::text as row from address a where hashint8(id) % 7 = 0")).map(
      (each) => each.row,
    );
  const planned = async (sql: string) => {
    const [row] = await database.session.query<{ "QUERY PLAN": readonly { Plan: { "Plan Rows": number; "Node Type": string } }[] }>(
      `explain (format json) ${sql}`,
    );
    return row!["QUERY PLAN"][0]!.Plan;
  };
  const verdictOn = async (snapshot: Snapshot): Promise<Verdict> => {
    const planner: Planner = await openShadowPlanner(snapshot);
    try {
      const { families } = await group(snapshot, parser);
      const rules = new Map([["tuning/group-statistics", (await loadTuningRules()).get("tuning/group-statistics")!]]);
      const context = tuningContext(snapshot, await withShapes(families, parser), noHardware);
      const options = { "tuning/group-statistics": { minRows: 1000 } };
      const { proposals } = runRules(snapshot, context, rules, options);
      const trial = proposals[0]?.proposal.trial;
      if (trial?.kind !== "groups") throw new Error(`${proposals.length} proposals, the first a trial of ${trial?.kind}`);
      const typical = families.map((family) => ({ family, typical: { kind: "text" as const, sql: family.sql, values: {} } }));
      return await proveGroups(trial, typical, { planner, indexes: { show: [], hide: [] }, stop: () => {} });
    } finally {
      await planner.close();
    }
  };

  beforeAll(async () => {
    database = await bootEmbedded({ collation: "libc-utf8" });
    parser = await openParser();
    await database.run(schema);
    const options = { top: 0, minCalls: 0, includeSchemas: [], excludeSchemas: [], readEnds: true, statements: [], redactValues: false };
    read = await liveSource(database.session, { ...options, origin: "demo", now: new Date("2026-01-01T00:00:00Z") }).read({});
  });
  afterAll(async () => {
    await parser?.close();
    await database?.close();
  });

  test("the shadow plans with the sample's combinations what PostgreSQL plans once the object is made", async () => {
    const verdict = await verdictOn(withSample(byPlace, await sampled()));
    if (verdict.kind !== "proved" || verdict.proof.kind !== "planner") throw new Error(JSON.stringify(verdict));
    const [effect] = verdict.proof.effects;
    expect(verdict.proof.change).toBe('CREATE STATISTICS (ndistinct) ON "city", "zip", built of sampled rows');
    const before = await planned("select 1 from address group by city, zip");
    expect(effect).toMatchObject({ rowsBefore: before["Plan Rows"], rowsSampled: 900, rowsAfter: 900 });
    expect(before["Plan Rows"]).toBe(12000);
    await database.run("create statistics address_places (ndistinct) on city, zip from address; analyze address");
    try {
      expect((await planned("select 1 from address group by city, zip"))["Plan Rows"]).toBe(effect!.rowsAfter);
    } finally {
      await database.run("drop statistics address_places; analyze address");
    }
  });

  test("a sample whose rows each have a combination of their own is no evidence", async () => {
    const verdict = await verdictOn(withSample(byStreet, await sampled()));
    if (verdict.kind !== "refused") throw new Error(JSON.stringify(verdict));
    expect(verdict.reason).toMatch(/^No evidence: .* have a combination of their own/);
  });

  test("columns that are independent get no object", async () => {
    const apart = Array.from({ length: 8000 }, (_, n) => `(${n},city ${n % 40},zip ${Math.floor(n / 40) % 100},s,1)`);
    const verdict = await verdictOn(withSample(byPlace, apart));
    if (verdict.kind !== "refused") throw new Error(JSON.stringify(verdict));
    expect(verdict.reason).toContain("near enough");
  });

  test("without a sample there is no evidence", async () => {
    expect(await verdictOn(withSample(byPlace, null))).toMatchObject({ kind: "refused" });
  });
});
