import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectReadOnly } from "../../src/connect/connect.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { installations } from "../../src/native/find-postgres.ts";
import { openLocalShadow } from "../../src/native/local-shadow.ts";
import { openRemoteShadow } from "../../src/native/remote-shadow.ts";
import { openHypopgPlanner } from "../../src/prove/hypopg-planner.ts";
import { openLivePlanner } from "../../src/prove/live-planner.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { collect } from "../shadow/fidelity.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { plannerConformance } from "./planner-conformance.ts";
import { storeMaintenance, storeSql } from "./store.ts";

const server = await nativePostgres();
const hasHypopg =
  server !== null &&
  (await server.run("postgres", "create extension hypopg").then(
    () => true,
    () => false, // not installed on this machine
  ));

describe.skipIf(server === null)(`over a native PostgreSQL (${server === null ? noNativePostgres : server.major})`, () => {
  const native = server as NativePostgres;
  let client: pg.Client;
  let snapshot: Snapshot;
  beforeAll(async () => {
    await native.run("postgres", ...storeSql, ...storeMaintenance);
    client = new pg.Client({ connectionString: native.url() });
    await client.connect();
    snapshot = await collect({
      query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
        (await client.query(sql, parameters === undefined ? [] : [...parameters])).rows as Row[],
      close: async () => {},
    });
  });
  afterAll(async () => {
    await client?.end();
    await native.stop();
  });

  const footprint = async () => Number((await client.query("select count(*) as n from pg_class")).rows[0].n);
  const readOnly = () => connectReadOnly({ url: native.url(), statementTimeoutMs: 10_000, lockTimeoutMs: 2_000 });
  const everything = { prepares: true, everyAccessMethod: true };

  plannerConformance("the embedded shadow", everything, async () => ({
    planner: await openShadowPlanner(snapshot),
    catalog: snapshot.catalog,
    footprint,
  }));

  plannerConformance("a shadow on production's own PostgreSQL", everything, async () => {
    const own = installations().find((each) => each.major === native.major)!;
    const another = () => openLocalShadow(own, snapshot.server);
    return { planner: await openShadowPlanner(snapshot, { ...(await another()), another }), catalog: snapshot.catalog, footprint };
  });

  describe("a shadow on a server given by URL", () => {
    let disposable: NativePostgres;
    beforeAll(async () => {
      disposable = (await nativePostgres()) as NativePostgres;
    });
    afterAll(async () => {
      await disposable?.stop();
    });

    plannerConformance("that is empty", everything, async () => ({
      planner: await openShadowPlanner(snapshot, {
        ...(await openRemoteShadow(disposable.url(), snapshot.server)),
        another: () => openRemoteShadow(disposable.url(), snapshot.server),
      }),
      catalog: snapshot.catalog,
      footprint,
    }));

    test("leaves no database there", async () => {
      const other = new pg.Client({ connectionString: disposable.url() });
      await other.connect();
      const { rows } = await other.query("select datname::text as name from pg_database where datname ~ 'plansmith'");
      await other.end();
      expect(rows).toEqual([]);
    });

    test("is refused when it holds something, or is production", async () => {
      await expect(openRemoteShadow(native.url(), snapshot.server)).rejects.toMatchObject({
        code: "BACKEND_UNSUPPORTED",
        message: expect.stringContaining("it is production"),
      });
      const elsewhere = { ...snapshot.server, systemIdentifier: "1" };
      await expect(openRemoteShadow(native.url(), elsewhere)).rejects.toMatchObject({ message: expect.stringContaining("it holds") });
    });
  });

  plannerConformance("the live server", { prepares: false, everyAccessMethod: false }, async () => ({
    planner: await openLivePlanner(await readOnly()),
    footprint,
  }));

  describe.skipIf(!hasHypopg)(hasHypopg ? "with HypoPG" : "HypoPG is not installed on this machine", () => {
    plannerConformance("HypoPG", { prepares: true, everyAccessMethod: false }, async () => ({
      planner: await openHypopgPlanner(await readOnly()),
      footprint,
    }));
  });
});
