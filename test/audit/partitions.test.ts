import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runAudit } from "../../src/wire.ts";

const schema = `create table ev (id bigint generated always as identity, tenant int not null, at date not null, body text) partition by range (at);
create table ev_1 partition of ev for values from ('2025-01-01') to ('2025-02-01');
create table ev_2 partition of ev for values from ('2025-02-01') to ('2025-03-01');
insert into ev (tenant, at, body) select i % 3000, date '2025-01-01' + i % 59, md5(i::text) from generate_series(1, 40000) i;`;

const statements = `-- calls: 5, mean_ms: 2
select * from ev_2 where tenant = 5;
-- calls: 500, mean_ms: 20
select * from ev where tenant = 5;`;

test.each([
  ["leaves nothing to do for its partitions", "", [true, true]],
  ["stays apart from an equal one that a partition has", "create index ev_2_own on ev_2 (tenant); analyze;", [true, false]],
])(
  "an index of a partitioned table %s",
  async (_, further, cheaper) => {
    const folder = await mkdtemp(join(tmpdir(), "plansmith-partitions-"));
    await writeFile(join(folder, "schema.sql"), schema + further);
    await writeFile(join(folder, "statements.sql"), statements);
    const report = await runAudit(
      {
        source: { kind: "schema", path: join(folder, "schema.sql") },
        statementsFile: join(folder, "statements.sql"),
        top: 500,
        minCalls: 0,
        includeSchemas: [],
        excludeSchemas: [],
        maxIndexes: null,
        maxGrowth: null,
        maxBytes: null,
        withValues: false,
        redactValues: false,
        statementTimeoutMs: 30_000,
        timeBudgetMs: null,
        readEnds: true,
        ruleOptions: {},
      },
      { onProgress: () => {}, signal: new AbortController().signal },
    );
    await rm(folder, { recursive: true });
    expect(report.recommendations.map((each) => each.title)).toEqual(["B-tree index on ev (tenant)"]);
    expect(report.families.map((family) => family.costAfter < family.costBefore / 2)).toEqual(cheaper);
    for (const { costBefore, costAfter } of report.families) expect(costAfter).toBeLessThanOrEqual(costBefore * 1.01);
  },
  120_000,
);
