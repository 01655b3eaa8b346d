import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sortChange } from "../../src/migrations/changed-files.ts";
import { findFiles } from "../../src/migrations/find-files.ts";
import { type FoundFile, readMigration } from "../../src/migrations/read-migration.ts";
import { openParser, type SqlParser } from "../../src/syntax/parse-sql.ts";

let parser: SqlParser;
let folder: string;
beforeAll(async () => {
  parser = await openParser();
});
afterAll(() => parser.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plansmith-companion-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** `{migration → whether its tool runs it in a transaction}` */
async function wraps(files: readonly FoundFile[]): Promise<Record<string, boolean | undefined>> {
  const read = await Promise.all(files.map((each) => readMigration(parser, each, { runner: null, placeholders: {} })));
  return Object.fromEntries(read.flatMap((each) => (each ? [[each.path, each.runner.wrapsInTransaction]] : [])));
}

const two = "select 1; select 2;";
const build = "create index concurrently i on t (a);";

describe("the file beside a migration says whether it runs in a transaction", () => {
  test.each([
    ["Flyway, switched off", { "V1__a.sql": two, "V1__a.sql.conf": "executeInTransaction=false\n" }, { "V1__a.sql": false }],
    ["Flyway, switched on", { "V1__a.sql": build, "V1__a.sql.conf": "# ours\r\nexecuteInTransaction = true\r\n" }, { "V1__a.sql": true }],
    ["Flyway, something else in it", { "V1__a.sql": two, "V1__a.sql.conf": "encoding=UTF-8\n" }, { "V1__a.sql": true }],
    [
      "Flyway, beside another file",
      { "V1__a.sql": two, "V2__b.sql": two, "V2__b.sql.conf": "executeInTransaction=false" },
      { "V1__a.sql": true, "V2__b.sql": false },
    ],
    [
      "Diesel",
      { "migrations/1_x/up.sql": two, "migrations/1_x/metadata.toml": "run_in_transaction = false # builds an index\n" },
      { "migrations/1_x/up.sql": false },
    ],
    ["a tool that has no such file", { "a.sql": two, "a.sql.conf": "executeInTransaction=true" }, { "a.sql": false }],
  ])("%s", async (_, files, expected) => {
    write(files);
    expect(await wraps((await findFiles(folder, ["."], { withEarlier: false })).files)).toEqual(expected);
  });

  test("of a file that is named by itself", async () => {
    write({ "sql/V1__a.sql": two, "sql/V1__a.sql.conf": "executeInTransaction=false" });
    expect(await wraps((await findFiles(folder, ["sql/V1__a.sql"], { withEarlier: false })).files)).toEqual({ "sql/V1__a.sql": false });
  });

  test("of a change: as the change has it, else as it lies there", async () => {
    const change = (path: string, text: string) => ({ path, content: Buffer.from(text), status: "added" as const, before: null });
    const changes = [change("V2__b.sql", two), change("V2__b.sql.conf", "executeInTransaction=false"), change("V3__c.sql", two)];
    const there = new Map([
      ["V1__a.sql", two],
      ["V1__a.sql.conf", "executeInTransaction=false"],
      ["V3__c.sql.conf", "executeInTransaction=false"],
    ]);
    const { files } = await sortChange(changes, {
      inScope: () => true,
      existing: [...there.keys()],
      withEarlier: true,
      read: async (path) => ({ content: Buffer.from(there.get(path) ?? "") }),
    });
    expect(await wraps(files)).toEqual({ "V1__a.sql": false, "V2__b.sql": false, "V3__c.sql": false });
  });
});
