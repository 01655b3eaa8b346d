import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { proveGroups } from "../../src/tune/prove-groups.ts";
import { type AnalyzedDatabase, analyzedDatabase, withSample, withShadow } from "../support/analyzed-database.ts";
import { called, firstProposal } from "../support/tune-statements.ts";

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
  let database: AnalyzedDatabase;

  const grouping = (sql: string, rows: readonly string[] | null): Snapshot =>
    withSample({ ...database.read, statements: [{ ...called(sql), queryId: "1", totalExecTimeMs: 100_000 }] }, "address", rows);
  /** A seventh of the rows, from all over. */
  const sampled = () => database.sampled("address", "hashint8(id) % 7 = 0");
  const estimate = async (sql: string) => (await database.explained(sql)).root.planRows;
  const verdictOn = (snapshot: Snapshot) =>
    withShadow(snapshot, async (planner) => {
      const rule = "tuning/group-statistics";
      const { proposal, asWritten } = await firstProposal({ parser: database.parser, snapshot, rule }, { [rule]: { minRows: 1000 } });
      const trial = proposal?.trial;
      if (trial?.kind !== "groups") throw new Error(`the first proposal is a trial of ${trial?.kind}`);
      return await proveGroups(trial, asWritten, { planner, indexes: { show: [], hide: [] }, stop: () => {} });
    });

  beforeAll(async () => {
    database = await analyzedDatabase(schema);
  });
  afterAll(() => database?.close());

  test("the shadow plans with the sample's combinations what PostgreSQL plans once the object is made", async () => {
    const verdict = await verdictOn(grouping(byPlace, await sampled()));
    if (verdict.kind !== "proved" || verdict.proof.kind !== "planner") throw new Error(JSON.stringify(verdict));
    const [effect] = verdict.proof.effects;
    expect(verdict.proof.change).toBe('CREATE STATISTICS (ndistinct) ON "city", "zip", built of sampled rows');
    const before = await estimate("select 1 from address group by city, zip");
    expect(effect).toMatchObject({ rowsBefore: before, rowsSampled: 900, rowsAfter: 900 });
    expect(before).toBe(12000);
    await database.run("create statistics address_places (ndistinct) on city, zip from address; analyze address");
    try {
      expect(await estimate("select 1 from address group by city, zip")).toBe(effect!.rowsAfter);
    } finally {
      await database.run("drop statistics address_places; analyze address");
    }
  });

  test("a sample whose rows each have a combination of their own is no evidence", async () => {
    const verdict = await verdictOn(grouping(byStreet, await sampled()));
    if (verdict.kind !== "refused") throw new Error(JSON.stringify(verdict));
    expect(verdict.reason).toMatch(/^No evidence: .* have a combination of their own/);
  });

  test("columns that are independent get no object", async () => {
    const apart = Array.from({ length: 8000 }, (_, n) => `(${n},city ${n % 40},zip ${Math.floor(n / 40) % 100},s,1)`);
    const verdict = await verdictOn(grouping(byPlace, apart));
    if (verdict.kind !== "refused") throw new Error(JSON.stringify(verdict));
    expect(verdict.reason).toContain("near enough");
  });

  test("without a sample there is no evidence", async () => {
    expect(await verdictOn(grouping(byPlace, null))).toMatchObject({ kind: "refused" });
  });
});
