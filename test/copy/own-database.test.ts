import { afterAll, beforeAll, expect, test } from "vitest";
import { liveSource } from "../../src/collect/live-source.ts";
import type { Measurer } from "../../src/contract/measurer.ts";
import { openOwnDatabase } from "../../src/copy/own-database.ts";
import type { Candidate } from "../../src/domain/candidate.ts";
import { bootEmbedded, type EmbeddedDatabase } from "../../src/embedded/embedded-database.ts";
import { catalogOnly } from "../support/catalog-only.ts";
import { plainIndex } from "../support/plain-index.ts";

let database: EmbeddedDatabase;
let measurer: Measurer;
beforeAll(async () => {
  database = await bootEmbedded({ collation: "c" });
  await database.run(
    `create table orders (id int primary key, labels text[] not null, day timestamp not null);
     insert into orders select n, array['l' || n % 300], timestamp '2024-01-01' + n * interval '1 hour' from generate_series(1, 6000) n;
     analyze`,
  );
  const snapshot = await liveSource(database.session, { ...catalogOnly, now: new Date(0) }).read({});
  measurer = await openOwnDatabase(database.session, "a database of our own", snapshot);
});
afterAll(async () => {
  await measurer?.close();
  await database?.close();
});

const gin: Candidate = {
  id: "0123456789ab",
  change: {
    kind: "create-index",
    index: plainIndex("orders", ["labels"], { accessMethod: "gin" }),
  },
  helps: [],
  proposedBy: [],
  reason: "",
};
const circumstances = { signal: new AbortController().signal, onProgress: () => {} };

test("a rewrite runs beside its statement with the changes in place, and their rows are compared", async () => {
  const before = "select id from orders where 'l7' = any(labels)";
  const { rewrites, built } = await measurer.measure({
    changes: [gin],
    statements: [],
    rewrites: [
      { candidate: "same", before, after: "select id from orders where labels @> array['l7'] order by id desc;" },
      { candidate: "other", before, after: "select id + 1 as id from orders where labels @> array['l7']" },
      { candidate: "broken", before, after: "select id from orders where label @> array['l7']" },
    ],
    ...circumstances,
  });
  expect(built.get(gin.id)?.bytes).toBeGreaterThan(0);
  expect(rewrites.get("same")).toMatchObject({ kind: "measured", sameRows: true });
  // As many rows, and not the same ones.
  expect(rewrites.get("other")).toMatchObject({ kind: "measured", sameRows: false });
  expect(rewrites.get("broken")).toMatchObject({ kind: "inconclusive", detail: expect.stringContaining("42703") });
  const same = rewrites.get("same");
  const used = JSON.stringify(same?.kind === "measured" ? [same.before.plan, same.after.plan] : []);
  expect(used.match(/plansmith_0123456789ab/g)).toHaveLength(1);
});

test("a statement that a change serves only once it is rewritten runs rewritten after the changes", async () => {
  const { outcomes } = await measurer.measure({
    changes: [gin],
    statements: [
      { family: "f", sql: "select id from orders where 'l7' = any(labels)", after: "select id from orders where labels @> array['l7']" },
    ],
    ...circumstances,
  });
  const outcome = outcomes.get("f");
  expect(outcome).toMatchObject({ kind: "measured", sameRows: true });
  if (outcome?.kind === "measured") expect(JSON.stringify(outcome.after.plan)).toContain("plansmith_0123456789ab");
});

test("what was made is gone afterwards", async () => {
  const left = await database.session.query("select indexrelid::regclass::text as name from pg_index where indrelid = 'orders'::regclass");
  expect(left).toEqual([{ name: "orders_pkey" }]);
  expect(await database.session.query("select 1 from pg_namespace where nspname = 'plansmith_copy'")).toEqual([]);
});
