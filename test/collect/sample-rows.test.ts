import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import { redactValues } from "../../src/collect/redact-values.ts";
import { snapshotSchema } from "../../src/collect/snapshot-schema.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";

let database: EmbeddedDatabase;
beforeAll(async () => {
  database = await bootEmbedded();
  await database.run(`
    create table items (id int primary key, note text, tags text[], payload jsonb);
    insert into items select i, case when i % 3 = 0 then null else 'say "' || i || '", \\n' end, array['a', null, 'b,' || i % 5], jsonb_build_object('k', i % 7) from generate_series(1, 4000) i;
    create table narrow (id int);
    insert into narrow select generate_series(1, 100000);
    create table wide (id int, body text);
    insert into wide select i, case when i = 7 then repeat('x', 20000) else 'short' end from generate_series(1, 1000) i;
    create table few (id int);
    insert into few select generate_series(1, 20);
    create table hidden (id int);
    insert into hidden select generate_series(1, 5000);
    create table guarded (id int);
    insert into guarded select generate_series(1, 5000);
    alter table guarded enable row level security;
    create role auditor; grant pg_monitor to auditor;
    grant select on items, narrow, wide, few, guarded to auditor;
  `);
  await database.session.query("vacuum analyze");
});
afterAll(() => database.close());

async function read(more: { readonly redactValues?: boolean; readonly sampleRows?: boolean } = {}): Promise<Snapshot> {
  await database.run("set role auditor");
  try {
    const options = { top: 9, minCalls: 1, includeSchemas: [], excludeSchemas: [], readEnds: false, now: new Date(0), statements: [] };
    return await liveSource(database.session, { ...options, redactValues: false, sampleRows: true, ...more }).read({});
  } finally {
    await database.run("reset role");
  }
}
const rowsOf = (snapshot: Snapshot, name: string) => snapshot.rowSamples?.find((sample) => sample.name === name)?.rows ?? null;

describe("sampled rows", () => {
  test("are read of no table unless asked for", async () => {
    expect(await read({ sampleRows: false })).not.toHaveProperty("rowSamples");
    expect(await read({ redactValues: true })).not.toHaveProperty("rowSamples");
  });

  test("are whole rows that the table's type reads back", async () => {
    const rows = rowsOf(await read(), "items")!;
    expect(rows.length).toBe(4000);
    const same = await database.session.query<{ same: boolean }>(
      "select count(*) = 4000 as same from json_array_elements_text($1::json) r join items i on i = r::items",
      [JSON.stringify(rows)],
    );
    expect(same).toEqual([{ same: true }]);
  });

  test("are about 30,000 of a large table, from all over it", async () => {
    const ids = rowsOf(await read(), "narrow")!.map((row) => Number(row.slice(1, -1)));
    expect(ids.length).toBeGreaterThan(27_000);
    expect(ids.length).toBeLessThan(33_000);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(Math.min(...ids)).toBeLessThan(500);
    expect(Math.max(...ids)).toBeGreaterThan(99_500);
  });

  test("leave very wide rows and small tables out", async () => {
    const snapshot = await read();
    expect(rowsOf(snapshot, "wide")!.length).toBe(999);
    expect(rowsOf(snapshot, "few")).toBeNull();
  });

  test("of tables that the role may not read, or not whole, are a gap with the grant", async () => {
    const snapshot = await read();
    expect(rowsOf(snapshot, "hidden")).toBeNull();
    expect(rowsOf(snapshot, "guarded")).toBeNull();
    const gap = snapshot.gaps.find((each) => each.what.startsWith("sampled rows of 2 tables"));
    expect(gap).toMatchObject({ area: "statistics", remedy: "GRANT pg_read_all_data TO <role>;" });
    expect(gap?.what).toContain("hidden");
    expect(gap?.what).toContain("guarded");
  });

  test("leave the timeout as it was", async () => {
    await database.run("set statement_timeout = '9s'");
    await read();
    expect(await database.scalar("show statement_timeout")).toBe("9s");
    await database.run("reset statement_timeout");
  });

  test("stay in a saved snapshot and leave a redacted one", async () => {
    const snapshot = await read();
    expect(snapshotSchema.parse(JSON.parse(JSON.stringify(snapshot)))).toEqual(snapshot);
    expect(await redactValues(snapshot)).not.toHaveProperty("rowSamples");
  });
});
