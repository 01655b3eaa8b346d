import { afterEach, describe, expect, test } from "vitest";
import type { Catalog, Relation } from "../../src/domain/catalog.ts";
import { relationKey } from "../../src/domain/postgres.ts";
import type { Setting, Snapshot } from "../../src/domain/snapshot.ts";
import { bootEmbedded } from "../../src/embedded/embedded-database.ts";
import { type RestoredShadow, restore } from "../../src/restore/restore.ts";
import { collect } from "./fidelity.ts";

/** What a PostgreSQL with this schema gives; `patch` then makes it one the embedded PostgreSQL could not be. */
async function snapshotOf(sql: string, patch: (catalog: Catalog) => Catalog = (catalog) => catalog): Promise<Snapshot> {
  const production = await bootEmbedded();
  try {
    await production.run(sql);
    const snapshot = await collect(production.session);
    return { ...snapshot, catalog: patch(snapshot.catalog) };
  } finally {
    await production.close();
  }
}

let shadow: RestoredShadow;
afterEach(() => shadow.database.close());

const relations = (catalog: Catalog, change: (relation: Relation) => Relation): Catalog => ({
  ...catalog,
  relations: catalog.relations.map(change),
});
const places = { schema: "public", name: "places" };

describe("an extension the embedded PostgreSQL does not have", () => {
  const schema = `
    create table places(id int primary key, geom text not null, more text[], at date);
    insert into places select i, 'POINT('||(i % 40)||' 1)', array['a'], date '2024-01-01' + i from generate_series(1, 3000) i;
    create index places_at on places(at); create index places_geom on places(geom);
    create function distance(text) returns float8 language sql stable as 'select 1.0';
    create view near as select id, geom::varchar(3) as g from places; analyze`;
  const patch = (catalog: Catalog): Catalog => ({
    ...relations(catalog, (relation) => ({
      ...relation,
      viewDefinition: relation.viewDefinition?.replace("(geom)::character varying(3)", "geom::public.geometry(Point,4326)") ?? null,
      columns: relation.columns.map((column) => {
        if (column.name === "geom") return { ...column, type: "public.geometry(Point,4326)", baseType: "geometry", category: "U" };
        return column.name === "more" ? { ...column, type: "public.geometry(Point,4326)[]" } : column;
      }),
      indexes: relation.indexes.map((index) =>
        index.name === "places_geom" ? { ...index, definition: "CREATE INDEX places_geom ON public.places USING gist (geom)" } : index,
      ),
    })),
    extensions: [...catalog.extensions, { name: "postgis", version: "3.4", schema: "public" }],
    functions: [
      ...catalog.functions,
      {
        schema: "public",
        name: "score",
        arguments: "g public.geometry, n integer",
        language: "plpython3u",
        volatility: "immutable",
        definition: `CREATE OR REPLACE FUNCTION public.score(g public.geometry, n integer)
 RETURNS double precision
 LANGUAGE plpython3u
 IMMUTABLE STRICT COST 5000
AS $function$return 1$function$
`,
      },
    ],
  });

  test("costs its own type and indexes, said in gaps and cautions; the rest is planned", async () => {
    shadow = await restore(await snapshotOf(schema, patch));
    expect(shadow.gaps.map((gap) => gap.what)).toEqual(['extension "postgis"', 'index "public"."places_geom"']);
    expect(shadow.gaps.every((gap) => gap.area === "shadow")).toBe(true);
    const cautions = shadow.cautions.get(relationKey(places))!;
    expect(cautions.some((text) => text.includes("geom (public.geometry)"))).toBe(true);
    expect(cautions.some((text) => text.includes("places_geom"))).toBe(true);
    const plan = JSON.stringify(
      await shadow.database.scalar("explain (format json) select * from places where at = '2024-05-05' and score(geom, 3) > 1"),
    );
    expect(plan).toContain("places_at");
  });

  test("leaves its columns usable for sorting, grouping and counting distinct values by statistics", async () => {
    shadow = await restore(await snapshotOf(schema, patch));
    const plan = (await shadow.database.scalar("explain (format json) select geom, count(*) from places group by geom")) as [
      { Plan: { "Plan Rows": number } },
    ];
    expect(plan[0].Plan["Plan Rows"]).toBe(40);
    expect(JSON.stringify(await shadow.database.scalar("explain (format json) select * from near"))).toContain("places");
  });
});

test("a table that cannot be made is one gap, not one for each of its parts", async () => {
  const schema = "create table places(id int primary key, at date); create index on places(at); create table fine(id int); analyze";
  const patch = (catalog: Catalog) =>
    relations(catalog, (relation) =>
      relation.name === "places"
        ? { ...relation, columns: relation.columns.map((column) => ({ ...column, type: "no such type at all" })) }
        : relation,
    );
  shadow = await restore(await snapshotOf(schema, patch));
  expect(shadow.gaps.map((gap) => gap.what)).toEqual(['table "public"."places"']);
  expect(shadow.cautions.get(relationKey(places))).toHaveLength(1);
  expect(await shadow.database.scalar("select count(*)::int from fine")).toBe(0);
});

test("a default that needs a missing function goes, the table stays", async () => {
  const patch = (catalog: Catalog) =>
    relations(catalog, (relation) => ({
      ...relation,
      columns: relation.columns.map((column) => (column.name === "at" ? { ...column, default: "cron.next_day()" } : column)),
    }));
  shadow = await restore(await snapshotOf("create table places(id int primary key, at date)", patch));
  expect(shadow.gaps).toEqual([]);
  expect(shadow.cautions.get(relationKey(places))![0]).toContain("without its defaults");
});

test("statistics that do not fit the column's type are a gap that names it", async () => {
  const patch = (catalog: Catalog) =>
    relations(catalog, (relation) => ({
      ...relation,
      columns: relation.columns.map((column) =>
        column.name === "at" && column.statistics !== null
          ? { ...column, statistics: { ...column.statistics, histogramBounds: "{x,y,z}" }, ends: null }
          : column,
      ),
    }));
  shadow = await restore(
    await snapshotOf(
      "create table places(id int primary key, at date); insert into places select i, date '2020-01-01' + i from generate_series(1,999) i; analyze",
      patch,
    ),
  );
  expect(shadow.gaps.map((gap) => gap.what)).toEqual(['statistics of "public"."places".at']);
  expect(await shadow.database.scalar("select n_distinct from pg_stats where attname = 'id'")).toBe(-1);
});

test("a foreign table is planned as a local one, with a caution", async () => {
  const patch = (catalog: Catalog) =>
    relations(catalog, (relation) => ({
      ...relation,
      kind: "foreign-table" as const,
      indexes: [],
      pages: 77,
      currentPages: 0,
      rows: 5000,
    }));
  shadow = await restore(await snapshotOf("create table places(id int, at date)", patch));
  expect(shadow.gaps).toEqual([]);
  expect(shadow.cautions.get(relationKey(places))![0]).toContain("foreign table");
  const plan = (await shadow.database.scalar("explain (format json) select * from places")) as [
    { Plan: { "Plan Rows": number; "Total Cost": number } },
  ];
  expect(plan[0].Plan).toMatchObject({ "Plan Rows": 5000, "Total Cost": 77 + 50 });
});

test("a key to a schema that was left out is no gap", async () => {
  const schema = "create schema other; create table other.target(id int primary key); create table places(id int references other.target)";
  shadow = await restore(
    await snapshotOf(schema, (catalog) => ({ ...catalog, relations: catalog.relations.filter(({ schema }) => schema !== "other") })),
  );
  expect(shadow.gaps).toEqual([]);
});

test("an abort between two stages is obeyed and closes the database", async () => {
  const snapshot = await snapshotOf("create table places(id int)");
  await expect(restore(snapshot, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
  shadow = await restore(snapshot);
});

describe("end rows", () => {
  test("give way where an index cannot be built on them", async () => {
    const schema = `create table places(id int, meta jsonb, code text not null);
      insert into places select i, jsonb_build_object('n', i), 'c'||i from generate_series(1, 1000) i;
      create index meta_n on places (((meta ->> 'n')::int)); create unique index on places (upper(code)); analyze`;
    const patch = (catalog: Catalog) =>
      relations(catalog, (relation) => ({
        ...relation,
        columns: relation.columns.map((column) =>
          column.statistics === null
            ? column
            : {
                ...column,
                statistics: {
                  ...column.statistics,
                  histogramBounds: column.name === "meta" ? '{"{\\"n\\": \\"x\\"}","{\\"n\\": \\"y\\"}"}' : null,
                },
              },
        ),
      }));
    shadow = await restore(await snapshotOf(schema, patch));
    expect(shadow.gaps).toEqual([]);
    expect(shadow.endRows.size).toBe(0);
    expect(shadow.cautions.get(relationKey(places))![0]).toContain("smallest and largest values");
    expect(
      JSON.stringify(await shadow.database.scalar("explain (format json) select * from places where (meta ->> 'n')::int = 7")),
    ).toContain("meta_n");
  });

  test("respect CHECKs by leaving out columns that nothing asks for", async () => {
    const schema = `create table places(id int primary key, low int not null, high int, check (low < 500 or high is null or high < low));
      insert into places select i, 1 + i % 400, null from generate_series(1, 1000) i;
      insert into places select 1000 + i, 600, i from generate_series(1, 599) i; analyze`;
    shadow = await restore(await snapshotOf(schema));
    expect(shadow.gaps).toEqual([]);
    expect([...shadow.endRows]).toEqual([relationKey(places)]);
  });

  test("hold the true ends, so that a range past the histogram is estimated as in production", async () => {
    const production = await bootEmbedded();
    try {
      await production.run(`create table places(id int primary key, at timestamp); insert into places select i, timestamp '2024-01-01' + i * interval '1 min' from generate_series(1, 20000) i;
        create index places_at on places(at); analyze;
        insert into places select i, timestamp '2024-01-01' + i * interval '1 min' from generate_series(20001, 30000) i`);
      shadow = await restore(await collect(production.session));
      const sql = "explain (format json) select * from places where at > '2024-01-20'";
      expect(await shadow.database.scalar(sql)).toEqual(await production.scalar(sql));
    } finally {
      await production.close();
    }
  });
});

describe("settings", () => {
  const withSettings = async (settings: readonly Setting[], major = 18): Promise<Snapshot> => {
    const snapshot = await snapshotOf("create table places(id int primary key)");
    return { ...snapshot, settings, server: { ...snapshot.server, major } };
  };
  const now = (name: string) => shadow.database.scalar(`select current_setting('${name}')`);

  test("of production hold in the shadow", async () => {
    shadow = await restore(
      await withSettings([
        { name: "random_page_cost", value: "1.1", unit: null },
        { name: "effective_cache_size", value: "8388608", unit: "8kB" },
        { name: "search_path", value: 'crm, "$user", public', unit: null },
        { name: "TimeZone", value: "Europe/Berlin", unit: null },
        { name: "max_parallel_workers_per_gather", value: "4", unit: null },
      ]),
    );
    expect(shadow.gaps).toEqual([]);
    expect(await now("random_page_cost")).toBe("1.1");
    expect(await now("effective_cache_size")).toBe("64GB");
    expect(await now("search_path")).toBe('crm, "$user", public');
    expect(await now("TimeZone")).toBe("Europe/Berlin");
    expect(await now("max_parallel_workers_per_gather")).toBe("4");
  });

  test("above what 32 bits take are clamped, unknown ones are gaps", async () => {
    shadow = await restore(
      await withSettings([
        { name: "work_mem", value: "4194304", unit: "kB" },
        { name: "enable_telepathy", value: "on", unit: null },
        { name: "shared_buffers", value: "131072", unit: "8kB" },
        { name: "auto_explain.log_min_duration", value: "5", unit: "ms" },
      ]),
    );
    expect(await now("work_mem")).toBe("2097151kB");
    expect(shadow.gaps.map((gap) => gap.what)).toEqual(["work_mem = 4194304 kB", "enable_telepathy = on"]);
  });

  test("turn off what the planner learned after production's version", async () => {
    shadow = await restore(await withSettings([], 15));
    expect(await now("enable_presorted_aggregate")).toBe("off");
    expect(await now("enable_self_join_elimination")).toBe("off");
    await shadow.database.close();
    shadow = await restore(await withSettings([], 18));
    expect(await now("enable_self_join_elimination")).toBe("on");
  });
});
