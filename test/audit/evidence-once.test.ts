import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadRules } from "../../rules/index.ts";
import { audit } from "../../src/audit/audit.ts";
import { schemaSource } from "../../src/collect/schema-source.ts";
import { readStatementsFile } from "../../src/collect/statements-file.ts";
import { openShadowPlanner } from "../../src/shadow/shadow-planner.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { catalogOnly } from "../support/catalog-only.ts";

/** Two indexes that others make needless, and one that is missing. */
const schema = `
create table orders (id int primary key, customer int not null, state text not null, note text not null);
create index by_customer on orders (customer);
create index by_customer_again on orders (customer);
create index by_id on orders (id);
insert into orders select n, n % 700, 's' || n % 4000, repeat('x', 60) from generate_series(1, 60000) n;
`;
const statements = `
select * from orders where state = 's4';
select * from orders where customer = 44;
`;

let parser: SqlParser;
const folder = mkdtempSync(join(tmpdir(), "plansmith-evidence-once-"));
beforeAll(async () => {
  parser = await openParser();
});
afterAll(async () => {
  await parser?.close();
  rmSync(folder, { recursive: true });
});

test("a statement that several changes are proved on is planned for its evidence once", async () => {
  const [schemaFile, statementsFile] = [join(folder, "schema.sql"), join(folder, "statements.sql")];
  writeFileSync(schemaFile, schema);
  writeFileSync(statementsFile, statements);
  const read = (await readStatementsFile(parser, statementsFile)).statements;
  let doubted = 0;
  const report = await audit(
    {
      source: schemaSource(parser, { ...catalogOnly, schemaFile, statements: read, top: 100, readEnds: true, now: new Date(0) }),
      parser,
      rules: await loadRules(),
      openPlanner: async (snapshot) => {
        const planner = await openShadowPlanner(snapshot);
        return {
          ...planner,
          doubts: (...asked) => {
            doubted += 1;
            return planner.doubts!(...asked);
          },
        };
      },
    },
    {
      ruleOptions: {},
      maxIndexes: null,
      maxGrowth: null,
      maxBytes: null,
      withValues: true,
      timeBudgetMs: null,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      advisorVersion: "test",
    },
  );
  const proofs = report.recommendations.flatMap((each) => each.proofs);
  expect(report.recommendations.length).toBeGreaterThanOrEqual(3);
  expect(proofs.length).toBeGreaterThan(new Set(proofs.map(({ family }) => family)).size);
  expect(doubted).toBe(report.families.length);
}, 60_000);
