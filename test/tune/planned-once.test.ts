import { afterAll, beforeAll, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { type AnalyzedDatabase, analyzedDatabase } from "../support/analyzed-database.ts";
import { adviceOn, called } from "../support/tune-statements.ts";

const tables = ["address", "parcel"];
const schema = tables
  .map(
    (table) => `
create table ${table} (id bigint primary key, city text not null, zip text not null);
insert into ${table} select i, 'city ' || i % 300 / 10, 'zip ' || i % 300 from generate_series(1, 40000) i;
analyze ${table};`,
  )
  .join("\n");
const statementOn = (table: string) => `select id from ${table} where city = 'city 3' and zip = 'zip 31'`;

let database: AnalyzedDatabase;
let parser: SqlParser;
beforeAll(async () => {
  database = await analyzedDatabase(schema);
  parser = await openParser();
}, 60_000);
afterAll(async () => {
  await parser?.close();
  await database?.close();
});

/** The planner, with every statement it is asked for and the table whose statistics are tried meanwhile. */
function watched(planner: Planner) {
  const asked: { readonly sql: string; readonly trial: string | null }[] = [];
  let trial: string | null = null;
  const watching: Planner = {
    ...planner,
    plan: (sql, ...rest) => {
      asked.push({ sql, trial });
      return planner.plan(sql, ...rest);
    },
    withStatistics: async (given, work) => {
      trial = given.relation.name;
      try {
        return await planner.withStatistics!(given, work);
      } finally {
        trial = null;
      }
    },
  };
  return { planner: watching, asked };
}

test("two tables' statistics: each statement is planned once as it is today, and again only where it reads the table", async () => {
  const rowSamples = [];
  for (const name of tables) rowSamples.push({ schema: "public", name, rows: await database.sampled(name, "id % 7 = 0") });
  const snapshot = { ...database.read, statements: tables.map((table) => called(statementOn(table))), rowSamples };
  const shadow = await openShadowPlanner(snapshot);
  try {
    const { planner, asked } = watched(shadow);
    const { advice } = await adviceOn({ parser, planner, snapshot, rule: "tuning/extended-statistics" });
    expect(advice.map(({ proof }) => proof.kind === "planner" && proof.planned)).toEqual([2, 2]);
    for (const table of tables) {
      const own = asked.filter(({ sql }) => sql === statementOn(table));
      expect(own.filter(({ trial }) => trial === null)).toHaveLength(1);
      expect([...new Set(own.flatMap(({ trial }) => trial ?? []))]).toEqual([table]);
    }
  } finally {
    await shadow.close();
  }
}, 60_000);
