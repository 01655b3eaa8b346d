import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { saveSnapshot } from "../../src/collect/saved-source.ts";
import type { AuditInput } from "../../src/config/audit-input.ts";
import { indexKey } from "../../src/domain/index-key.ts";
import type { Report } from "../../src/domain/report.ts";
import { renderReport } from "../../src/render/index.ts";
import { openParser } from "../../src/syntax/parse-sql.ts";
import { runAudit } from "../../src/wire.ts";
import { schemaErrors } from "../render/report-schema.ts";
import { auditInput } from "../support/audit-input.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

const schema = `create extension pg_trgm;
create table customers (id bigint primary key, email text not null, name text not null, created_at timestamptz not null);
create table orders (id bigint primary key, customer_id bigint not null references customers, status text not null, total numeric(10,2) not null,
  payload jsonb not null, tags text[] not null, created_at timestamptz not null);
create index orders_status_total_idx on orders (status, total);
create index orders_status_idx on orders (status);
insert into customers select i, 'User' || i || '@example.com', 'name ' || md5(i::text), timestamptz '2024-01-01' + i * interval '1 minute' from generate_series(1, 20000) i;
insert into orders select i, 1 + (i * 7919::bigint) % 1000, case when i % 100 = 0 then 'failed' else 'done' end, i % 500,
  jsonb_build_object('sku', 'sku-' || i % 5000, 'qty', i % 7), array['t' || i % 200], timestamptz '2024-01-01' + i * interval '1 minute' from generate_series(1, 60000) i;`;

const statements = `-- calls: 5000, mean_ms: 12.5
select id, total from orders where customer_id = 42 order by created_at desc limit 10;
-- calls: 100, mean_ms: 8
select customer_id from orders where status = 'failed' and created_at > '2024-02-01';
-- calls: 50, mean_ms: 9
select id from orders where payload @> '{"sku": "sku-17"}';
-- calls: 50, mean_ms: 9
select id from orders where tags @> array['t3'];
-- calls: 50, mean_ms: 4
select id from customers where lower(email) = 'user7@example.com';
-- calls: 50, mean_ms: 7
select id from customers where name ilike '%abc1%';
-- calls: 10, mean_ms: 8
select count(*) from orders where total >= 0;
-- calls: 10, mean_ms: 0.1
select * from customers where id = 77;
`;

let folder: string;
let input: AuditInput;
let report: Report;

const run = (changes: Partial<AuditInput> = {}, signal = new AbortController().signal) =>
  runAudit({ ...input, ...changes }, { onProgress: () => {}, signal });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plansmith-audit-"));
  const statementsFile = join(folder, "queries.sql");
  await writeFile(statementsFile, statements);
  const parser = await openParser();
  const snapshot = join(folder, "snapshot.json.gz");
  await saveSnapshot(snapshot, await schemaSnapshot(parser, schema));
  await parser.close();
  input = auditInput({ kind: "snapshot", path: snapshot }, { statementsFile });
  report = await run();
});
afterAll(() => rm(folder, { recursive: true }));

const applied = (from: Report) => from.recommendations.flatMap((each) => each.apply).join("\n");

describe("audit", () => {
  test("a report carries what a later one is compared with, and no text of an index", () => {
    const orders = report.state!.relations.find(({ name }) => name === "orders")!;
    expect(orders.rows).toBe(60_000);
    expect(orders.heapBytes).toBeGreaterThan(1_000_000);
    expect(orders.indexes.map(({ name }) => name)).toEqual(["orders_pkey", "orders_status_idx", "orders_status_total_idx"]);
    expect(orders.indexes[1]!.key).toBe(indexKey("CREATE INDEX ON orders (status)"));
    const lookup = report.families.find(({ sql }) => sql.includes("where id ="))!;
    expect(lookup.plan!.outline).toBe("Index Scan customers customers_pkey");
    // A file's figures are no counters.
    expect(report.families.every((family) => family.counters === undefined)).toBe(true);
  });

  test.each([
    ["a B-tree on the filtered column", /\(customer_id/],
    ["an index for the rare status and its dates", /\(status, created_at\b|\(created_at\) .*WHERE status = 'failed'/],
    ["GIN on jsonb", /USING gin \(payload jsonb_path_ops\)/],
    ["GIN on the array", /USING gin \(tags\)/],
    ["an index on the expression", /lower\(email\)/],
    ["a trigram index", /gin_trgm_ops/],
  ])("recommends %s", (_, pattern) => expect(applied(report)).toMatch(pattern));

  test("proposes to drop the index that another one begins with", () => {
    expect(applied(report)).toMatch(/DROP INDEX CONCURRENTLY public\.orders_status_idx/);
  });

  test("every recommendation has a proof whose plan uses it, and no statement gets dearer", () => {
    for (const { candidate, proofs, benefit } of report.recommendations) {
      if (candidate.change.kind === "drop-index") continue;
      expect(proofs.length).toBeGreaterThan(0);
      for (const { outcome } of proofs) expect(outcome.kind === "estimated" && outcome.bindings.some((binding) => binding.used)).toBe(true);
      expect(benefit.costSaved).toBeGreaterThan(0);
    }
    for (const family of report.families) expect(family.costAfter).toBeLessThanOrEqual(family.costBefore * 1.01);
  });

  test("every candidate is either recommended or rejected with a reason", () => {
    const ids = new Set([...report.recommendations.map((each) => each.id), ...report.rejected.map((each) => each.candidate.id)]);
    expect(ids.size).toBe(report.summary.candidateCount);
    for (const { reason } of report.rejected)
      expect(reason).toMatch(/^(Refuted|Superseded|Not tried|Unproved|Over budget|Saves too little|Statement )/);
  });

  test("statements without advice say why", () => {
    const reasons = report.families.filter((family) => family.noAdvice !== null).map((family) => [family.sql, family.noAdvice]);
    expect(reasons).toEqual(expect.arrayContaining([["select * from customers where id = $1", expect.stringMatching(/cheap already/)]]));
  });

  test("the report matches its published JSON Schema", () =>
    expect(schemaErrors(renderReport(report, "json", { color: false, width: 80 }))).toEqual([]));

  test("the same snapshot gives the same report to the byte", async () => {
    const json = (each: Report) => renderReport(each, "json", { color: false, width: 80 });
    expect(json(await run())).toBe(json(report));
  });

  test("no literal of a statement is printed outside DDL unless asked for", async () => {
    const families = JSON.stringify(report.families) + JSON.stringify(report.recommendations.map((each) => each.proofs));
    expect(families).not.toMatch(/sku-17|user7@|abc1/);
    expect(JSON.stringify((await run({ withValues: true })).families)).toMatch(/sku-17/);
  });

  test("a budget of bytes and of indexes is kept", async () => {
    const tight = await run({ maxIndexes: 2, maxBytes: 2_000_000 });
    const made = tight.recommendations.filter((each) => each.candidate.change.kind === "create-index");
    expect(made.length).toBeLessThanOrEqual(2);
    expect(made.reduce((bytes, each) => bytes + each.price.indexBytes, 0)).toBeLessThanOrEqual(2_000_000);
    expect(made.length).toBeGreaterThan(0);
    expect(tight.rejected.some((each) => each.reason.startsWith("Over budget"))).toBe(true);
  });

  test("a run out of time keeps what it has and says what is missing", async () => {
    const cut = await run({ timeBudgetMs: 2_500 });
    if (cut.partial === null) expect(cut.recommendations.length).toBe(report.recommendations.length);
    else expect(cut.partial.missing).toMatch(/candidates were (not )?tried|^Every candidate was tried; the search/);
  });

  test("a stop before anything was read is an error with its code", async () => {
    await expect(run({}, AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
  });

  test("a statement that does not parse stops the run, or is listed when asked to go on", async () => {
    const statementsFile = join(folder, "broken.sql");
    await writeFile(statementsFile, `select id from orders where customer_id = 1;\nselect id fro orders;\n`);
    await expect(run({ statementsFile })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("broken.sql:2"),
    });
    const listed = await run({ statementsFile, skipInvalid: true });
    expect(listed.skipped).toEqual([expect.objectContaining({ reason: "unparsable" })]);
    expect(applied(listed)).toMatch(/\(customer_id/);
  });

  test("redacted values cost certainty, not the run", async () => {
    const redacted = await run({ redactValues: true });
    expect(redacted.recommendations.length).toBeGreaterThan(0);
    expect(redacted.gaps.some((gap) => /redact|left out/i.test(gap.what + gap.why))).toBe(true);
  });
});
