import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Planner } from "../../src/contract/planner.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { type Installation, installations } from "../../src/native/find-postgres.ts";
import { openLocalShadow } from "../../src/native/local-shadow.ts";
import { planShape, readPlan } from "../../src/parse/read-plan.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { collect } from "../shadow/fidelity.ts";
import { type NativePostgres, nativePostgres } from "../support/native-postgres.ts";
import { index, storeMaintenance, storeSql } from "./store.ts";

/** One of each major version: those of this machine, and the folders that PLANSMITH_TEST_PGS lists, parted by commas. */
const named = (process.env.PLANSMITH_TEST_PGS ?? "").split(",").filter((folder) => folder !== "");
const found = [...installations(), ...named.flatMap((folder) => installations({ PLANSMITH_PG: folder }))];
const majors = [...new Map(found.map((each) => [each.major, each])).values()].sort((a, b) => a.major - b.major);

const statements = [
  "select * from orders where customer_id = 77",
  "select id from orders where tags @> '{t17}'",
  "select * from orders where id = 5",
  "select customer_id, status, count(*) from orders where status = 'paid' and customer_id = 3 group by 1, 2",
  "select * from orders where placed_at > '2025-01-28 12:00+00' order by placed_at limit 10",
  "select count(*) from readings where sensor = 17",
  "select o.id, count(*) from orders o join readings r on r.sensor = o.customer_id where o.customer_id < 40 group by o.id",
];
const candidates = {
  c0ffee000001: index("orders", "customer_id"),
  c0ffee000002: index("orders", "tags", { accessMethod: "gin" }),
  c0ffee000003: index("readings", "sensor"),
};

describe.skipIf(majors.length === 0).each(majors.map((each) => [each.major, each] as const))(
  "a native shadow of PostgreSQL %i",
  (_major, own: Installation) => {
    let server: NativePostgres;
    let client: pg.Client;
    let planner: Planner;
    beforeAll(async () => {
      const usual = process.env.PLANSMITH_TEST_PG;
      process.env.PLANSMITH_TEST_PG = own.binaries;
      try {
        server = (await nativePostgres({ autovacuum: "off" })) as NativePostgres;
      } finally {
        if (usual === undefined) delete process.env.PLANSMITH_TEST_PG;
        else process.env.PLANSMITH_TEST_PG = usual;
      }
      const together = "create statistics orders_together (ndistinct, dependencies, mcv) on customer_id, status from orders";
      await server.run("postgres", ...storeSql, together, ...storeMaintenance);
      client = new pg.Client({ connectionString: server.url() });
      await client.connect();
      const session = {
        query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
          (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
        close: async () => {},
      };
      const snapshot = await collect(session);
      planner = await openShadowPlanner(snapshot, await openLocalShadow(own, snapshot.server));
    });
    afterAll(async () => {
      await client?.end();
      await planner?.close();
      await server?.stop();
    });

    async function compare(sql: string, show: readonly string[]): Promise<void> {
      const truth = readPlan((await client.query(`explain (format json) ${sql}`)).rows[0]["QUERY PLAN"], () => "public");
      const outcome = await planner.plan(sql, { show, hide: [] });
      if (outcome.kind === "failed") throw new Error(`${outcome.sqlState} ${outcome.message}: ${sql}`);
      const shape = (text: string) => text.replaceAll(/\breadings_\w+_sensor_idx\b/g, "plansmith_c0ffee000003");
      expect.soft(shape(planShape(outcome.plan)), sql).toBe(shape(planShape(truth)));
      expect.soft(outcome.plan.root.totalCost / truth.root.totalCost, sql).toBeCloseTo(1, 1);
    }

    test("takes over everything", () => expect(planner.gaps.filter((gap) => gap.area !== "statements" && gap.area !== "ends")).toEqual([]));

    test("plans as production with the indexes of today", async () => {
      for (const sql of statements) await compare(sql, []);
    });

    test("plans as production with indexes really built, whose trees have a height", async () => {
      for (const [id, definition] of Object.entries(candidates)) {
        expect(await planner.prepare(id, definition)).toMatchObject({ kind: "prepared" });
        await client.query(createIndexSql(definition, { name: `plansmith_${id}` }));
      }
      for (const sql of statements) await compare(sql, Object.keys(candidates));
    });
  },
);
