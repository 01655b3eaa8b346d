import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { snapshotOf } from "../../bench/rewrites-schema.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { type EquivalenceProver, openProver } from "../../src/equivalence/prover.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

const schema = `
  create table secret (id int primary key, owner text not null, amount int);
  alter table secret enable row level security;
  create policy own on secret using (owner = current_user);
  create table secret_use (id int primary key, secret_id int not null references secret (id), at timestamptz);
  create view all_secrets as select id, amount from secret;`;
let snapshot: Snapshot;
let parser: SqlParser;
let prover: EquivalenceProver;
beforeAll(async () => {
  snapshot = await snapshotOf(schema);
  parser = await openParser();
  prover = openProver();
});
afterAll(async () => {
  await prover.close();
  await parser.close();
});

const judge = (before: string, after: string, given = snapshot) =>
  prover.judge({ before, after, snapshot: given, parser, seed: 1, budgetMs: 5000, rowsOnly: true });

describe("row security", () => {
  const joined = "select u.id from secret_use u join secret s on s.id = u.secret_id";

  test("hides the parent that a foreign key says is there", async () => {
    const verdict = await judge(joined, "select u.id from secret_use u");
    expect(verdict).toMatchObject({ verdict: "different", counterExample: { kind: "rows" } });
  });

  test("binds who reads a table, and not the owner of a view over it", async () => {
    expect(await judge("select id from all_secrets where amount > 3", "select id from secret where amount > 3")).toMatchObject({
      verdict: "different",
    });
    expect(await judge("select id from secret where amount + 1 > 4", "select id from secret where amount > 3")).toMatchObject({
      verdict: "tested",
    });
  });

  test("is part of the script of a counter-example, which shows the difference where it is run", async () => {
    const verdict = await judge(joined, "select u.id from secret_use u");
    if (verdict.verdict !== "different") throw new Error(verdict.verdict);
    const database = await bootEmbedded({ collation: "icu" });
    try {
      await database.run(schema);
      const [setUp = "", asked = ""] = verdict.counterExample.script.split("-- before\n");
      const [before = "", rest = ""] = asked.split("-- after\n");
      await database.run(setUp);
      const rowsOf = async (sql: string) => (await database.session.query<object>(sql.trim().replace(/;$/, ""))).length;
      expect(await rowsOf(before)).not.toBe(await rowsOf(rest.replace("ROLLBACK;", "")));
    } finally {
      await database.close();
    }
  });
});

test("a day with two midnights is told from a range that starts at the second", async () => {
  const day = "select id from secret_use where at::date = '2024-10-27'";
  const range = "select id from secret_use where at >= '2024-10-27' and at < '2024-10-28'";
  const inZone = (value: string): Snapshot => ({
    ...snapshot,
    settings: [...snapshot.settings.filter(({ name }) => name !== "TimeZone"), { ...snapshot.settings[0]!, name: "TimeZone", value }],
  });
  expect(await judge(day, range, inZone("Atlantic/Azores"))).toMatchObject({ verdict: "different" });
  expect(await judge(day, range, inZone("Europe/Berlin"))).toMatchObject({ verdict: "tested" });
});

describe("locks", () => {
  test("of other tables, or over another FROM, are not judged by results", async () => {
    const joined = "select u.id from secret_use u join secret s on s.id = u.secret_id";
    expect(await judge(`${joined} for update of u`, `${joined} for update`)).toMatchObject({ verdict: "unsupported" });
    expect(await judge(`${joined} for update`, "select id from secret_use for update")).toMatchObject({ verdict: "unsupported" });
  });

  test("of the same tables leave a warning", async () => {
    const verdict = await judge("select id from secret where id + 0 = 3 for update", "select id from secret where id = 3 for update");
    expect(verdict).toMatchObject({ verdict: "tested", tests: { warnings: ["which rows they lock was not compared"] } });
  });
});
