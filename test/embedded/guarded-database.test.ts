import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootGuarded, type GuardedDatabase } from "../../src/embedded/guarded-database.ts";

let database: GuardedDatabase;
beforeAll(async () => {
  database = await bootGuarded();
});
afterAll(() => database.close());

describe("steps", () => {
  test("run one after another, a refused one too, and give values as PostgreSQL writes them", async () => {
    const results = await database.steps(
      [
        { sql: "select 1.50::numeric as n, null as nothing, true as b" },
        { sql: "select 1 / 0" },
        { sql: "select $1::int + 1 as next", parameters: [4] },
      ],
      10_000,
    );
    expect(results).toMatchObject([
      { kind: "rows", rows: [["1.50", null, "t"]], columns: [{ name: "n", type: 1700 }, { name: "nothing" }, { name: "b" }] },
      { kind: "error", sqlState: "22012" },
      { kind: "rows", rows: [["5"]] },
    ]);
  });

  test("of several statements give the last one's rows", async () => {
    expect(await database.steps([{ sql: "select 1; select 2 as two" }], 10_000)).toMatchObject([{ kind: "rows", rows: [["2"]] }]);
  });
});

test("a refused query carries its SQLSTATE", async () => {
  await expect(database.session.query("select nosuch")).rejects.toMatchObject({ code: "42703" });
  await expect(database.run("select nosuch()")).rejects.toMatchObject({ code: "42883" });
});

test("messages reach who asks for them", async () => {
  const notices: string[] = [];
  await database.run("do $$ begin raise warning 'careful'; end $$", {
    onNotice: (severity, message) => notices.push(`${severity} ${message}`),
  });
  expect(notices).toEqual(["WARNING careful"]);
});

test("calls made at once are answered in turn", async () => {
  const answers = await Promise.all([1, 2, 3].map((n) => database.scalar(`select ${n}`)));
  expect(answers).toEqual([1, 2, 3]);
});

test("a statement without end is stopped, the database is gone, and every later call says so", async () => {
  const victim = await bootGuarded();
  expect(await victim.steps([{ sql: "with recursive t as (select 1 union all select 1 from t) select count(*) from t" }], 300)).toBeNull();
  expect(victim.alive).toBe(false);
  expect(await victim.steps([{ sql: "select 1" }], 300)).toBeNull();
  await expect(victim.run("select 1")).rejects.toMatchObject({ code: "BACKEND_UNSUPPORTED" });
  await victim.close();
});
