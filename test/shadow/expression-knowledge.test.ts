import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { index, key } from "../../src/rule/index.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { collect } from "./fidelity.ts";

const visits = { schema: "public", name: "visits" };
const expression = (sql: string) => key({ sql, column: null, columns: [], type: null, collation: null, immutable: true });

let production: EmbeddedDatabase;
let planner: Planner;
beforeAll(async () => {
  production = await bootEmbedded({ collation: "c" });
  await production.run(`
    select setseed(0.2);
    create table parts (a int, b int, primary key (a, b));
    insert into parts select i, i * 7 % 900 from generate_series(1, 900) i;
    create table visits (id int primary key, code int not null, extra jsonb, stay daterange not null, note text, a int not null, b int not null, came date not null, went date not null, foreign key (a, b) references parts);
    insert into visits select i, i % 1000, case when i % 4 = 0 then jsonb_build_object('k', (random() * 20)::int) end, daterange(d, d + 1 + (random() * 20)::int), case when i % 10 = 0 then 'note ' || i % 30 end,
      p, p * 7 % 900, d, d + 1 from (select i, date '2020-01-01' + (random() * 1500)::int d, 1 + (random() * 899)::int p from generate_series(1, 30000) i) s;
    create statistics visits_bucket on (code % 17), (code / 3) from visits;
  `);
  await production.session.query("vacuum analyze");
  planner = await openShadowPlanner(await collect(production.session));
});
afterAll(async () => {
  await planner.close();
  await production.close();
});

async function estimate(id: string, definition: IndexDefinition) {
  const prepared = await planner.prepare(id, definition);
  if (prepared.kind === "refused") throw new Error(prepared.message);
  await production.run(createIndexSql(definition, { name: "built" }));
  const truth = Number(await production.scalar("select pg_relation_size('built')"));
  await production.run("drop index built");
  return { ...prepared, ratio: prepared.bytes / truth };
}

async function planRows(id: string, sql: string): Promise<number> {
  const outcome = await planner.plan(sql, { show: [id], hide: [] });
  if (outcome.kind === "failed") throw new Error(outcome.message);
  return outcome.plan.root.planRows;
}

describe("without sampled rows", () => {
  test("a statistics object on the expression serves the new index", async () => {
    const { ratio, uncertain } = await estimate("bucket", index(visits, "btree", [expression("((code / 3))")]));
    expect(uncertain).toBeNull();
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
    // 334 different thirds; the first expression of the object has 17 values.
    expect(await planRows("bucket", "select id from visits where code / 3 = 100")).toBeCloseTo(90, -1);
  });

  test("the ends of a range come from its histogram of bounds, and their order on disk is said to be unknown", async () => {
    const { ratio, uncertain } = await estimate("stay", index(visits, "btree", [expression("lower(stay)")]));
    expect(uncertain).toBe("the order of rows by lower(stay) is not known");
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
    const actual = Number(await production.scalar("select count(*) from visits where lower(stay) < '2020-05-01'"));
    expect(Math.abs((await planRows("stay", "select id from visits where lower(stay) < '2020-05-01'")) / actual - 1)).toBeLessThan(0.1);
  });

  test("rows without the column count in a GIN index", async () => {
    const { ratio } = await estimate("extra", index(visits, "gin", [key("extra")]));
    expect(Math.abs(ratio - 1)).toBeLessThan(0.5);
  });

  test("a foreign key bounds the combinations of its columns", async () => {
    const { ratio, uncertain } = await estimate("parts", index(visits, "btree", [key("a"), key("b")]));
    expect(uncertain).toBeNull();
    expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  });

  test("a predicate over two columns is said to be a guess", async () => {
    const { uncertain } = await estimate("went", index(visits, "btree", [key("id")], { predicate: "came < went" }));
    expect(uncertain).toContain("no statistics tell how its columns go together");
  });

  test.each(["code <> all ('{1,2}'::int[])", "(code > 5) is not false and (code < 400) <> false"])(
    "%s, over one column, is not",
    async (predicate) => {
      const { uncertain } = await estimate(
        predicate.slice(0, 8).replaceAll(/\W/g, "_"),
        index(visits, "btree", [key("id")], { predicate }),
      );
      expect(uncertain).toBeNull();
    },
  );

  test("nor is one over a column and its NULLs", async () => {
    const { uncertain } = await estimate(
      "came",
      index(visits, "btree", [key("id")], { predicate: "came < '2021-01-01'::date and note is not null" }),
    );
    expect(uncertain).toBeNull();
  });
});
