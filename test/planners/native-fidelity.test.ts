import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SqlSession } from "../../src/contract/sql-session.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { installations } from "../../src/native/find-postgres.ts";
import { openLocalShadow } from "../../src/native/local-shadow.ts";
import { startThrowawayCluster } from "../../src/native/throwaway-cluster.ts";
import { type RestoredShadow, restore } from "../../src/restore/restore.ts";
import { collect, compare, describeDifferences } from "../shadow/fidelity.ts";
import { shopMaintenance, shopQueries, shopSql } from "../shadow/shop.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";

const server = await nativePostgres({ work_mem: "64MB" });

describe.skipIf(server === null)(`a shadow on production's own PostgreSQL (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  let client: pg.Client;
  let production: SqlSession;
  let shadow: RestoredShadow;
  beforeAll(async () => {
    await native.run("postgres", ...shopSql, ...shopMaintenance);
    client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    production = {
      query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
        (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
      close: () => client.end(),
    };
    const snapshot: Snapshot = await collect(production);
    const own = installations().find((each) => each.major === native.major)!;
    const { database } = await openLocalShadow(own, snapshot.server);
    shadow = await restore(snapshot, { database });
  });
  afterAll(async () => {
    await client?.end();
    await shadow?.database.close();
    await native.stop();
  });

  test("nothing is lost on the way", () => {
    expect(shadow.gaps).toEqual([]);
    expect(Object.fromEntries(shadow.cautions)).toEqual({});
  });

  test("plans every statement as production does", async () => {
    const compared = await compare(production, shadow.database.session, shopQueries);
    const differences = describeDifferences(compared);
    expect(compared.filter((each) => each.sameShape).length, differences).toBe(compared.length);
    for (const { costRatio, sql } of compared) expect.soft(Math.abs(costRatio - 1), sql).toBeLessThan(0.002);
  });

  test("stands outside our process group, so that Ctrl-C on the terminal leaves it up for the partial report", async () => {
    const cluster = await startThrowawayCluster(installations().find((each) => each.major === native.major)!);
    try {
      const [pid] = readFileSync(join(cluster.dataDirectory, "postmaster.pid"), "utf8").split("\n");
      const groupOf = (id: string) => execFileSync("ps", ["-o", "pgid=", "-p", id], { encoding: "utf8" }).trim();
      expect(groupOf(pid!)).toBe(pid);
      expect(groupOf(String(process.pid))).not.toBe(pid);
    } finally {
      await cluster.stop();
    }
  });

  test("leaves no file behind", async () => {
    // A temporary directory of its own: other tests start shadows at the same time.
    const own = mkdtempSync(join(tmpdir(), "plansmith-test-"));
    chmodSync(own, 0o755);
    const usual = process.env.TMPDIR;
    process.env.TMPDIR = own;
    try {
      const installation = installations().find((each) => each.major === native.major)!;
      const { database } = await openLocalShadow(installation, {
        encoding: "UTF8",
        collation: "C",
        characterType: "C",
        localeProvider: "c",
      });
      expect(readdirSync(own)).toHaveLength(1);
      await database.close();
      expect(readdirSync(own)).toEqual([]);
    } finally {
      if (usual === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = usual;
      rmSync(own, { recursive: true });
    }
  });
});
