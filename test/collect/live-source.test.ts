import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LiveOptions, liveSource } from "../../src/collect/live-source.ts";
import type { Snapshot } from "../../src/domain/snapshot.ts";
import { manyKindsSchema } from "../support/many-kinds-schema.ts";
import { type NativePostgres, nativePostgres, noNativePostgres } from "../support/native-postgres.ts";
import { embeddedDatabase, nativeDatabase, type TestDatabase } from "../support/test-database.ts";
import { reading } from "./reading.ts";

const postgres: NativePostgres | null = await nativePostgres();
const places: readonly [string, () => Promise<TestDatabase>, boolean][] = [
  ["the embedded PostgreSQL", () => embeddedDatabase(["pg_trgm"]), true],
  [`a native PostgreSQL (${postgres ? postgres.major : noNativePostgres})`, () => nativeDatabase(postgres!), postgres !== null],
];

describe.each(places.filter(([, , there]) => there))("live source on %s", (_, open) => {
  let database: TestDatabase;
  let snapshot: Snapshot;
  beforeAll(async () => {
    database = await open();
    await database.run(manyKindsSchema(database.major));
    await database.run("vacuum analyze");
    await database.countersSettle();
    snapshot = await liveSource(database.session, reading).read({});
  });
  afterAll(() => database?.close());

  const relation = (name: string) => snapshot.catalog.relations.find((each) => each.name === name)!;
  const column = (table: string, name: string) => relation(table).columns.find((each) => each.name === name)!;
  const index = (table: string, name: string) => relation(table).indexes.find((each) => each.name === name)!;

  test("without pg_stat_statements the workload is a gap with its remedy, and the rest is read", () => {
    expect(snapshot.gaps).toHaveLength(1);
    expect(snapshot.gaps[0]).toMatchObject({ area: "statements", remedy: expect.stringContaining("CREATE EXTENSION pg_stat_statements") });
  });

  test("a snapshot is plain JSON", () => expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot));

  test("the same database reads the same twice", async () => {
    const read = () => liveSource(database.session, { ...reading, readEnds: false }).read({});
    await database.countersSettle();
    // Reading is itself a transaction that the database counts.
    const first = await read();
    const second = await read();
    expect(first.health?.database?.commits).toBeGreaterThan(0);
    expect(withoutCounts(first)).toEqual(withoutCounts(second));
  });

  test("reading leaves the session as it found it", async () => {
    const [path] = await database.session.query<{ search_path: string }>("show search_path");
    expect(path!.search_path).toContain("public");
    await database.run("create temp table writable ()");
  });

  test("settings are the session's own, not those of the reading", () => {
    const value = (name: string) => snapshot.settings.find((setting) => setting.name === name)?.value;
    expect(value("search_path")).toContain("public");
    expect(value("random_page_cost")).toBe("4");
  });

  test("types are read with what they stand on", () => {
    const { enums, domains, composites, ranges, collations } = snapshot.catalog;
    expect(enums).toEqual([{ schema: "public", name: "mood", labels: ["sad", "ok", "it's"] }]);
    expect(domains[0]).toMatchObject({
      baseType: "text",
      checks: [expect.stringMatching(/^CONSTRAINT email_t_check CHECK \(\("?position"?\(.*> 0\)\)$/i)],
    });
    expect(composites[0]!.attributes).toEqual([
      { name: "a", type: "integer" },
      { name: "b", type: "text" },
    ]);
    const multirange = database.major >= 14 ? "floatmultirange" : null;
    expect(ranges).toEqual([{ schema: "public", name: "floatrange", subtype: "double precision", multirange }]);
    expect(collations).toEqual([{ schema: "public", name: "ci", provider: "icu", locale: "und-u-ks-level2", deterministic: false }]);
  });

  test("functions, sequences and relations of an extension are left out, user ones are read", () => {
    expect(snapshot.catalog.functions.map((each) => each.name)).toEqual(["twice"]);
    expect(snapshot.catalog.sequences).toEqual([{ schema: "public", name: "orders_id_seq" }]);
    expect(snapshot.catalog.extensions.map((each) => each.name)).toContain("pg_trgm");
  });

  test("a column knows the type under its domain, its collation, and how it is made", () => {
    expect(column("users", "email")).toMatchObject({
      type: "public.email_t",
      baseType: "text",
      category: "S",
      collation: null,
      notNull: true,
    });
    expect(column("users", "name").collation).toBe('pg_catalog."C"');
    expect(column("users", "tags")).toMatchObject({ baseType: "_text", elementType: "text", category: "A" });
    expect(column("users", "gen")).toMatchObject({ generated: "stored", default: "length(name)" });
    expect(column("users", "ident")).toMatchObject({ identity: "by-default", default: null });
    expect(column("orders", "id").default).toBe("nextval('public.orders_id_seq'::regclass)");
  });

  test("statistics carry every kind of slot", () => {
    expect(column("users", "mood").statistics).toMatchObject({ mostCommonValues: "{ok}", mostCommonFrequencies: [1], distinct: 1 });
    expect(column("users", "id").statistics!.histogramBounds).toMatch(/^\{1,/);
    expect(column("users", "id").statistics!.correlation).toBe(1);
    expect(column("users", "tags").statistics!.mostCommonElements).toBe("{a,t0,t1,t2}");
    expect(column("users", "tags").statistics!.elementCountHistogram!.at(-1)).toBe(2);
    expect(column("users", "seen").statistics).toMatchObject({
      rangeEmptyFraction: 0,
      rangeLengthHistogram: expect.stringContaining("86400"),
    });
    expect(column("users", "seen").statistics!.rangeBoundsHistogram).toContain("2024-01-02");
    expect(column("orders", "user_id")).toMatchObject({ statistics: null, inheritedStatistics: { nullFraction: 0 } });
    expect(column("orders_1", "user_id").statistics).not.toBeNull();
  });

  test("an expression index keeps its statistics, predicate and text as the workload writes them", () => {
    const lower = index("users", "users_lower_idx");
    expect(lower.predicate).toBe("mood = 'ok'::mood");
    expect(lower.definition).toContain("'ok'::public.mood");
    expect(lower.keys[0]).toMatchObject({ column: null, sql: "lower(email::text)", operatorClass: "text_ops" });
    expect(lower.keys[0]!.statistics!.histogramBounds).toContain("@x.org");
  });

  test("an index knows direction, NULLS, included columns and operator class", () => {
    expect(index("users", "users_name_id_mood_idx").keys.map((key) => [key.column, key.descending, key.nullsFirst])).toEqual([
      ["name", true, false],
      ["id", false, false],
    ]);
    expect(index("users", "users_name_id_mood_idx").include).toEqual(["mood"]);
    expect(index("users", "users_trgm")).toMatchObject({ accessMethod: "gin", keys: [{ operatorClass: "gin_trgm_ops" }] });
    expect(index("users", "users_pkey")).toMatchObject({ primary: true, unique: true, constraint: { kind: "primary-key" } });
    expect(index("users", "seen_once").constraint).toMatchObject({
      kind: "exclusion",
      definition: "EXCLUDE USING gist (seen WITH &&) WHERE ((id < 0))",
    });
  });

  test("partitions know their parent and bound, and their indexes the parent's index", () => {
    expect(relation("orders")).toMatchObject({ kind: "partitioned-table", partitionKey: "RANGE (at)", parents: [] });
    expect(relation("orders_1")).toMatchObject({
      parents: [{ schema: "public", name: "orders" }],
      partitionBound: "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
      rows: 3000,
    });
    expect(index("orders", "orders_user_id_idx")).toMatchObject({ partitioned: true, parent: null });
    expect(index("orders_1", "orders_1_user_id_idx").parent).toEqual({ schema: "public", name: "orders_user_id_idx" });
  });

  test("a foreign key names its target and actions, and is local only where it was made", () => {
    const own = relation("orders").constraints.filter((each) => each.kind === "foreign-key");
    expect(own).toMatchObject([
      {
        columns: ["user_id"],
        local: true,
        references: { relation: { name: "users" }, columns: ["id"], onDelete: "CASCADE", onUpdate: "NO ACTION" },
      },
    ]);
    expect(relation("orders_1").constraints.filter((each) => each.kind === "foreign-key")).toMatchObject([{ local: false }]);
  });

  test("sizes, rows and ends are those of the files and indexes", () => {
    expect(relation("users").currentPages).toBeGreaterThan(10);
    expect(relation("users").pages).toBe(relation("users").currentPages);
    expect(column("users", "id").ends).toEqual({ low: "1", high: "2000" });
    expect(column("users", "mood").ends).toBeNull();
  });

  test("ends are not asked of an index that nothing has scanned, so that it stays unused", () => {
    expect(column("orders_1", "user_id").ends).toBeNull();
    expect(index("orders_1", "orders_1_user_id_idx").scans).toBe(0);
  });

  test("the ends of many columns are read in few statements, fewer than 50 for all", async () => {
    const columns = Array.from({ length: 150 }, (_, n) => `c${n} int default ${n}`);
    await database.run(`create table wide (${columns.join(", ")}); insert into wide default values;`);
    await database.run(columns.map((_, n) => `create index on wide (c${n})`).join("; "));
    let statements = 0;
    const counting = {
      ...database.session,
      query<Row extends object>(sql: string, parameters?: readonly unknown[]) {
        statements++;
        return database.session.query<Row>(sql, parameters);
      },
    };
    const read = await liveSource(counting, { ...reading, origin: "schema-file" }).read({});
    const wide = read.catalog.relations.find((each) => each.name === "wide")!;
    expect(wide.columns.map((each) => each.ends?.low)).toEqual(columns.map((_, n) => String(n)));
    expect(statements).toBeLessThan(50);
    await database.run("drop table wide");
  });

  test("views keep their definition with schemas named", () => {
    expect(relation("active")).toMatchObject({ kind: "view", viewDefinition: expect.stringContaining("FROM public.users") });
    expect(relation("m")).toMatchObject({ kind: "materialized-view", viewDefinition: expect.stringContaining("FROM public.orders") });
  });

  test("extended statistics come as bytes, with the names of user types and a row per expression", () => {
    const [ext, expr] = snapshot.catalog.statisticsObjects;
    expect(ext!.definition).toBe("CREATE STATISTICS public.users_ext (ndistinct, mcv) ON name, mood FROM public.users");
    expect(Object.values(ext!.collected[0]!.mcvTypeNames)).toEqual(["public.mood"]);
    expect(ext!.collected[0]!.ndistinctHex).toMatch(/^[0-9a-f]+$/);
    if (database.major < 14) return; // expressions came with 14
    expect(expr!.collected[0]!.expressions).toHaveLength(1);
    if (database.major < 14) return; // expressions came with 14
    expect(expr!.collected[0]!.expressions[0]!.slots.map((slot) => slot.kind)).toEqual([2, 3]);
  });

  test("redaction leaves no value of any row in the snapshot, and keeps frequencies", async () => {
    const redacted = await liveSource(database.session, { ...reading, redactValues: true }).read({});
    const text = JSON.stringify(redacted);
    expect(text).not.toMatch(/@x\.org|2024-01-0[2-9]|"\{ok\}"|\{1,/);
    expect(redacted.valuesRedacted).toBe(true);
    expect(redacted.gaps.some((gap) => gap.what.startsWith("values that statistics hold"))).toBe(true);
    const mood = redacted.catalog.relations.find((each) => each.name === "users")!.columns.find((each) => each.name === "mood")!;
    expect(mood.statistics).toMatchObject({ mostCommonValues: null, mostCommonFrequencies: [1], distinct: 1 });
  });

  test("schemas are chosen by name, and an unknown one is an error that lists those there are", async () => {
    await database.run("create schema other; create table other.t (id int)");
    const names = async (more: Partial<LiveOptions>) =>
      (await liveSource(database.session, { ...reading, ...more }).read({})).catalog.relations.map((each) => each.name);
    expect(await names({ includeSchemas: ["other"] })).toEqual(["t"]);
    expect(await names({ excludeSchemas: ["public"] })).toEqual(["t"]);
    await expect(names({ includeSchemas: ["nowhere"] })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      hint: "Schemas here: public, other.",
    });
    await database.run("drop schema other cascade");
  });

  test("a table that was never analysed has null rows and a gap with the ANALYZE to run", async () => {
    await database.run("create table fresh (id int)");
    const read = await liveSource(database.session, reading).read({});
    expect(read.catalog.relations.find((each) => each.name === "fresh")!.rows).toBeNull();
    expect(read.gaps).toContainEqual(expect.objectContaining({ area: "statistics", remedy: "ANALYZE public.fresh;" }));
    await database.run("drop table fresh");
  });

  test("an aborted reading throws ABORTED", async () => {
    await expect(liveSource(database.session, reading).read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
    await database.run("create temp table still_writable ()");
  });
});

function withoutCounts(snapshot: Snapshot): unknown {
  return { ...snapshot, health: { ...snapshot.health, database: null } };
}
