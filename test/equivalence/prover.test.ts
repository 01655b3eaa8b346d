import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { snapshotOf } from "../../bench/rewrites-schema.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { type EquivalenceProver, openProver } from "../../src/equivalence/prover.ts";
import type { CounterExample, Verdict } from "../../src/equivalence/verdict.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let snapshot: Snapshot;
let parser: SqlParser;
let prover: EquivalenceProver;
beforeAll(async () => {
  snapshot = await snapshotOf(`
    create table parent (id int primary key, city text);
    create table child (id int primary key, parent_id int references parent (id), owner_id int not null references parent (id),
      qty int not null check (qty < 1000), note text, at timestamptz, tags text[], payload jsonb);`);
  parser = await openParser();
  prover = openProver();
});
afterAll(async () => {
  await prover.close();
  await parser.close();
});

const judge = (before: string, after: string, rowsOnly = false): Promise<Verdict> =>
  prover.judge({ before, after, snapshot, parser, seed: 1, budgetMs: 5000, rowsOnly });

async function differenceOf(before: string, after: string): Promise<CounterExample> {
  const verdict = await judge(before, after);
  if (verdict.verdict !== "different") throw new Error(`${verdict.verdict} instead of different: ${JSON.stringify(verdict)}`);
  return verdict.counterExample;
}

describe("tells wrong rewrites apart", () => {
  test.each([
    [
      "select id from parent where id not in (select parent_id from child)",
      "select id from parent p where not exists (select 1 from child c where c.parent_id = p.id)",
    ],
    ["select id from child where qty / 3 = 0", "select id from child where qty >= 0 and qty < 3"],
    ["select id from child where not ('x' = any (tags))", "select id from child where not (tags @> array['x'])"],
    ["select id from child where payload->>'k' = '5'", 'select id from child where payload @> \'{"k":"5"}\''],
    ["select id from child where note ilike 'a_c'", "select id from child where lower(note) = 'a_c'"],
    [
      "select id, qty from child union all select id, 1 from parent order by qty limit 3",
      "(select id, qty from child order by 2 limit 2) union all (select id, 1 from parent order by 2 limit 3) order by qty limit 3",
    ],
    [
      "select owner_id from child group by owner_id having count(*) > 8",
      "select owner_id from child group by owner_id having count(*) >= 8",
    ],
    ["select c.id from child c join parent p on p.id = c.parent_id", "select id from child"],
    ["update child set note = 'x' where note is distinct from 'y'", "update child set note = 'x' where note <> 'y'"],
  ])(
    "%s | %s",
    async (before, after) => {
      expect((await differenceOf(before, after)).kind).toBe("rows");
    },
    30_000,
  );

  test("where five tables must meet under conditions of their own before there is a row at all", async () => {
    const shop = await snapshotOf(`
      create table product (id bigint primary key, removed_at timestamp, ends_at timestamp, starts_at timestamp);
      create table in_taxon (id bigint primary key, product_id int, taxon_id int);
      create table taxon (id bigint primary key);
      create table variant (id bigint primary key, product_id int, removed_at timestamp, is_master boolean not null);
      create table price (id bigint primary key, variant_id int, removed_at timestamp);`);
    const text = (moment: string) => `select distinct p.* from product p join in_taxon i on i.product_id = p.id
      join taxon t on t.id = i.taxon_id
      join variant v on v.product_id = p.id and v.removed_at is null and v.is_master = false
      join price c on c.variant_id = v.id and c.removed_at is null
      where t.id in (1, 2) and p.removed_at is null and (p.ends_at is null or p.ends_at >= '2020-05-24 13:55:57')
        and p.starts_at <= '${moment}'`;
    const pair = { before: text("2020-05-24 13:55:57.5"), after: text("2020-05-24 13:49:27.5") };
    for (const seed of [1, 2]) {
      const verdict = await prover.judge({ ...pair, snapshot: shop, parser, seed, budgetMs: 8000, rowsOnly: true });
      expect([seed, verdict.verdict]).toEqual([seed, "different"]);
    }
  });

  test("where only the order differs", async () => {
    expect(
      (
        await differenceOf(
          "select id, note from child order by note desc, id",
          "select id, note from child order by note desc nulls last, id",
        )
      ).kind,
    ).toBe("order");
  });

  test("where only one of them fails", async () => {
    const example = await differenceOf(
      "select p.id from parent p where exists (select 1 from child c where c.parent_id = p.id)",
      "select p.id from parent p where (select 1 from child c where c.parent_id = p.id) is not null",
    );
    expect(example.kind).toBe("error");
    expect(example.after).toMatchObject({ kind: "error", sqlState: "21000" });
  });

  test("where a column is of another type", async () => {
    expect((await differenceOf("select sum(qty) from child", "select sum(qty)::numeric from child")).kind).toBe("contract");
    expect((await judge("select sum(qty) from child", "select sum(qty)::numeric from child", true)).verdict).toBe("tested");
  });
});

describe("lets right rewrites pass", () => {
  test.each([
    [
      "select id from parent where id not in (select owner_id from child)",
      "select id from parent p where not exists (select 1 from child c where c.owner_id = p.id)",
    ],
    ["select c.id from child c join parent p on p.id = c.owner_id", "select id from child"],
    ["select id from child where qty < 1000", "select id from child"],
    ["select id from child order by owner_id", "select id from (select * from child order by owner_id, id desc) c order by owner_id"],
    [
      "select id from child where at::date = $1::date",
      "select id from child where at >= $1::date and at <= $1::date + time '23:59:59.999999'",
    ],
  ])(
    "%s | %s",
    async (before, after) => {
      expect(await judge(before, after)).toMatchObject({ verdict: "tested" });
    },
    30_000,
  );

  test("a counter-example is as small as it gets", async () => {
    const example = await differenceOf("select id from child where qty > 3", "select id from child where qty >= 3");
    const [child, ...others] = example.inserts.filter((insert) => insert.includes('"child"'));
    expect(child).toContain("'3'");
    expect(others).toEqual([]);
    expect([example.before, example.after]).toMatchObject([{ rowCount: 0 }, { rowCount: 1 }]);
  });

  test("equal seeds give equal verdicts", async () => {
    const again = () => judge("select id from child where qty > 3", "select id from child where qty > 4");
    expect(await again()).toEqual(await again());
  });
});

describe("says why it does not judge", () => {
  test.each([
    ["select random() from child", "select random() from child", /random\(\) is volatile/],
    ["select id from child for update", "select id from child", /lock rows/],
    ["select nosuch from child", "select id from child", /first statement does not run.*42703/],
    ["select 1; select 2", "select 1", /2 statements/],
    ["selec", "select 1", /cannot be parsed/],
    ["delete from child", "select id from child", /statements of one kind/],
  ])(
    "%s | %s",
    async (before, after, reason) => {
      expect(await judge(before, after)).toMatchObject({ verdict: "unsupported", reason: expect.stringMatching(reason) });
    },
    30_000,
  );
});
