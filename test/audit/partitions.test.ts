import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runAudit } from "../../src/wire.ts";
import { auditInput } from "../support/audit-input.ts";

const schema = `create table ev (id bigint generated always as identity, tenant int not null, at date not null, body text) partition by range (at);
create table ev_1 partition of ev for values from ('2025-01-01') to ('2025-02-01');
create table ev_2 partition of ev for values from ('2025-02-01') to ('2025-03-01');
insert into ev (tenant, at, body) select i % 3000, date '2025-01-01' + i % 59, md5(i::text) from generate_series(1, 40000) i;`;

const statements = `-- calls: 5, mean_ms: 2
select * from ev_2 where tenant = 5;
-- calls: 500, mean_ms: 20
select * from ev where tenant = 5;`;

async function audited(schemaSql: string, statementsSql: string) {
  const folder = await mkdtemp(join(tmpdir(), "plansmith-partitions-"));
  const [schemaFile, statementsFile] = [join(folder, "schema.sql"), join(folder, "statements.sql")];
  await writeFile(schemaFile, schemaSql);
  await writeFile(statementsFile, statementsSql);
  const input = auditInput({ kind: "schema", path: schemaFile }, { statementsFile });
  const report = await runAudit(input, { onProgress: () => {}, signal: new AbortController().signal });
  await rm(folder, { recursive: true });
  return report;
}

test.each([
  ["leaves nothing to do for its partitions", "", [true, true]],
  ["stays apart from an equal one that a partition has", "create index ev_2_own on ev_2 (tenant); analyze;", [true, false]],
])(
  "an index of a partitioned table %s",
  async (_, further, cheaper) => {
    const report = await audited(schema + further, statements);
    expect(report.recommendations.map((each) => each.title)).toEqual(["B-tree index on ev (tenant)"]);
    expect(report.families.map((family) => family.costAfter < family.costBefore / 2)).toEqual(cheaper);
    for (const { costBefore, costAfter } of report.families) expect(costAfter).toBeLessThanOrEqual(costBefore * 1.01);
  },
  120_000,
);

test("a table that others inherit from gets its index on each of them", async () => {
  const report = await audited(
    `create table base (id int, tenant int, v text); create table kid1 () inherits (base); create table kid2 () inherits (base);
     insert into kid1 select i, i % 3000, md5(i::text) from generate_series(1, 30000) i;
     insert into kid2 select i, i % 3000, md5(i::text) from generate_series(1, 30000) i;`,
    "select * from base where tenant = 5;",
  );
  expect(report.recommendations.map((each) => each.title).toSorted()).toEqual([
    "B-tree index on kid1 (tenant)",
    "B-tree index on kid2 (tenant)",
  ]);
});
