import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeReview } from "../../src/cli/make-review.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { Report } from "../../src/domain/report.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { type ReviewRun, runReview } from "../../src/wire-review.ts";

const schema = `
create table customers (id bigint primary key, email text collate "C" not null, region text);
create index customers_email on customers (email);
create table orders (
  id bigint primary key, customer_id bigint references customers (id), status text not null, note text, amount integer,
  created_at timestamptz not null default now());
create index orders_status_amount on orders (status, amount);
-- plansmith: orders rows=2000000 customer_id.distinct=40000 status.distinct=1000 amount.distinct=-0.5 note.distinct=-1
-- plansmith: customers rows=400000 email.distinct=-1
`;
const statements = `
-- calls: 86400
select * from orders where customer_id = 42 order by created_at desc limit 10;
-- calls: 172800
select id from orders where status = 'open';
-- calls: 8640
select id from customers where email like 'ab%';
-- calls: 43200
insert into orders (id, customer_id, status) values (1, 2, 'x');
`;

let parser: SqlParser;
let folder: string;
let input: ReviewRun;
const hooks = { onProgress: () => {}, signal: new AbortController().signal };

beforeAll(async () => {
  parser = await openParser();
  folder = await mkdtemp(join(tmpdir(), "plansmith-impact-"));
  await writeFile(join(folder, "schema.sql"), schema);
  await writeFile(join(folder, "queries.sql"), statements);
  await writeFile(join(folder, "empty.sql"), "");
  const flags = { "pg-version": "15", schema: join(folder, "schema.sql"), statements: join(folder, "queries.sql") };
  const made = await makeReview({
    cwd: folder,
    paths: ["empty.sql"],
    flags,
    config: parseConfig("{}", "test"),
    parser,
    ...hooks,
    now: new Date("2026-01-02"),
  });
  // The same figures as a server's own, counted for one day.
  if (made.ground.kind === "none") throw new Error("a schema was given");
  const { snapshot } = made.ground;
  const server = { ...snapshot.server, countingSince: "2026-01-01T00:00:00.000Z", standby: false };
  const counted = snapshot.statements.map((each) => ({ ...each, countingSince: server.countingSince }));
  input = {
    ...made,
    ground: {
      kind: "snapshot",
      name: "s.json",
      snapshot: { ...snapshot, server, statements: counted, collectedAt: "2026-01-02T00:00:00.000Z" },
    },
  };
});
afterAll(async () => {
  await parser.close();
  await rm(folder, { recursive: true });
});

function review(sql: string): Promise<Report> {
  return runReview({ ...input, files: [{ path: "001.sql", content: Buffer.from(sql), isNew: true }] }, hooks, parser);
}

const about = (report: Report, rule: string) => report.findings.filter((each) => each.rule === `migration/${rule}`);

describe("the index that the statements want", () => {
  test("is given where none of them uses the migration's", async () => {
    const report = await review("create index concurrently orders_note on orders (note);");
    const [unused] = about(report, "index-not-used-by-workload");
    expect(unused?.message).toMatch(/^No plan of the 2 known statements on orders uses index orders_note/);
    expect(unused?.safer).toEqual(["CREATE INDEX CONCURRENTLY ON public.orders (customer_id, created_at)"]);
    expect(unused?.help).toMatch(/^This one takes 1 statement from cost [\d,.]+ to [\d,.]+ \(−\d.*estimated/);
  });
  test("is given where it serves them clearly better", async () => {
    const [worse] = about(await review("create index concurrently orders_customer on orders (customer_id, amount);"), "better-index");
    expect(worse?.severity).toBe("note");
    expect(worse?.safer).toEqual(["CREATE INDEX CONCURRENTLY ON public.orders (customer_id, created_at)"]);
  });
  test("is not looked for where the migration makes it, or where its index is unique", async () => {
    for (const sql of [
      "create index concurrently orders_customer on orders (customer_id, created_at);",
      "create unique index concurrently orders_note on orders (note);",
    ]) {
      const report = await review(sql);
      expect(about(report, "better-index")).toEqual([]);
      expect(about(report, "index-not-used-by-workload")).toEqual([]);
    }
  });
});

describe("statements that lose their plan", () => {
  const worse = (report: Report) =>
    report.review?.workload?.changes
      .filter((each) => each.effect === "worse")
      .map((each) => [each.sql.slice(0, 31), each.indexesBefore, each.causedBy?.line]);

  test("through a dropped column that takes the index of others along", async () => {
    const report = await review("select 1;\nalter table orders drop column amount;");
    expect(worse(report)).toEqual([["select id from orders where sta", ["orders_status_amount"], 2]]);
    expect(about(report, "drop-column-drops-index")[0]?.message).toMatch(/1 known statement \(172,800 calls a day\)/);
  });
  test("through a changed collation, which LIKE cannot search", async () => {
    const report = await review('alter table customers alter column email type text collate "unicode";');
    expect(worse(report)).toEqual([["select id from customers where ", ["customers_email"], 1]]);
  });
  test("but not through a changed default, a new column or a wider type of the same index", async () => {
    const report = await review(
      "alter table orders alter column status set default 'new';\nalter table orders add column x int default 3;\nalter table customers alter column region type varchar(90);",
    );
    expect(worse(report)).toEqual([]);
    expect(report.findings.filter((each) => /known statement/.test(each.message))).toEqual([]);
  });
});

test("statements a second that wait are those that the lock stops", async () => {
  const { review: told } = await review(
    "alter table orders add column x int;\ncreate index orders_note on orders (note);\nalter table customers validate constraint customers_pkey;\ncreate index concurrently i on orders (note);",
  );
  // ACCESS EXCLUSIVE stops both reads and the insert (1 + 2 + 0.5), SHARE the insert alone.
  expect(told?.statements.map((each) => each.queuedPerSecond)).toEqual([3.5, 0.5, 0, 0]);
});

test("each statement that a change adds has its own verdict, on one line or in two files", async () => {
  const wanted = "select id from orders where note = $1";
  const report = await runReview(
    {
      ...input,
      files: [{ path: "001.sql", content: Buffer.from("create table drafts (id bigint primary key, body text);"), isNew: true }],
      added: [
        { place: "a.ts:1", sql: wanted },
        { place: "a.ts:1", sql: "select nope from orders" },
        { place: "b.ts:7", sql: "select  id from orders where note = $1" },
        { place: "b.ts:8", sql: "select id from drafts where id = $1" },
      ],
    },
    hooks,
    parser,
  );
  const [first, broken, again, fresh] = report.review?.added ?? [];
  expect([first?.problem, broken?.problem, again?.problem, fresh?.problem]).toEqual([null, expect.stringContaining("42703"), null, null]);
  expect(first?.cost).toBeGreaterThan(0);
  expect([again?.cost, again?.advice]).toEqual([first?.cost, first?.advice]);
  expect(about(report, "added-statement-breaks").map((each) => each.place?.file)).toEqual(["a.ts"]);
  for (const { sql } of first?.advice ?? []) expect(sql).toMatch(/^CREATE INDEX CONCURRENTLY ON public\.orders/);
});
