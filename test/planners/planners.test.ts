import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import { connectReadOnly } from "../../src/collect/connect.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { installations } from "../../src/native/find-postgres.ts";
import { openLocalShadow } from "../../src/native/local-shadow.ts";
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

  plannerConformance("the embedded shadow", everything, async () => ({ planner: await openShadowPlanner(snapshot), footprint }));

  plannerConformance("a shadow on production's own PostgreSQL", everything, async () => {
    const own = installations().find((each) => each.major === native.major)!;
    return { planner: await openShadowPlanner(snapshot, await openLocalShadow(own, snapshot.server)), footprint };
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
