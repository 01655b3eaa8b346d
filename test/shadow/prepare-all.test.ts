import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import type { IndexDefinition } from "../../src/domain/candidate.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { plainIndex } from "../support/plain-index.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

let parser: SqlParser;
let snapshot: Snapshot;
let together: Planner;
let apart: Planner;
beforeAll(async () => {
  parser = await openParser();
  snapshot = await schemaSnapshot(
    parser,
    `create table note (id int primary key, owner int, at date, title text, tags text[]);
     insert into note select i, i % 50, date '2026-01-01' + i % 90, 'title ' || i, array['a', 'c' || i % 9] from generate_series(1, 5000) i;
     create table part (id int, at date) partition by range (id);
     create table part_1 partition of part for values from (0) to (1000);
     create table part_2 partition of part for values from (1000) to (9000);
     insert into part select i, date '2026-01-01' + i % 90 from generate_series(1, 5000) i;`,
  );
  together = await openShadowPlanner(snapshot);
  apart = await openShadowPlanner(snapshot);
});
afterAll(async () => {
  await together.close();
  await apart.close();
  await parser.close();
});

const index = (keys: readonly string[], rest: Partial<IndexDefinition> = {}) => plainIndex("note", keys, rest);

const wanted: readonly (readonly [string, IndexDefinition])[] = [
  ["owner", index(["owner"])],
  ["both", index(["owner", "at"], { include: ["title"] })],
  ["part", index(["at"], { predicate: "owner = 7" })],
  ["lower", index(["lower(title)"])],
  ["tags", index(["tags"], { accessMethod: "gin" })],
  ["at", index(["at"], { accessMethod: "brin" })],
];
const queries = [
  "select * from note where owner = 7",
  "select title from note where owner = 7 and at = '2026-02-01'",
  "select * from note where lower(title) = 'title 9'",
  "select * from note where tags @> array['c3']",
];

describe("indexes prepared together", () => {
  test("have the sizes, and give the plans, of those prepared one by one", async () => {
    await together.prepareAll!(wanted.map(([id, each]) => ({ id, index: each })));
    for (const [id, definition] of wanted) expect(await together.prepare(id, definition)).toEqual(await apart.prepare(id, definition));
    for (const sql of queries)
      for (const show of [[], ["owner"], ["both", "lower"], wanted.map(([id]) => id)])
        expect(await together.plan(sql, { show, hide: [] })).toEqual(await apart.plan(sql, { show, hide: [] }));
  });

  test("have the doubts of those prepared one by one", async () => {
    // Two columns that may depend on one another: the size is a guess, and a plan that uses the index says so.
    const given = { id: "guessed", index: index(["(owner + 1)", "lower(title)"]) };
    await together.prepareAll!([given]);
    const answer = await apart.prepare(given.id, given.index);
    expect(answer).toMatchObject({ kind: "prepared", uncertain: expect.any(String) });
    const whatIf = { show: [given.id], hide: [] };
    const ask = async (planner: Planner) => {
      const outcome = await planner.plan("select id from note where owner + 1 = 7 and lower(title) = 'title 6'", whatIf);
      if (outcome.kind === "failed") throw new Error(outcome.message);
      return planner.doubts!(outcome.plan, whatIf);
    };
    const doubts = await ask(together);
    expect(doubts).toEqual(await ask(apart));
    expect(doubts).toContainEqual(expect.objectContaining({ kind: "expression" }));
  });

  test("one that is refused spoils none of the others, and says why", async () => {
    await together.prepareAll!([
      { id: "good", index: index(["title"]) },
      { id: "bad", index: index(["missing"]) },
    ]);
    expect(await together.prepare("good", index(["title"]))).toMatchObject({ kind: "prepared" });
    expect(await together.prepare("bad", index(["missing"]))).toMatchObject({ kind: "refused", sqlState: "42703" });
    expect(await together.plan("select * from note where title = 'x'", { show: ["good"], hide: [] })).toMatchObject({ kind: "planned" });
  });

  test("of a partitioned table are prepared one by one", async () => {
    const relation = { schema: "public", name: "part" };
    const definitions = [index(["id"], { relation }), index(["at"], { relation })];
    await together.prepareAll!(definitions.map((each, at) => ({ id: `p${at}`, index: each })));
    for (const [at, definition] of definitions.entries())
      expect(await together.prepare(`p${at}`, definition)).toEqual(await apart.prepare(`p${at}`, definition));
  });
});
