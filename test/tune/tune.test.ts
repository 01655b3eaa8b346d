import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadTuningRules } from "../../rules/index.ts";
import type { Planner } from "../../src/contract/planner.ts";
import type { Snapshot, StatementStats } from "../../src/domain/snapshot.ts";
import { noHardware, type Tuning } from "../../src/domain/tuning.ts";
import { AdvisorError } from "../../src/errors.ts";
import { bindParameters } from "../../src/group/bind-parameters.ts";
import { group } from "../../src/group/group.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { noHealth } from "../../src/tune/context.ts";
import { type TuneInput, tune } from "../../src/tune/tune.ts";
import { plainIndex } from "../support/plain-index.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";
import { adviceOn, called } from "../support/tune-statements.ts";

/** City follows from zip: 200 zips, 40 cities, so that both together are 40 times likelier than their product. */
const schema = `
create table address (id bigint primary key, city text not null, zip text not null, email text not null);
insert into address select i, 'city ' || i % 200 / 5, 'zip ' || i % 200, 'Person.' || i || '@example.org' from generate_series(1, 30000) i;
-- plansmith: address rows=3000000
create table sale (id bigint primary key, shop int not null, total numeric not null, note text not null);
insert into sale select i, i % 7, i, repeat('x', 60) from generate_series(1, 20000) i;
-- plansmith: sale rows=2000000
`;

const statement = (sql: string, more: Partial<StatementStats> = {}): StatementStats => ({ ...called(sql), ...more });

const twoColumns = "select id from address where city = 'city 3' and zip = 'zip 17'";
const sorting = "select * from sale order by note, total";
const settings = [
  { name: "work_mem", value: "4096", unit: "kB", source: "default" },
  { name: "random_page_cost", value: "4", unit: null, source: "default" },
];

describe("proofs of tuning advice", () => {
  let parser: SqlParser;
  let snapshot: Snapshot;
  let planner: Planner;

  beforeAll(async () => {
    parser = await openParser();
    const read = await schemaSnapshot(parser, schema);
    const rows = Array.from(
      { length: 5000 },
      (_, n) => `(${n},"city ${Math.floor((n % 200) / 5)}","zip ${n % 200}",person.${n}@example.org)`,
    );
    snapshot = {
      ...read,
      statements: [statement(twoColumns), statement(sorting, { tempBlocksWritten: 2_000_000 })],
      rowSamples: [{ schema: "public", name: "address", rows }],
      health: { ...noHealth, settings },
    };
    planner = await openShadowPlanner(snapshot);
  });
  afterAll(async () => {
    await planner?.close();
    await parser?.close();
  });

  const run = (rule: string, more: Partial<TuneInput> = {}): Promise<Tuning> => adviceOn({ parser, planner, snapshot, rule }, more);
  const planned = async (statements: Snapshot["statements"]): Promise<Pick<TuneInput, "families" | "planned">> => {
    const grouped = await group({ ...snapshot, statements }, parser);
    const { families } = await bindParameters(grouped, snapshot, (sql) => planner.parameterTypes(sql));
    return { families, planned: families.map((family) => ({ family, typical: family.examples[0]! })) };
  };
  const firstProof = ({ advice, refused }: Tuning) => {
    const proof = advice[0]?.proof;
    if (proof?.kind !== "planner") throw new Error(`the proof is ${proof?.kind}; refused: ${JSON.stringify(refused)}`);
    return proof;
  };
  const costOf = async (sql: string) => {
    const outcome = await planner.plan(sql, { show: [], hide: [] });
    return outcome.kind === "planned" ? outcome.plan.root.totalCost : null;
  };

  test("work_mem is proved by planning again under it, and the old value is back afterwards", async () => {
    const before = await costOf(sorting);
    const proof = firstProof(await run("tuning/work-mem-spills"));
    expect(proof).toMatchObject({ change: "SET LOCAL work_mem = '512MB'", comparable: true, better: 1, worse: 0, planned: 2 });
    expect(proof.effects[0]!.costAfter).toBeLessThan(before!);
    expect(proof.effects[0]!.costBefore).toBe(before);
    expect(await costOf(sorting)).toBe(before);
  });

  test("a sort that an index leaves out needs no memory", async () => {
    await planner.prepare("note", plainIndex("sale", ["note", "total"]));
    const limited = "select * from sale order by note, total limit 10";
    const asked = await planned([statement(limited, { tempBlocksWritten: 2_000_000 })]);
    const { advice, refused } = await run("tuning/work-mem-spills", { ...asked, indexes: { show: ["note"], hide: [] } });
    expect(advice).toEqual([]);
    expect(refused[0]!.reason).toContain("With the recommended indexes");
  });

  test("a cost constant is judged by plans that change; costs are not compared", async () => {
    const hardware = { ...noHardware, storage: "nvme" as const };
    const proof = firstProof(await run("tuning/random-page-cost", { hardware }));
    // The dear sort goes to disk, which is priced by random_page_cost too.
    expect(proof).toMatchObject({ comparable: false, better: 0, worse: 0, planned: 2, changedPlans: 1 });
    const unmoved = (await planned(snapshot.statements)).planned.filter(({ family }) => family.sql === twoColumns);
    const { advice, refused } = await run("tuning/random-page-cost", { hardware, planned: unmoved });
    expect(advice).toEqual([]);
    expect(refused[0]!.reason).toBe("No plan of 1 statement changes with it.");
  });

  test("a statistics object is built of sampled rows and mends an estimate off by more than ten times", async () => {
    const tuning = await run("tuning/extended-statistics");
    const proof = firstProof(tuning);
    expect(tuning.advice[0]!.apply[0]).toContain('CREATE STATISTICS public.address_city_zip_stx (dependencies) ON "city", "zip"');
    const [effect] = proof.effects;
    // 3,000,000 rows, 200 zips, each in one city of 40: 15,000 of one pair, where independence gives 375.
    expect(effect!.rowsBefore).toBeLessThan(600);
    expect(effect!.rowsSampled).toBe(15_000);
    expect(effect!.rowsAfter! / 15_000).toBeGreaterThan(0.7);
    expect(effect!.rowsAfter! / 15_000).toBeLessThan(1.4);
  });

  test("parameters whose values never occur together are judged by the commonest combination of the sample", async () => {
    const apart = "select id from address where city = 'city 3' and zip = 'zip 99'";
    const [effect] = firstProof(await run("tuning/extended-statistics", await planned([statement(apart)]))).effects;
    expect(effect!.rowsSampled).toBe(15_000);
    expect(effect!.rowsBefore).toBeLessThan(600);
  });

  test("what was tried leaves no statistics object behind", async () => {
    const outcome = await planner.plan(twoColumns, { show: [], hide: [] });
    await run("tuning/extended-statistics");
    expect(await planner.plan(twoColumns, { show: [], hide: [] })).toEqual(outcome);
  });

  test("without sampled rows a statistics object is not advised, and the report says what was not read", async () => {
    const { rowSamples: _rows, ...bare } = snapshot;
    const { advice, refused, unread } = await run("tuning/extended-statistics", { snapshot: bare });
    expect([...advice, ...refused]).toEqual([]);
    expect(unread).toEqual([{ rule: "tuning/extended-statistics", missing: ["sampled rows (--sample-rows)"] }]);
  });

  test("independent columns get no statistics object", async () => {
    const asked = await planned([statement("select id from address where city = 'city 3' and email = 'x'")]);
    const { advice, refused } = await run("tuning/extended-statistics", asked);
    expect(advice).toEqual([]);
    expect(refused[0]!.reason).toContain("no estimate is off by 10×");
  });

  test("a rule whose facts were not read is named with what is missing", async () => {
    const { advice, unread } = await run("tuning/sequence-exhaustion");
    expect(advice).toEqual([]);
    expect(unread).toEqual([{ rule: "tuning/sequence-exhaustion", missing: ["sequences"] }]);
  });

  test("a run that was stopped still tells what needs no planner", async () => {
    const stop = () => {
      throw new AdvisorError("ABORTED", "Stopped.");
    };
    const all = await loadTuningRules();
    const rules = new Map(["tuning/work-mem-spills", "tuning/missing-primary-key"].map((id) => [id, all.get(id)!]));
    const bare = { ...snapshot, health: { ...snapshot.health!, maintenance: [] } };
    const keyless = bare.catalog.relations.map((each) => (each.name === "sale" ? { ...each, constraints: [], indexes: [] } : each));
    const { tuning, gaps } = await tune({
      snapshot: { ...bare, catalog: { ...bare.catalog, relations: keyless } },
      ...(await planned(snapshot.statements)),
      rules,
      options: {},
      hardware: noHardware,
      parser,
      planner,
      indexes: { show: [], hide: [] },
      chosen: [],
      searchPath: ["public"],
      stop,
      onProgress: () => {},
    });
    expect(tuning.advice.map((each) => each.rule)).toEqual(["tuning/missing-primary-key"]);
    expect(gaps[0]!.what).toBe("1 tuning proposal was not proved");
  });

  test("equal input gives equal advice with the same ids", async () => {
    expect(await run("tuning/extended-statistics")).toEqual(await run("tuning/extended-statistics"));
  });
});
