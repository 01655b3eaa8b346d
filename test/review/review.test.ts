import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeReview, type ReviewFlags } from "../../src/cli/make-review.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { Report } from "../../src/domain/report.ts";
import { baselineText, parseBaseline } from "../../src/review/baseline.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { type ReviewRun, runReview } from "../../src/wire-review.ts";

const schema = `
create type mood as enum ('ok', 'bad');
create table customers (id bigint primary key, email text not null, name varchar(50), nick text);
create table orders (
  id bigint primary key, customer_id bigint references customers (id), status text not null, note text, amount integer,
  created_at timestamptz not null default now());
create index orders_status_idx on orders (status);
create index orders_customer on orders (customer_id, created_at);
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger orders_touch before update on orders for each row execute function touch();
-- plansmith: orders rows=2000000 customer_id.distinct=40000 status.common=done:0.989|open:0.01 amount.distinct=-0.5
-- plansmith: customers rows=40000 email.distinct=-1
`;
const statements = `
-- calls: 50000, mean_ms: 2
select * from orders where customer_id = 42 order by created_at desc limit 10;
-- calls: 500, mean_ms: 20
select id, status from orders where status = 'open';
-- calls: 10
select email, name from customers where id = 7;
-- calls: 3
insert into customers (id, email, nick) values (1, 'a', 'b');
`;

let parser: SqlParser;
let folder: string;
beforeAll(async () => {
  parser = await openParser();
  folder = await mkdtemp(join(tmpdir(), "plansmith-review-"));
  await writeFile(join(folder, "schema.sql"), schema);
  await writeFile(join(folder, "queries.sql"), statements);
  await writeFile(join(folder, "empty.sql"), "");
});
afterAll(async () => {
  await parser.close();
  await rm(folder, { recursive: true });
});

const hooks = { onProgress: () => {}, signal: new AbortController().signal };

type Files = string | Readonly<Record<string, string>>;

function foundFiles(sql: Files) {
  const files = typeof sql === "string" ? { "001.sql": sql } : sql;
  return Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text), isNew: !path.startsWith("000") }));
}

/** Made once: reading a schema file boots a PostgreSQL. */
const inputs = new Map<string, Promise<ReviewRun>>();

async function inputFor(flags: ReviewFlags): Promise<ReviewRun> {
  const key = JSON.stringify(flags);
  const made =
    inputs.get(key) ??
    makeReview({
      cwd: folder,
      paths: ["empty.sql"],
      flags: { "pg-version": "15", ...flags },
      config: parseConfig("{}", "test"),
      parser,
      ...hooks,
      now: new Date("2026-01-01"),
    });
  inputs.set(key, made);
  return made;
}

async function reviewed(sql: Files, flags: ReviewFlags = {}, more: Partial<ReviewRun> = {}): Promise<Report> {
  return runReview({ ...(await inputFor(flags)), files: foundFiles(sql), ...more }, hooks, parser);
}

const onSchema = (sql: Files, more: Partial<ReviewRun> = {}) => reviewed(sql, { schema: join(folder, "schema.sql") }, more);
const withWorkload = (sql: string) => reviewed(sql, { schema: join(folder, "schema.sql"), statements: join(folder, "queries.sql") });
const rulesOf = (report: Report) => report.findings.map((each) => `${each.place?.line} ${each.rule}`);

describe("the migration is run", () => {
  test("locks on every relation, rewrites, scans, builds and foreign-key checks are seen", async () => {
    const { review } = await onSchema(`
alter table orders alter column amount type bigint;
alter table orders add constraint positive check (amount > 0);
alter table orders add constraint again foreign key (customer_id) references customers (id);
create index on customers (email);
drop table orders;`);
    const seen = review?.statements.map((each) => ({
      locks: each.locks.map((lock) => `${lock.relation.name} ${lock.mode}`),
      work: each.work.map((work) => `${work.relation.name} ${work.kind}`),
      basis: each.basis,
    }));
    expect(seen).toMatchObject([
      { locks: ["orders AccessExclusiveLock"], work: ["orders rewrite"], basis: "observed" },
      { locks: ["orders AccessExclusiveLock"], work: ["orders scan"] },
      { locks: ["customers ShareRowExclusiveLock", "orders ShareRowExclusiveLock"], work: ["orders foreign-key-check"] },
      { locks: ["customers ShareLock"], work: ["customers index-build"] },
      { locks: ["customers AccessExclusiveLock", "orders AccessExclusiveLock"], work: [] },
    ]);
  });

  test("what PostgreSQL refuses is a finding with its SQLSTATE; what only misses its result is none", async () => {
    const report = await onSchema(
      "alter table orders alter column nosuch set not null;\ncreate view v as select nosuch from orders;\nalter table orders drop constraint orders_pkey, add constraint k check (id);",
    );
    const failures = report.findings.filter((each) => each.rule === "migration/fails-to-apply");
    expect(failures.map((each) => each.place?.line)).toEqual([1, 3]);
    expect(failures[0]?.message).toMatch(/column "nosuch" of relation "orders" does not exist \(SQLSTATE 42703/);
  });

  test("triggers of the schema, roles, privileges, settings, unbundled extensions and DO blocks make no false error", async () => {
    const report = await onSchema(`
drop trigger orders_touch on orders;
grant select on orders to nobody_here;
alter table orders owner to app;
create policy p on orders to reader using (true);
set transaction_timeout = '5s';
set nonsense.value = 1;
do $$ begin execute 'alter table orders add column made_here int'; end $$;
alter table orders drop column made_here;
create extension postgis;`);
    expect(report.findings.filter((each) => each.rule === "migration/fails-to-apply")).toEqual([]);
  });

  test("settings and search_path of one file do not reach the next", async () => {
    const report = await reviewed({
      "001.sql": "create schema app; set search_path = app; create table t (id int primary key);",
      "002.sql": "create table t (id int primary key); alter table app.t add column a int;",
    });
    expect(report.findings.filter((each) => each.severity === "error")).toEqual([]);
  });
});

describe("the ground", () => {
  test("earlier migrations of the folder give the schema, and nothing is said of them", async () => {
    const report = await reviewed({
      "000_a.sql": "create table t (id bigint primary key, a int); insert into t values (1, 1);",
      "000_b.sql": "alter table t add column b text not null default random()::text;",
      "001.sql": "alter table t alter column a type bigint;",
    });
    expect(report.review?.basis).toMatchObject({ kind: "replay", ran: true });
    expect(new Set(report.findings.map((each) => each.place?.file))).toEqual(new Set(["001.sql"]));
  });
  test("a file that needs tables nobody knows is judged by its text, and no missing table is an error", async () => {
    const report = await reviewed("alter table unknown_table alter column a set not null;");
    expect(report.review?.basis).toMatchObject({ kind: "text", ran: false });
    expect(report.findings.filter((each) => each.rule === "migration/fails-to-apply")).toEqual([]);
  });
  test("a snapshot's schema is restored with its triggers; one from before they were read makes no error of a missing trigger", async () => {
    const { ground } = await inputFor({ schema: join(folder, "schema.sql") });
    if (ground.kind === "none") throw new Error("a schema was given");
    const snapshot = { ...ground.snapshot, origin: "live" as const, settings: [{ name: "search_path", value: "app, public", unit: null }] };
    const report = await onSchema(
      "drop trigger orders_touch on orders;\nalter table orders add column feeling mood;\nalter table nosuch add column a int;\nalter table orders alter column note set not null;",
      {
        ground: { kind: "snapshot", snapshot, name: "s.json" },
      },
    );
    expect(rulesOf(report).filter((each) => each.endsWith("fails-to-apply"))).toEqual(["3 migration/fails-to-apply"]);
    expect(report.review?.statements.map((each) => each.basis)).toEqual(["observed", "observed", "observed", "observed"]);
    expect(report.review?.statements[3]?.work).toMatchObject([
      { kind: "scan", relation: { name: "orders" }, seconds: { low: expect.any(Number) } },
    ]);
    const drop = { files: foundFiles("drop trigger nosuch on orders;") };
    const told = await onSchema("", { ...drop, ground: { kind: "snapshot", snapshot, name: "s.json" } });
    expect(rulesOf(told)).toContain("1 migration/fails-to-apply");
    const relations = snapshot.catalog.relations.map((relation) => {
      const { triggers, ...rest } = relation;
      expect(triggers).toBeDefined();
      return rest;
    });
    const older = { ...snapshot, catalog: { ...snapshot.catalog, relations } };
    const silent = await onSchema("", { ...drop, ground: { kind: "snapshot", snapshot: older, name: "s.json" } });
    expect(rulesOf(silent)).not.toContain("1 migration/fails-to-apply");
    expect(report.generatedAt).toBe((await inputFor({ schema: join(folder, "schema.sql") })).now);
  });
  test("nothing is run with --no-run", async () => {
    const report = await onSchema("alter table orders add column status text;", { scratch: false });
    expect(report.review?.basis.ran).toBe(false);
    expect(report.review?.statements.every((each) => each.basis === "predicted")).toBe(true);
  });
});

describe("the workload before and after", () => {
  test("what breaks, what loses its index and which new index nobody uses, each with the statement to blame", async () => {
    const report = await withWorkload(`select 1;
alter table customers drop column name;
alter table customers drop column nick;
drop index orders_status_idx;
create index concurrently orders_note on orders (note);`);
    const changes = report.review?.workload?.changes.map((each) => [
      each.effect,
      each.sql.slice(0, 18),
      each.error?.sqlState ?? null,
      each.causedBy?.line,
    ]);
    expect(changes).toEqual([
      ["breaks", "select email, name", "42703", 2],
      ["breaks", "insert into custom", "42703", 3],
      ["worse", "select id, status ", null, 4],
    ]);
    expect(report.review?.workload?.changes[2]).toMatchObject({ indexesBefore: ["orders_status_idx"], indexesAfter: [] });
    const harm = report.findings.filter((each) => /known statement/.test(each.message)).map((each) => [each.place?.line, each.severity]);
    expect(harm.filter(([line]) => line === 2 || line === 3)).toEqual([
      [2, "error"],
      [3, "error"],
    ]);
    expect(rulesOf(report)).toContain("4 migration/drop-index-in-use");
    const unused = report.findings.filter((each) => each.rule === "migration/index-not-used-by-workload").map((each) => each.place?.line);
    expect(unused).toContain(5);
  });

  test("a renamed table breaks its statements, a renamed column that none reads changes no plan, a useful index is used", async () => {
    const { review, findings } = await withWorkload(`
alter table customers rename to clients;
alter table orders rename column note to remark;
alter table orders rename constraint orders_pkey to orders_key;
alter table orders add column extra int;
create index concurrently orders_open on orders (status) include (id) where status = 'open';`);
    expect(review?.workload?.changes.map((each) => [each.effect, each.error?.sqlState ?? null])).toEqual([
      ["breaks", "42P01"],
      ["breaks", "42P01"],
      ["better", null],
    ]);
    expect(review?.workload?.newIndexes).toMatchObject([
      { index: { name: "orders_open" }, place: { line: 6 }, usedBy: [expect.any(String)] },
    ]);
    expect(findings.filter((each) => each.rule === "migration/index-not-used-by-workload")).toEqual([]);
  });

  test("statistics that a type change drops are told from a loss that stays, and a value that the new type refuses breaks", async () => {
    const { review } = await withWorkload(
      "alter table orders alter column customer_id type integer;\nalter table orders alter column status type integer using 0;",
    );
    const broken = review?.workload?.changes.filter((each) => each.effect === "breaks");
    expect(broken).toMatchObject([{ error: { sqlState: "22P02" }, causedBy: { line: 2 } }]);
    for (const each of review?.workload?.changes ?? []) if (each.effect === "worse") expect(each.costAfterAnalyze).not.toBeNull();
  });
});

test("levels of the configuration hold, ids stay when lines move, and a baseline by id silences", async () => {
  const sql = "create index orders_note on orders (note);\ncreate table orders (id int);";
  const one = await onSchema(sql);
  expect(rulesOf(one)).toEqual(expect.arrayContaining(["1 migration/index-not-concurrent", "2 migration/fails-to-apply"]));
  const levelled = await onSchema(sql, { levels: { "migration/index-not-concurrent": "off", "migration/fails-to-apply": "note" } });
  expect(levelled.findings.map((each) => [each.rule, each.severity])).toContainEqual(["migration/fails-to-apply", "note"]);
  expect(rulesOf(levelled)).not.toContain("1 migration/index-not-concurrent");
  await expect(onSchema(sql, { levels: { "migration/no-such-rule": "off" } })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  const baseline = parseBaseline(baselineText(one.findings), "baseline");
  const moved = await onSchema(`\n\n-- words\n${sql}`, { baseline });
  expect(moved.findings).toEqual([]);
  expect(moved.review?.baselineCount).toBe(one.findings.length);
});

test("a statement that never ends is stopped, and text and catalog decide", async () => {
  const files = foundFiles("do $$ begin loop end loop; end $$;\nalter table orders alter column note set not null;");
  const input = { ...(await inputFor({ schema: join(folder, "schema.sql") })), files, longestStatementMs: 1_000 };
  const report = await runReview(input, hooks, parser);
  expect(report.review?.basis.ran).toBe(false);
  expect(report.gaps.map((gap) => gap.why).join()).toMatch(/took too long/);
  expect(rulesOf(report)).toContain("2 migration/set-not-null-scan");
});
