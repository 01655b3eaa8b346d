import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import { type RestoredShadow, restore } from "../../src/restore/restore.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { collect, compare, describeDifferences } from "./fidelity.ts";
import { shopMaintenance, shopQueries, shopSql } from "./shop.ts";

const server = await nativePostgres({ work_mem: "64MB" });

describe.skipIf(server === null)(`a native PostgreSQL (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  let client: pg.Client;
  let session: SqlSession;
  let shadow: RestoredShadow;
  beforeAll(async () => {
    await native.run("postgres", ...shopSql, ...shopMaintenance);
    client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    session = {
      query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
        (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
      close: () => client.end(),
    };
    shadow = await restore(await collect(session));
  });
  afterAll(async () => {
    await client.end();
    await shadow.database.close();
    await native.stop();
  });

  test("nothing is lost on the way", () => {
    expect(shadow.gaps).toEqual([]);
    expect(Object.fromEntries(shadow.cautions)).toEqual({});
  });

  test("plans nearly every statement as production does", async () => {
    const compared = await compare(session, shadow.database.session, shopQueries);
    const differences = describeDifferences(compared);
    const ratios = compared.map((each) => each.costRatio).sort((a, b) => a - b);
    expect(compared.filter((each) => each.sameShape).length, differences).toBeGreaterThanOrEqual(compared.length * 0.93);
    expect(Math.abs(ratios[ratios.length >> 1]! - 1), differences).toBeLessThan(0.001);
  });
});
