import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApplyItem } from "../../src/apply/choose-items.ts";
import type { OutputFile } from "../../src/apply/format.ts";
import { openPlace } from "../../src/apply/place.ts";
import { formats, planFiles } from "../../src/apply/plan-files.ts";
import { readSteps } from "../../src/apply/read-steps.ts";
import { makeReview } from "../../src/cli/make-review.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { CandidateKey, Change, IndexDefinition } from "../../src/domain/candidate.ts";
import type { Catalog } from "../../src/domain/catalog.ts";
import type { RelationName } from "../../src/domain/postgres.ts";
import { applySteps } from "../../src/explain/apply-steps.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { type ReviewRun, runReview } from "../../src/wire-review.ts";
import { plainKey } from "../support/plain-index.ts";
import { schemaSnapshot } from "../support/schema-snapshot.ts";

const schema = `
create table orders (id bigint primary key, customer_id bigint, status text, note text, meta jsonb, tags text[], at timestamptz);
create index orders_status_idx on orders (status);
create index orders_old on orders (note, status);
create table "Odd ""Names" ("Key?" text, "se:lect" jsonb, \`a\` int);
create table events (id bigint, at timestamptz not null, kind text, body jsonb) partition by range (at);
create table events_1 partition of events for values from ('2025-01-01') to ('2026-01-01');
create table events_2 partition of events for values from ('2026-01-01') to ('2027-01-01') partition by range (at);
create table events_2a partition of events_2 for values from ('2026-01-01') to ('2026-06-01');
create table events_2b partition of events_2 for values from ('2026-06-01') to ('2027-01-01');
create index events_kind on events (kind);
`.replaceAll("`a`", '"a`$b"');

let parser: SqlParser;
let catalog: Catalog;
let folder: string;
let ground: ReviewRun;
const hooks = { onProgress: () => {}, signal: new AbortController().signal };

beforeAll(async () => {
  parser = await openParser();
  catalog = (await schemaSnapshot(parser, schema)).catalog;
  folder = await mkdtemp(join(tmpdir(), "plansmith-apply-"));
  await writeFile(join(folder, "schema.sql"), schema);
  await writeFile(join(folder, "empty.sql"), "");
  const flags = { "pg-version": "15", schema: join(folder, "schema.sql") };
  const config = parseConfig("{}", "test");
  ground = await makeReview({ cwd: folder, paths: ["empty.sql"], flags, config, parser, ...hooks, now: new Date("2026-01-01") });
});
afterAll(async () => {
  await parser.close();
  await rm(folder, { recursive: true });
});

const column = (name: string, rest: Partial<CandidateKey> = {}): CandidateKey =>
  plainKey(`"${name.replaceAll('"', '""')}"`, { column: name, ...rest });
const expression = (sql: string): CandidateKey => ({ ...column("x"), column: null, sql });
const tables: readonly {
  readonly relation: string;
  readonly keys: readonly CandidateKey[];
  readonly predicates: readonly (string | null)[];
}[] = [
  {
    relation: "orders",
    keys: [
      column("customer_id"),
      column("at", { descending: true, nullsFirst: true }),
      expression("lower(note)"),
      expression("meta ->> 'a?b'"),
    ],
    predicates: [null, "status = 'open :late'", "meta ? 'k'", "note <> E'a\\\\b\\n'"],
  },
  {
    relation: 'Odd "Names',
    keys: [column("Key?"), column("a`$b"), expression(`"se:lect" ->> 'x'`)],
    predicates: [null, `"Key?" like '%''{}'`],
  },
  { relation: "events", keys: [column("id"), column("at"), expression("body ->> 'k'")], predicates: [null, "kind = 'a'"] },
];

const indexes: fc.Arbitrary<Change> = fc
  .record({ table: fc.constantFrom(...tables), seed: fc.nat(), count: fc.integer({ min: 1, max: 3 }), predicate: fc.nat() })
  .chain(({ table, predicate }) =>
    fc.subarray([...table.keys], { minLength: 1 }).map((keys): Change => {
      const index: IndexDefinition = {
        relation: { schema: "public", name: table.relation },
        accessMethod: "btree",
        keys,
        include: [],
        predicate: table.predicates[predicate % table.predicates.length] ?? null,
        storage: {},
        extension: null,
      };
      return { kind: "create-index", index };
    }),
  );
const relation = (name: string): RelationName => ({ schema: "public", name });
const drops: readonly Change[] = [
  { kind: "drop-index", index: relation("orders_old"), relation: relation("orders") },
  { kind: "drop-index", index: relation("events_kind"), relation: relation("events") },
];

/** Changes with different names, each as a report would hold it. */
async function itemsOf(changes: readonly Change[]): Promise<ApplyItem[]> {
  const taken: RelationName[] = [];
  const seen = new Set<string>();
  const items: ApplyItem[] = [];
  for (const change of changes) {
    const { apply, undo } = applySteps(change, catalog, taken);
    const key = JSON.stringify(change);
    if (seen.has(key)) continue;
    seen.add(key);
    const [steps, back] = [await readSteps(parser, apply), await readSteps(parser, undo)];
    if (steps.kind === "by-hand" || back.kind === "by-hand") throw new Error(`${apply.join("; ")}: ${JSON.stringify([steps, back])}`);
    for (const step of steps.steps) if (step.index) taken.push(step.index);
    items.push({ id: `id${items.length}`, title: "a change", steps: steps.steps, undo: back.steps, cautions: [], basis: "estimated" });
  }
  return items;
}

/** Said of which indexes are made, not of how: drawn at random, one may be the beginning of another. */
const aboutTheChoice = new Set(["migration/redundant-index", "migration/new-index-supersedes-existing"]);

/** Errors, warnings, and notes that a safer form would avoid, of all files in one review. */
async function complaints(files: readonly OutputFile[], tool: string): Promise<string[]> {
  const found = files
    .filter((file) => /\.(sql|rb|py|js|ts)$/.test(file.path))
    .map((file) => ({ path: `db/migrations/${file.path}`, content: Buffer.from(file.text), isNew: true }));
  const report = await runReview({ ...ground, files: found, runner: tool === "plain" ? null : tool }, hooks, parser);
  const notices = report.review!.notices.map((notice) => `${notice.path}:${notice.line} ${notice.message}`);
  const findings = report.findings
    .filter((each) => !aboutTheChoice.has(each.rule) && (each.severity !== "note" || each.safer.length > 0))
    .map((each) => `${each.place?.file}:${each.place?.line} ${each.rule}: ${each.message}`);
  return [...notices, ...findings];
}

describe("a written migration", () => {
  test.each(formats.map((format) => [format.name, format] as const))(
    "for %s is judged clean by our own review, for indexes of any kind and drops",
    async (_, format) => {
      const made = fc.sample(indexes, { numRuns: 20, seed: 7 });
      const items = await itemsOf([...made, ...drops]);
      const place = await openPlace(join(folder, "none"));
      const files = await planFiles(items, { format, place, now: new Date("2026-01-02T03:04:05Z"), lockTimeout: "5s", parser });
      expect(await complaints(files, format.convention)).toEqual([]);
    },
  );
});
