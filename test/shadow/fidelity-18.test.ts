import { afterAll, beforeAll, expect, test } from "vitest";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { type RestoredShadow, restore } from "../../src/restore/restore.ts";
import { collect, compare, describeDifferences } from "./fidelity.ts";
import { shopMaintenance, shopQueries, shopSql } from "./shop.ts";

let production: EmbeddedDatabase;
let snapshot: Snapshot;
let shadow: RestoredShadow;
beforeAll(async () => {
  production = await bootEmbedded({ collation: "libc-utf8", extensions: ["pg_trgm", "btree_gist"] });
  await production.run("set max_parallel_workers_per_gather = 2; set work_mem = '64MB'");
  for (const sql of [...shopSql, ...shopMaintenance]) await production.run(sql);
  snapshot = await collect(production.session);
  shadow = await restore(snapshot);
});
afterAll(async () => {
  await production.close();
  await shadow.database.close();
});

test("nothing is lost on the way", () => {
  expect(shadow.gaps).toEqual([]);
  expect(Object.fromEntries(shadow.cautions)).toEqual({});
});

test("plans every statement as production does, at the same cost", async () => {
  const compared = await compare(production.session, shadow.database.session, shopQueries);
  const differences = describeDifferences(compared);
  expect(
    compared.every((each) => each.sameShape),
    differences,
  ).toBe(true);
  // A GIN index's own figures are on its meta page, which a snapshot does not have: 90 % entry pages are assumed.
  expect(
    compared.every((each) => Math.abs(each.costRatio - 1) < 0.01),
    differences,
  ).toBe(true);
  expect(compared.filter((each) => Math.abs(each.costRatio - 1) < 1e-4).length, differences).toBeGreaterThanOrEqual(compared.length - 4);
});

test("pg_statistic is production's, row by row", async () => {
  const rows = (session: EmbeddedDatabase["session"]) =>
    session.query(
      `select n.nspname, c.relname, a.attname, s.stainherit, s.stanullfrac, s.stawidth, s.stadistinct,
         stakind1, stakind2, stakind3, stakind4, stakind5, stanumbers1::text, stanumbers2::text, stanumbers3::text, stanumbers4::text, stanumbers5::text,
         stavalues1::text, stavalues2::text, stavalues3::text, stavalues4::text, stavalues5::text
       from pg_statistic s join pg_class c on c.oid = s.starelid join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = s.starelid and a.attnum = s.staattnum
       where n.nspname in ('public', 'crm') order by 1, 2, 3, 4`,
    );
  await shadow.database.run("set timezone = 'UTC'");
  const before = await rows(production.session);
  expect(before.length).toBeGreaterThan(80);
  expect(await rows(shadow.database.session)).toEqual(before);
});

test("extended statistics are production's", async () => {
  const rows = (session: EmbeddedDatabase["session"]) =>
    session.query(
      `select statistics_name, inherited, n_distinct::text, dependencies::text, most_common_vals::text, most_common_freqs::text
       from pg_stats_ext order by 1, 2`,
    );
  const expressions = (session: EmbeddedDatabase["session"]) =>
    session.query(
      "select statistics_name, expr, null_frac, n_distinct, most_common_vals::text, histogram_bounds::text, correlation from pg_stats_ext_exprs order by 1, 2",
    );
  expect((await rows(production.session)).length).toBe(3);
  expect(await rows(shadow.database.session)).toEqual(await rows(production.session));
  expect(await expressions(shadow.database.session)).toEqual(await expressions(production.session));
});

test("lengths and row counts are production's", async () => {
  const rows = (session: EmbeddedDatabase["session"]) =>
    session.query(
      `select n.nspname, c.relname, c.relpages, c.reltuples, c.relallvisible, case when c.relkind in ('r', 'i', 'm') then pg_relation_size(c.oid) end as bytes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'crm') and c.relkind in ('r', 'p', 'i', 'I', 'm') order by 1, 2`,
    );
  expect(await rows(shadow.database.session)).toEqual(await rows(production.session));
});

test("the same snapshot without its values loads too, and plans", async () => {
  const redacted = await restore(await collect(production.session, true));
  try {
    expect(redacted.gaps.filter((gap) => gap.area === "shadow")).toEqual([]);
    for (const sql of shopQueries) await redacted.database.scalar(`explain (format json) ${sql}`);
    const distinct = await redacted.database.scalar("select n_distinct from pg_stats where tablename = 'orders' and attname = 'status'");
    expect(distinct).toBe(7);
  } finally {
    await redacted.database.close();
  }
});
