import { afterAll, beforeAll, expect, test } from "vitest";
import type { QueryFamily } from "../../src/domain/workload.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";
import { atSnapshotTime } from "../../src/tune/at-snapshot-time.ts";

let parser: SqlParser;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser?.close());

/** What `at` is compared with in the statement as it is planned; both spellings of a cast as one. */
async function placed(moment: string): Promise<string> {
  // Only the text is read.
  const family = {} as QueryFamily;
  const sql = `select from events where at > ${moment}`;
  const [found] = await atSnapshotTime([{ family, typical: { kind: "text", sql, values: {} } }], "2026-01-02T03:04:05.678Z", parser);
  const [, condition = ""] = / > (.*)$/s.exec(found!.typical.sql) ?? [];
  return condition.replace(/^CAST\((.*?) AS (\w+)\)/, "$1::$2");
}

test("every spelling of the transaction's time is the snapshot's, in its own type", async () => {
  for (const now of [
    "now()",
    "pg_catalog.now()",
    "transaction_timestamp()",
    "statement_timestamp()",
    "current_timestamp",
    "current_timestamp(3)",
  ])
    expect(await placed(now), now).toBe("'2026-01-02T03:04:05.678Z'::timestamptz");
  for (const local of ["localtimestamp", "localtimestamp(0)"])
    expect(await placed(local), local).toBe("'2026-01-02T03:04:05.678'::timestamp");
  expect(await placed("current_date - 7")).toContain("'2026-01-02'::date - 7");
});

test("a time that moves while a statement runs, and a function of the user's, stay", async () => {
  for (const other of ["clock_timestamp()", "mine.now()", "now(1)", "$1"]) expect(await placed(other), other).toBe(other);
});
