import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAuditInput } from "../../src/cli/make-input.ts";
import { rewriteJson, rewriteText } from "../../src/cli/rewrite-text.ts";
import { defaultConfig } from "../../src/config/config.ts";
import { createIndexSql } from "../../src/domain/index-sql.ts";
import { runAudit } from "../../src/wire.ts";
import { runRewrite } from "../../src/wire-rewrite.ts";

const schema = `
create table customer (id int primary key, region int not null);
create table orders (id int primary key, customer_id int not null references customer, status text, labels text[], created_at timestamptz not null);
insert into customer select n, n % 5 from generate_series(1, 500) n;
insert into orders select n, n % 400 + 1, (array['new','open','done'])[n % 3 + 1], array['l' || n % 500], timestamptz '2024-01-01' + n * interval '7 minutes' from generate_series(1, 20000) n;
create table visit (id int primary key, happened timestamp not null);
insert into visit select n, timestamp '2024-01-01' + n * interval '7 minutes' from generate_series(1, 20000) n;
create index on orders (created_at);
analyze;
`;

const hooks = { onProgress: () => {}, signal: new AbortController().signal };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plansmith-rewrite-"));
  writeFileSync(join(folder, "schema.sql"), schema);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (sql: string) =>
  runRewrite(makeAuditInput({ kind: "schema", path: join(folder, "schema.sql") }, {}, defaultConfig), sql, { judgeBudgetMs: 1_000 }, hooks);

describe("rewrites of one statement", () => {
  test("recommends what is proved and cheaper, keeps the text, and says what it cost", async () => {
    const found = await run("select *\nfrom orders -- all of them\nwhere created_at::date = '2024-02-05'");
    const [best] = found.trials;
    expect(best?.refused).toBeNull();
    expect(best?.verdict?.verdict).toBe("proved");
    expect(best?.after).toBe("select *\nfrom orders -- all of them\nwhere created_at >= '2024-02-05' and created_at < '2024-02-06'");
    expect(best?.indexes).toEqual([]);
    expect(best!.cost!.after).toBeLessThan(best!.cost!.before * 0.2);
    expect(best?.diff).toContain("-where created_at::date = '2024-02-05'");
    expect(rewriteText(found)).toContain("1 rewrite recommended.");
  });

  test("counts on an index only together with it", async () => {
    const { trials } = await run("select id from orders where 'l7' = any(labels)");
    expect(trials[0]?.refused).toBeNull();
    expect(trials[0]?.indexes.map((index) => index.accessMethod)).toEqual(["gin"]);
  });

  test("does not recommend a rewrite that is not cheaper, and says so", async () => {
    const found = await run("select id, region from customer where id::text = '42' and id = 42");
    expect(found.trials.map((trial) => trial.refused)).toEqual([expect.stringMatching(/not find it cheaper|too little/)]);
    expect(JSON.parse(JSON.stringify(rewriteJson(found)))).toMatchObject({ rewrites: [{ recommended: false, verdict: null }] });
  });

  test("comes to what an audit of the same statement comes to: the rewrite, and the index it counts on", async () => {
    const statements = [
      "select id from orders where 'l7' = any(labels)",
      "select distinct c.id from customer c join orders o on o.customer_id = c.id where o.status = 'open'",
      "select o.id from orders o join customer c on c.id = o.customer_id where o.id < 50",
      "select c.id, (select count(*) from orders o where o.customer_id = c.id) from customer c",
    ];
    for (const sql of statements) {
      writeFileSync(join(folder, "one.sql"), `${sql};`);
      const source = { kind: "schema", path: join(folder, "schema.sql") } as const;
      const input = makeAuditInput(source, { statements: join(folder, "one.sql"), "with-values": true }, defaultConfig);
      const report = await runAudit(input, hooks);
      const audited = report.recommendations.flatMap(({ candidate: { change }, rewrite }) =>
        change.kind === "rewrite" ? [{ sql: change.sql, rules: rewrite?.rules, indexes: rewrite?.indexes }] : [],
      );
      const { trials } = await run(sql);
      const recommended = trials.filter(({ refused }) => refused === null);
      expect(
        recommended.map(({ after, rules, indexes }) => ({
          sql: after,
          rules,
          indexes: indexes.map((each) => createIndexSql(each)).toSorted(),
        })),
      ).toEqual(audited);
    }
  });

  test("names the index that makes a rewrite needless, and the rewrite as its alternative with an index on plain columns", async () => {
    const found = await run("select id from visit where happened::date = '2024-02-05'");
    expect(found.trials.map(({ refused }) => refused)).toEqual([
      expect.stringMatching(/With an index on an expression .*Alternative: .*index on plain columns/),
    ]);
    expect(rewriteText(found)).toContain("CREATE INDEX ON public.visit ((happened::date))");
  });

  test.each([
    ["selec 1", /cannot be read/],
    ["select 1; select 2", /2 statements in one text/],
    ["select nosuch from orders", /cannot be planned: .*nosuch/],
    ["select * from nowhere", /nowhere/],
    ["vacuum orders", /cannot be planned/],
  ])("refuses %s with the reason", async (sql, reason) => {
    await expect(run(sql)).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringMatching(reason) });
  });

  test("says why a statement is left alone", async () => {
    expect((await run("select id from orders where id = 5 for update")).leftAlone).toMatch(/locks rows/);
    expect((await run("update orders set status = 'x' where created_at::date = '2024-02-05'")).leftAlone).toMatch(/only SELECT/);
  });

  test("shows advice that changes the contract and never calls it proved", async () => {
    const { trials } = await run("select id from orders order by id limit 20 offset 10000");
    expect(trials.map((trial) => [trial.contract, trial.verdict, trial.refused === null])).toEqual([["different-contract", null, false]]);
  });
});
