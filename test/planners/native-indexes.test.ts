import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import type { Plan } from "../../src/domain/plan.ts";
import { installations } from "../../src/native/find-postgres.ts";
import { openLocalShadow } from "../../src/native/local-shadow.ts";
import { planShape, readPlan } from "../../src/parse/read-plan.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { archiveCases, archiveMaintenance, archiveSql } from "../shadow/archive.ts";
import { collect } from "../shadow/fidelity.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

/** pgvector is no part of PostgreSQL. */
const withoutVector = archiveSql
  .filter((sql) => !sql.startsWith("create table vectors"))
  .map((sql) => sql.replace("create extension vector;", ""));
const cases = archiveCases.filter(({ index }) => index.relation.name !== "vectors");

const server = await nativePostgres({ work_mem: "64MB" });

describe.skipIf(server === null)(
  `what-if indexes on production's own PostgreSQL (${server === null ? noNativePostgres : server.major})`,
  () => {
    const native = server as NativePostgres;
    let client: pg.Client;
    let planner: Planner;
    beforeAll(async () => {
      await native.run("postgres", ...withoutVector, ...archiveMaintenance);
      client = new pg.Client({ connectionString: native.url() });
      await client.connect();
      const snapshot = await collect({
        query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
          (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
        close: async () => {},
      });
      const own = installations().find((each) => each.major === native.major)!;
      planner = await openShadowPlanner(snapshot, await openLocalShadow(own, snapshot.server));
    });
    afterAll(async () => {
      await client?.end();
      await planner?.close();
      await native.stop();
    });
    test.each(cases.map((each, position) => [each.name, each, `case${position}`] as const))(
      "%s: gives the plan of the one really built",
      async (_name, { index, queries, costWithin }, id) => {
        const prepared = await planner.prepare(id, index);
        // What this version does not take, it does not take as a what-if either.
        if (prepared.kind === "refused") {
          await expect(client.query(createIndexSql(index, { name: "refused_too" }))).rejects.toMatchObject({ code: prepared.sqlState });
          return;
        }
        await client.query(createIndexSql(index, { name: prepared.name }));
        try {
          if (index.keys.some((each) => each.column === null)) await client.query(`analyze ${index.relation.name}`);
          for (const sql of queries) {
            const built = readPlan((await client.query(`explain (format json) ${sql}`)).rows[0]["QUERY PLAN"], () => "public");
            const outcome = await planner.plan(sql, { show: [id], hide: [] });
            if (outcome.kind === "failed") throw new Error(`${outcome.sqlState} ${outcome.message}: ${sql}`);
            expect.soft(planShape(outcome.plan), sql).toBe(await shapeOf(built, prepared.name));
            expect.soft(Math.abs(outcome.plan.root.totalCost / built.root.totalCost - 1), sql).toBeLessThan(costWithin ?? 0.06);
          }
        } finally {
          await client.query(`drop index ${prepared.name}`);
        }
      },
    );

    /** Indexes of partitions under the name of the whole. */
    async function shapeOf(plan: Plan, name: string): Promise<string> {
      const { rows } = await client.query<{ part: string }>(
        "select c.relname::text as part from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = $1::regclass or i.inhparent in (select inhrelid from pg_inherits where inhparent = $1::regclass)",
        [name],
      );
      return rows.reduce((shape, { part }) => shape.replaceAll(new RegExp(String.raw`\b${part}\b`, "g"), name), planShape(plan));
    }
  },
);
